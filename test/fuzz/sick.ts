import fc from "fast-check";

/** What a dependency does with one call: takes all, takes all but some, throws, or never answers. */
export type Behaviour = "takes" | "refuses some" | "throws" | "is silent";

/** Call after call; then it takes everything. */
export const behaviours: fc.Arbitrary<readonly Behaviour[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom<Behaviour>("takes", "refuses some", "throws", "is silent"), {
      maxLength: 6,
    }),
  },
);

/** A dependency that behaves so. @returns by position, whether an entry is taken. */
export function dependency(all: readonly Behaviour[], errors: readonly string[]) {
  let calls = 0;
  return async (): Promise<(entry: number) => boolean> => {
    const call = calls++;
    const behaviour = all[call] ?? "takes";
    if (behaviour === "is silent") return new Promise(() => {});
    if (behaviour === "throws") throw Object.assign(new Error("said"), { name: errors[call % errors.length] });
    return (entry) => behaviour === "takes" || entry % 2 === 1;
  };
}
