import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type TrackerKey, updateIf } from "../common/conditional-update.ts";
import { type TrackerItem, trackerExpiry } from "../common/error-tracker.ts";

/** What failed, and how often it had been replayed when it did. */
export type TrackedFailure = TrackerKey &
  Pick<TrackerItem, "origin" | "archive_key" | "error_class" | "error_type" | "replay_count">;

/** What the tracker says of something that is in the archive. */
export type KnownItem = TrackerKey & Pick<TrackerItem, "status" | "replay_count" | "last_seen">;

/** The error_tracker table, as the dlq-processor uses it. */
export interface Tracker {
  /**
   * Notes that a failure is in the archive. The first one makes the item; one after a further replay makes it ARCHIVED
   * again; any other is a repetition, and changes nothing, whatever an operator has asked for since.
   *
   * @returns whether anything changed.
   */
  archived(failure: TrackedFailure, signal: AbortSignal): Promise<boolean>;
  /** Changes class and type of an item that is still as {@link archived} left it. */
  reclassified(
    failure: TrackerKey & Pick<TrackerItem, "error_class" | "error_type" | "replay_count">,
    signal: AbortSignal,
  ): Promise<void>;
  /** @param keys At most 100, no two alike. @throws Error where DynamoDB left some unanswered. */
  find(keys: readonly TrackerKey[], signal: AbortSignal): Promise<KnownItem[]>;
}

/** A replay is counted when it is marked as REPLAYED; one that fails before that has a higher count than the item. */
const IS_NEWS =
  "attribute_not_exists(topic) OR replay_count < :replay_count OR (replay_count = :replay_count AND #status = :replayed)";

/** @param now Epoch milliseconds. */
export function trackerOf(client: DynamoDBClient, table: string, now: () => number): Tracker {
  return {
    archived({ topic, date_message_id, ...failure }, signal) {
      const time = now();
      const names = Object.keys(failure) as (keyof typeof failure)[];
      const update = {
        key: { topic, date_message_id },
        UpdateExpression:
          `SET ${names.map((name) => `${name} = :${name}`).join(", ")}, #status = :archived, ` +
          "first_seen = if_not_exists(first_seen, :seen), last_seen = :seen, expires_at = :expires_at " +
          "REMOVE status_reason, replay_requested_at",
        ConditionExpression: IS_NEWS,
        values: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, failure[name]])),
          ":archived": "ARCHIVED",
          ":replayed": "REPLAYED",
          ":seen": new Date(time).toISOString(),
          ":expires_at": trackerExpiry(time),
        },
      };
      return updateIf(client, table, update, signal);
    },

    async reclassified({ topic, date_message_id, error_class, error_type, replay_count }, signal) {
      const update = {
        key: { topic, date_message_id },
        UpdateExpression: "SET error_class = :error_class, error_type = :error_type",
        ConditionExpression: "#status = :archived AND replay_count = :replay_count",
        values: {
          ":error_class": error_class,
          ":error_type": error_type,
          ":archived": "ARCHIVED",
          ":replay_count": replay_count,
        },
      };
      await updateIf(client, table, update, signal);
    },

    async find(keys, abortSignal) {
      const wanted = {
        Keys: keys.map(({ topic, date_message_id }) => marshall({ topic, date_message_id })),
        // An older answer could show a row that failed again as one that never did.
        ConsistentRead: true,
        ProjectionExpression: "topic, date_message_id, #status, replay_count, last_seen",
        ExpressionAttributeNames: { "#status": "status" },
      };
      const command = new BatchGetItemCommand({ RequestItems: { [table]: wanted } });
      const { Responses, UnprocessedKeys } = await client.send(command, { abortSignal });
      const left = UnprocessedKeys?.[table]?.Keys?.length ?? 0;
      if (left > 0) throw new Error(`BatchGetItem left ${left} of ${keys.length} keys unprocessed`);
      return (Responses?.[table] ?? []).map((item) => unmarshall(item) as KnownItem);
    },
  };
}
