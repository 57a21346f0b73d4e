import type { ErrorClass, Origin } from "./archive.ts";

/**
 * `ARCHIVED` → `REPLAY_REQUESTED` (an operator) → `REPLAYED` or `REPLAY_FAILED`; a replayed message that fails again is
 * `ARCHIVED` again.
 */
export type TrackerStatus = "ARCHIVED" | "REPLAY_REQUESTED" | "REPLAYED" | "REPLAY_FAILED";

/** An item of the error_tracker table: no body, no personal data. Times are ISO 8601. */
export interface TrackerItem {
  /** Hash key. */
  topic: string;
  /** Range key: `{date}#{message_id}`, see {@link trackerRange}. */
  date_message_id: string;
  origin: Origin;
  archive_key: string;
  error_class: ErrorClass;
  error_type: string;
  status: TrackerStatus;
  /** Why a replay failed. */
  status_reason?: string;
  /** When an operator last asked for a replay; absent once the message is archived again. */
  replay_requested_at?: string;
  /** How often it had been replayed when it was last archived, and one more once it is `REPLAYED`. */
  replay_count: number;
  /** When it was first, and last, archived. */
  first_seen: string;
  last_seen: string;
  /** Epoch seconds at which DynamoDB may delete the item; the archive object lives longer. */
  expires_at: number;
}

/** Names of the key attributes, which the table's definition must share. */
export const TRACKER_KEYS = { hash: "topic", range: "date_message_id", ttl: "expires_at" } as const;

/** Days from the last time that an item was written. */
export const TRACKER_TTL_DAYS = 90;

/** @param date as archiveDate gives it. */
export function trackerRange(date: string, messageId: string): string {
  return `${date}#${messageId}`;
}

/** When an item may go that is written now. @returns epoch seconds. */
export function trackerExpiry(epochMs: number): number {
  return Math.floor(epochMs / 1000) + TRACKER_TTL_DAYS * 86_400;
}
