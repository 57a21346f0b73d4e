import type { ArchiveObject } from "../../../functions/common/archive.ts";
import type { TrackerItem } from "../../../functions/common/error-tracker.ts";
import { SENT_AT } from "./sqs.ts";

export const ID = "059f36b4-87a3-44ab-83d2-661975830a7d";
export const KEY = `dlq-archive/orders/2026-11-23/${ID}.json`;

/** What the archive holds of a message. */
export function archiveObject(given: Partial<ArchiveObject> = {}): ArchiveObject {
  return {
    origin: "sqs",
    topic: "orders",
    message_id: ID,
    body: '{"amount":1}',
    body_encoding: "utf8",
    sqs_attributes: { SentTimestamp: String(SENT_AT) },
    message_attributes: {},
    error_class: "DROP",
    error_type: "BODY_NOT_JSON",
    error_message: "",
    receive_count: 1,
    replay_count: 0,
    archived_at: "2026-11-23T08:00:00.000Z",
    ...given,
  };
}

/** What the tracker says of it once an operator asked for its replay. */
export function requestedItem(given: Partial<TrackerItem> = {}): TrackerItem {
  return {
    topic: "orders",
    date_message_id: `2026-11-23#${ID}`,
    origin: "sqs",
    archive_key: KEY,
    error_class: "DROP",
    error_type: "BODY_NOT_JSON",
    status: "REPLAY_REQUESTED",
    replay_count: 0,
    replay_requested_at: "2026-11-25T00:00:00.000Z",
    first_seen: "2026-11-23T08:00:00.000Z",
    last_seen: "2026-11-23T08:00:00.000Z",
    expires_at: 1,
    ...given,
  };
}
