import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type TrackerKey, updateIf } from "../common/conditional-update.ts";
import { type TrackerItem, trackerExpiry } from "../common/error-tracker.ts";

/** The error_tracker table, as the replay uses it. */
export interface Tracker {
  /** The item as it is now. */
  get(key: TrackerKey, signal: AbortSignal): Promise<TrackerItem | undefined>;
  /** Marks a request as fulfilled. @returns whether the item still was the one that was asked for. */
  replayed(item: TrackerItem, signal: AbortSignal): Promise<boolean>;
  /** Marks a request as one that cannot be fulfilled. @returns whether the item still was the one that was asked for. */
  refused(item: TrackerItem, reason: string, signal: AbortSignal): Promise<boolean>;
}

/** A message that failed again meanwhile has a higher count, and may have been asked for again. */
const IS_THIS_REQUEST = "#status = :requested AND replay_count = :replay_count";

/** @param now Epoch milliseconds. */
export function trackerOf(client: DynamoDBClient, table: string, now: () => number): Tracker {
  const requested = ({ replay_count }: TrackerItem) => ({
    ":requested": "REPLAY_REQUESTED",
    ":replay_count": replay_count,
    ":expires_at": trackerExpiry(now()),
  });
  return {
    async get({ topic, date_message_id }, abortSignal) {
      const input = { TableName: table, Key: marshall({ topic, date_message_id }), ConsistentRead: true };
      const { Item } = await client.send(new GetItemCommand(input), { abortSignal });
      return Item && (unmarshall(Item) as TrackerItem);
    },
    replayed(item, signal) {
      const update = {
        key: item,
        UpdateExpression:
          "SET #status = :replayed, replay_count = :next, expires_at = :expires_at REMOVE status_reason",
        ConditionExpression: IS_THIS_REQUEST,
        values: { ...requested(item), ":replayed": "REPLAYED", ":next": item.replay_count + 1 },
      };
      return updateIf(client, table, update, signal);
    },
    refused(item, reason, signal) {
      const update = {
        key: item,
        UpdateExpression: "SET #status = :failed, status_reason = :reason, expires_at = :expires_at",
        ConditionExpression: IS_THIS_REQUEST,
        values: { ...requested(item), ":failed": "REPLAY_FAILED", ":reason": reason },
      };
      return updateIf(client, table, update, signal);
    },
  };
}
