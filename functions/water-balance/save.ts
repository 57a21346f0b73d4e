import { errorName } from "../common/failure.ts";
import { inParallel } from "../common/in-parallel.ts";
import type { Log } from "../common/log.ts";
import type { ProgressStore } from "../refinery-plan/progress.ts";
import type { Settled } from "./record.ts";

const WRITES_IN_FLIGHT = 20;

export interface SaveOptions {
  progress: Pick<ProgressStore, "completed" | "failed">;
  /** Start of the run: epoch milliseconds. */
  startedAt: number;
  /** Makes a call that ends in time. */
  call<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>;
  log: Log;
}

/**
 * Tells the next run what this one left.
 *
 * @returns the topics of which it could not be told; of those that a later run has written to it need not be.
 */
export async function save(
  settled: readonly Settled[],
  { progress, startedAt, call, log }: SaveOptions,
): Promise<ReadonlySet<string>> {
  const unsaved = new Set<string>();
  const errors: Record<string, number> = {};
  let overtaken = 0;
  await inParallel(settled, WRITES_IN_FLIGHT, async ({ judged: { item, failure }, next }) => {
    try {
      const isFirst = await call(async (signal) => {
        if (next !== undefined) return progress.completed(item.topic, startedAt, next.complete, signal);
        return failure === undefined || progress.failed(item.topic, startedAt, failure, signal);
      });
      if (!isFirst) overtaken++;
    } catch (error) {
      unsaved.add(item.topic);
      errors[errorName(error)] = (errors[errorName(error)] ?? 0) + 1;
    }
  });
  if (overtaken > 0) log.warn("a later run was faster", { topics: overtaken });
  if (unsaved.size > 0) log.error("progress not kept", { topics: unsaved.size, errors });
  return unsaved;
}
