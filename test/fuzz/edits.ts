import fc from "fast-check";
import { hostileText, LEVELS, type Text, textOf } from "./text.ts";

/** What is put in the place of something. */
export type Value = { json: string } | { text: Text } | { levels: number };

/** What is done to one place of an event, counted in the order in which places are found. */
export interface Edit {
  place: number;
  change: "remove" | "repeat" | { put: Value } | { key: string; put: Value };
}

const value: fc.Arbitrary<Value> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      json: fc.constantFrom(
        ...["null", "true", "0", "-1", "1e308", "9007199254740993", '""', "[]", "{}", "[null]", '"NaN"', '"__proto__"'],
        ...[
          '{"length":1e9}',
          '{"toString":null,"valueOf":1}',
          '{"__proto__":{"polluted":true}}',
          '"\\ud800"',
          '"\u2028"',
        ],
        ...['"99999999999999999999"', '"-5"', '"1e3"', '"../../../etc/passwd"', '"a/b#c"', '"REPLAY_REQUESTED"'],
      ),
    }),
  },
  { weight: 2, arbitrary: hostileText.map((text) => ({ text })) },
  { weight: 1, arbitrary: fc.constantFrom(3, 3, 3, LEVELS).map((levels) => ({ levels })) },
);

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.nat({ max: 400 }),
  change: fc.oneof(
    { weight: 4, arbitrary: value.map((put) => ({ put })) },
    { weight: 3, arbitrary: fc.constant("remove" as const) },
    { weight: 1, arbitrary: fc.constant("repeat" as const) },
    {
      weight: 1,
      arbitrary: fc.record({ key: fc.constantFrom("__proto__", "constructor", "length", "extra"), put: value }),
    },
  ),
});

/** Mostly none or one: an event with many of them is refused for the first. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: edit.map((one) => [one]) },
  { weight: 1, arbitrary: fc.array(edit, { minLength: 2, maxLength: 4 }) },
);

/**
 * An event with all edits, one after the other. Like Lambda's, it comes from JSON text: `__proto__` is a key of its own,
 * and nothing is undefined.
 */
export function edited<Event>(event: Event, all: readonly Edit[]): Event {
  const copy: { event: Event } = { event: structuredClone(event) };
  for (const { place, change } of all) {
    const places = placesIn(copy);
    const at = places[place % places.length];
    if (at !== undefined) apply(at, change);
  }
  return copy.event;
}

type Container = Record<string, unknown> | unknown[];

interface Place {
  container: Container;
  key: string;
}

/** An event's own places come before those of what was put into it. */
const PLACES_LOOKED_AT = 2000;

function placesIn(root: object): Place[] {
  const places: Place[] = [];
  const rest: unknown[] = [root];
  for (let next = 0; next < rest.length && places.length < PLACES_LOOKED_AT; next++) {
    const container = rest[next];
    if (typeof container !== "object" || container === null) continue;
    for (const [key, inner] of Object.entries(container)) {
      // The event itself stays: whoever calls a function gives it one.
      if (container !== root) places.push({ container: container as Container, key });
      rest.push(inner);
    }
  }
  return places;
}

function apply({ container, key }: Place, change: Edit["change"]): void {
  if (typeof change === "object") {
    const inner = read(container, key);
    // JSON gives lists no keys of their own.
    if ("key" in change && (Array.isArray(inner) || (!isObject(inner) && Array.isArray(container)))) return;
    const target = "key" in change && isObject(inner) ? (inner as Container) : container;
    define(target, "key" in change ? change.key : key, madeFrom(change.put));
  } else if (Array.isArray(container)) {
    container.splice(Number(key), 1, ...(change === "repeat" ? [container[Number(key)], container[Number(key)]] : []));
  } else if (change === "remove") delete container[key];
}

function read(container: Container, key: string): unknown {
  return (container as Record<string, unknown>)[key];
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** As JSON.parse does it, whatever the key means. */
function define(container: Container, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, writable: true, configurable: true });
}

export function madeFrom(value: Value): unknown {
  if ("json" in value) return JSON.parse(value.json);
  if ("text" in value) return textOf(value.text);
  let nested: unknown = [];
  for (let level = 1; level < value.levels; level++) nested = level % 2 === 0 ? [nested] : { a: nested };
  return nested;
}
