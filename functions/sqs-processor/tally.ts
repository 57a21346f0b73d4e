/** How often something was counted, by name. */
export type Tally = Record<string, number>;

export function count(tally: Tally, name: string, by = 1): void {
  tally[name] = (tally[name] ?? 0) + by;
}

export function countAll(tally: Tally, more: Readonly<Tally>): void {
  for (const [name, by] of Object.entries(more)) count(tally, name, by);
}
