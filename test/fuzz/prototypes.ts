const WATCHED = { Object, Array, String, Number, Function, Map, Promise };

/** The names of everything that all objects inherit: hostile keys must not add to it. */
export function prototypes(): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(WATCHED).map(([name, { prototype }]) => [
      name,
      Reflect.ownKeys(prototype).map((key) => String(key)),
    ]),
  );
}
