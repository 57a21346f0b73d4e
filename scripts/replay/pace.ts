import { type Clock, sleep } from "../../functions/common/clock.ts";

/** Resolves when the next thing may begin, of which so many may begin in a second, evenly. */
export function pace(clock: Clock, perSecond: number): () => Promise<void> {
  let next = clock.now();
  return async () => {
    const now = clock.now();
    const slot = Math.max(next, now);
    next = slot + 1000 / perSecond;
    if (slot > now) await sleep(clock, slot - now);
  };
}
