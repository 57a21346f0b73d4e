import type { Clock } from "../../functions/common/clock.ts";
import { inParallel } from "../../functions/common/in-parallel.ts";
import { pace } from "./pace.ts";
import type { FoundItem, Tracker } from "./tracker.ts";

/** What became of the requests so far. */
export interface Requests {
  requested: number;
  /** Replayed, asked for or archived again by another since they were found. */
  changed: number;
}

/** So many that the rate is met, where a request takes a fraction of a second. */
const REQUESTS_IN_FLIGHT = 32;

/**
 * Asks for the replay of items, at most `rate` a second, and counts in `requests` while it goes.
 *
 * @throws what the tracker throws first; nothing is asked for after that.
 */
export async function requestReplays(
  items: readonly FoundItem[],
  requests: Requests,
  { tracker, clock, rate }: { tracker: Pick<Tracker, "request">; clock: Clock; rate: number },
): Promise<void> {
  const turn = pace(clock, rate);
  let problem: { error: unknown } | undefined;
  await inParallel(items, REQUESTS_IN_FLIGHT, async (item) => {
    if (problem !== undefined) return;
    await turn();
    if (problem !== undefined) return;
    try {
      if (await tracker.request(item)) requests.requested++;
      else requests.changed++;
    } catch (error) {
      problem ??= { error };
    }
  });
  if (problem !== undefined) throw problem.error;
}
