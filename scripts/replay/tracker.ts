import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { updateIf } from "../../functions/common/conditional-update.ts";
import { type TrackerItem, trackerExpiry } from "../../functions/common/error-tracker.ts";
import { MAX_REPLAYS, REPLAY_REQUEST_SECONDS } from "../../functions/common/replay.ts";
import type { ReplayOptions } from "./options.ts";

export type Selection = Pick<ReplayOptions, "topic" | "since" | "until" | "errorType" | "errorClass" | "id">;

/** What there is to know of an item before it is asked for. */
export type FoundItem = Pick<
  TrackerItem,
  "topic" | "date_message_id" | "error_class" | "error_type" | "status" | "replay_count" | "replay_requested_at"
>;

/** The error_tracker table, as an operator uses it. */
export interface Tracker {
  /** Items of what was first sent in the selected days, oldest first, that meet the selection. */
  find(selection: Selection): AsyncIterable<FoundItem>;
  /** Asks for a replay, unless something keeps the item from it by now, see {@link closedBy}. @returns whether it did. */
  request(item: FoundItem): Promise<boolean>;
}

/** Not in any message id, nor in a date, and behind `#`: so `2026-01-10$` is behind everything of that day. */
const BEHIND_SEPARATOR = "$";

/** @param now Epoch milliseconds. */
export function trackerOf(client: DynamoDBClient, table: string, now: () => number): Tracker {
  return {
    async *find(selection) {
      const { topic, since, until } = selection;
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: "topic = :topic AND date_message_id BETWEEN :since AND :until",
          ExpressionAttributeValues: marshall({
            ":topic": topic,
            ":since": since,
            // A year has four digits, so that this is behind every date.
            ":until": until === undefined ? ":" : `${until}${BEHIND_SEPARATOR}`,
          }),
          ProjectionExpression:
            "topic, date_message_id, error_class, error_type, #status, replay_count, replay_requested_at",
          ExpressionAttributeNames: { "#status": "status" },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          const found = unmarshall(item) as FoundItem;
          if (meets(found, selection)) yield found;
        }
      }
    },

    request({ topic, date_message_id }) {
      const time = now();
      return updateIf(client, table, {
        key: { topic, date_message_id },
        UpdateExpression:
          "SET #status = :requested, replay_requested_at = :now, expires_at = :expires_at REMOVE status_reason",
        ConditionExpression:
          "replay_count < :max AND (#status IN (:archived, :failed) OR " +
          "(#status = :requested AND replay_requested_at < :given_up))",
        values: {
          ":requested": "REPLAY_REQUESTED",
          ":archived": "ARCHIVED",
          ":failed": "REPLAY_FAILED",
          ":now": new Date(time).toISOString(),
          ":given_up": givenUpBefore(time),
          ":expires_at": trackerExpiry(time),
          ":max": MAX_REPLAYS,
        },
      });
    },
  };
}

function meets(item: FoundItem, { errorType, errorClass, id }: Selection): boolean {
  return (
    (errorType === undefined || item.error_type === errorType) &&
    (errorClass === undefined || item.error_class === errorClass) &&
    (id === undefined || item.date_message_id.endsWith(`#${id}`))
  );
}

/** Why an item is not asked for, if it is not. */
export type Closed = "replayed" | "requested" | "limit";

/**
 * Whether a replay of an item can be asked for: what is archived, or could not be replayed, or was asked for so long ago
 * that Lambda has given it up; and nothing that has been replayed as often as is allowed.
 *
 * @param now Epoch milliseconds.
 */
export function closedBy(item: FoundItem, now: number): Closed | undefined {
  if (item.status === "REPLAYED") return "replayed";
  if (item.status === "REPLAY_REQUESTED" && !((item.replay_requested_at ?? "~") < givenUpBefore(now))) {
    return "requested";
  }
  return item.replay_count < MAX_REPLAYS ? undefined : "limit";
}

function givenUpBefore(now: number): string {
  return new Date(now - REPLAY_REQUEST_SECONDS * 1000).toISOString();
}
