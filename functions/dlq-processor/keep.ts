import { type ArchiveObject, archiveKey } from "../common/archive.ts";
import type { Bucket } from "../common/bucket.ts";
import type { Clock } from "../common/clock.ts";
import type { TrackerKey } from "../common/conditional-update.ts";
import { callBefore } from "../common/deadline.ts";
import { trackerRange } from "../common/error-tracker.ts";
import type { Tracker } from "./tracker.ts";

/** A message, or a row, that is to be kept. */
export interface Failed {
  /** See archiveDate. */
  date: string;
  object: Omit<ArchiveObject, "archived_at">;
}

export interface KeepDependencies {
  archive: Bucket;
  tracker: Tracker;
  clock: Clock;
  /** Epoch milliseconds by which all must have ended. */
  deadline: number;
}

/** Where a message or row is kept. */
export function keyOf({ date, object }: Failed): string {
  return archiveKey({ topic: object.topic, date, messageId: object.message_id });
}

/** The key of its tracker item. */
export function trackerKeyOf({ date, object }: Failed): TrackerKey {
  return { topic: object.topic, date_message_id: trackerRange(date, object.message_id) };
}

/**
 * Archives, then tracks: in this order, so that whatever the tracker knows is in the archive. Both write the same again
 * on every retry, so that one that was stopped in between is made good by the next.
 *
 * @returns whether the tracker learned something; false where it had this failure already.
 * @throws whatever the archive or the tracker throws, or DeadlineError: then it is to be done again.
 */
export async function keep(failed: Failed, { archive, tracker, clock, deadline }: KeepDependencies): Promise<boolean> {
  const { object } = failed;
  const archivedAt = new Date(clock.now()).toISOString();
  const key = keyOf(failed);
  const text = JSON.stringify({ ...object, archived_at: archivedAt } satisfies ArchiveObject);
  await callBefore(clock, deadline, (signal) => archive.put(key, text, signal));
  const item = {
    ...trackerKeyOf(failed),
    origin: object.origin,
    archive_key: key,
    error_class: object.error_class,
    error_type: object.error_type,
    replay_count: object.replay_count,
  };
  return callBefore(clock, deadline, (signal) => tracker.archived(item, signal));
}

/** Puts another reason to what is kept already: archive, then tracker, and the tracker only if nothing came between. */
export async function keepReason(failed: Failed, { archive, tracker, clock, deadline }: KeepDependencies) {
  const { object } = failed;
  const text = JSON.stringify({ ...object, archived_at: new Date(clock.now()).toISOString() } satisfies ArchiveObject);
  await callBefore(clock, deadline, (signal) => archive.put(keyOf(failed), text, signal));
  const key = trackerKeyOf(failed);
  const { error_class, error_type, replay_count } = object;
  await callBefore(clock, deadline, (signal) =>
    tracker.reclassified({ ...key, error_class, error_type, replay_count }, signal),
  );
}
