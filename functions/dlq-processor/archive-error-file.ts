import type { Bucket } from "../common/bucket.ts";
import { callBefore } from "../common/deadline.ts";
import { inParallel } from "../common/in-parallel.ts";
import { batches, openErrorFile } from "./error-file.ts";
import { readErrorLine, type Undelivered } from "./error-line.ts";
import { type KeepDependencies, keep, keyOf, trackerKeyOf } from "./keep.ts";
import type { Tally } from "./tally.ts";
import type { KnownItem } from "./tracker.ts";

/** Keys of one BatchGetItem; the bytes bound what is held of a file whose rows are large. */
const BATCH_LIMITS = { items: 100, bytes: 8 * 1024 * 1024 };
const ROWS_IN_FLIGHT = 32;

export interface ErrorFileDependencies extends KeepDependencies {
  errors: Bucket;
  tally: Tally;
}

/**
 * Archives and tracks every record of an error file, then deletes it; so that whatever is still in the bucket is not
 * all archived yet. A file that takes longer than an invocation has is begun again by the next, which asks the tracker
 * for a hundred records at a time and passes over those that it has: each invocation gets further, no record of how far
 * must be kept, and two of them may work on one file. (A remainder that is written back would be a second file to lose,
 * and would have to be written within the time that is short.)
 *
 * @returns whether the file is done with, or was before; false where it is not, for want of time or because some of its
 *   records could not be archived.
 * @throws whatever reading or deleting the file throws.
 */
export async function archiveErrorFile(key: string, dependencies: ErrorFileDependencies): Promise<boolean> {
  const { errors, clock, deadline } = dependencies;
  const file = await openErrorFile((start, length) =>
    callBefore(clock, deadline, (signal) => errors.getRange(key, start, length, signal)),
  );
  if (file === undefined) return true;
  let isWhole = true;
  for await (const lines of batches(file.lines, BATCH_LIMITS)) {
    const { safe, rows } = await archiveRows(
      lines.map((line) => readErrorLine(line, { key, writtenAt: file.writtenAt })),
      dependencies,
    );
    if (safe < rows) isWhole = false;
    // Where nothing can be kept, the rest would only take its time to fail.
    if (safe === 0 || clock.now() >= deadline) return false;
  }
  if (isWhole) await callBefore(clock, deadline, (signal) => errors.delete(key, signal));
  return isWhole;
}

async function archiveRows(
  rows: readonly Undelivered[],
  dependencies: ErrorFileDependencies,
): Promise<{ safe: number; rows: number }> {
  const { tracker, tally, clock, deadline } = dependencies;
  // The same bytes are the same record: of its failures, the last one counts.
  const byKey = new Map(rows.toSorted(byArrival).map((row) => [keyOf(row.failed), row]));
  const keys = [...byKey.values()].map(({ failed }) => trackerKeyOf(failed));
  let known: Map<string, KnownItem>;
  try {
    const items = await callBefore(clock, deadline, (signal) => tracker.find(keys, signal));
    known = new Map(items.map((item) => [idOf(item), item]));
  } catch (error) {
    tally.hasFailed(error);
    return { safe: 0, rows: byKey.size };
  }

  let safe = 0;
  await inParallel([...byKey.values()], ROWS_IN_FLIGHT, async ({ failed, arrivedAt }) => {
    const replayCount = replaysBefore(arrivedAt, known.get(idOf(trackerKeyOf(failed))));
    if (replayCount !== undefined) {
      if (clock.now() >= deadline) return;
      const object = { ...failed.object, replay_count: replayCount };
      try {
        if (await keep({ ...failed, object }, dependencies)) tally.isArchived(failed);
      } catch (error) {
        tally.hasFailed(error);
        return;
      }
    }
    safe++;
  });
  return { safe, rows: byKey.size };
}

/**
 * How often a row had been replayed when it failed. The row itself cannot say so, since it is put as it was: but one
 * that came to Firehose after its item was last archived, and whose replay has been asked for, is that replay.
 *
 * @returns undefined where this failure is archived and tracked already.
 */
function replaysBefore(arrivedAt: number, item: KnownItem | undefined): number | undefined {
  if (item === undefined) return 0;
  if (arrivedAt <= Date.parse(item.last_seen)) return undefined;
  if (item.status === "REPLAYED") return item.replay_count;
  return item.status === "REPLAY_REQUESTED" ? item.replay_count + 1 : undefined;
}

function byArrival(a: Undelivered, b: Undelivered): number {
  return a.arrivedAt - b.arrivedAt;
}

function idOf({ topic, date_message_id }: Pick<KnownItem, "topic" | "date_message_id">): string {
  return `${topic}/${date_message_id}`;
}
