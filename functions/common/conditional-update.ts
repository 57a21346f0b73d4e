import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { TrackerItem } from "./error-tracker.ts";

export type TrackerKey = Pick<TrackerItem, "topic" | "date_message_id">;

export interface ConditionalUpdate extends Pick<UpdateItemCommandInput, "UpdateExpression" | "ConditionExpression"> {
  key: TrackerKey;
  /** By name in the expressions, colon included. */
  values: Readonly<Record<string, unknown>>;
}

/**
 * Changes an item of the error_tracker table if it is as expected. In the expressions `#status` stands for the item's
 * status, whose name is one of DynamoDB's reserved words.
 *
 * @returns whether it was.
 * @throws whatever DynamoDB throws besides ConditionalCheckFailedException.
 */
export async function updateIf(
  client: DynamoDBClient,
  table: string,
  { key: { topic, date_message_id }, values, ...expressions }: ConditionalUpdate,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: marshall({ topic, date_message_id }),
    ...expressions,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: marshall(values),
  });
  try {
    await client.send(command, { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
