import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

/** What the refinery's table says of a topic. Hash key `kind`, range key `id`: the topic. */
export interface Progress {
  kind: "PROGRESS";
  id: string;
  /** Start of the last run that wrote here: epoch milliseconds. */
  run_at: number;
  /** What went wrong in that run; absent where nothing did. */
  failed?: StepFailure;
  /** The last run whose statements all succeeded. */
  complete?: Complete;
}

export interface StepFailure {
  step: string;
  error: string;
}

/** What a run left whose statements all succeeded. */
export interface Complete {
  /** Its start: epoch seconds. */
  at: number;
  /** Digest of the columns that the rows were judged by. */
  columns: string;
  /** The metadata of RAW before the run. */
  raw: string | null;
  /** The metadata of the tables that it wrote, after it; absent where that could not be read. */
  left?: Left;
  /** Whether all layers held the same messages, those included that came while it was under way. */
  balanced: boolean;
  /** Days with differences that the next run must look at again. */
  repair: readonly string[];
  /** By day, when a difference was first seen: epoch seconds. */
  since: Readonly<Record<string, number>>;
  /** By day, what was counted. */
  days: Readonly<Record<string, DayMemory>>;
}

export interface Left {
  curated: string;
  semantic: string;
  rejected: string;
}

export interface DayMemory {
  raw_rows: number;
  duplicates: number;
  rejected: number;
  /** What the water balance's table was last told of the day, in short. */
  written?: string;
}

export const PROGRESS_KIND = "PROGRESS";

/** The PROGRESS items of the refinery's table. */
export interface ProgressStore {
  /** All of them, by topic. */
  read(signal: AbortSignal): Promise<Map<string, Progress>>;
  /** @returns false where a later run has written already, so that nothing changed. */
  completed(topic: string, runAt: number, complete: Complete, signal: AbortSignal): Promise<boolean>;
  /** What the last complete run left stays as it is. @returns as {@link completed}. */
  failed(topic: string, runAt: number, failure: StepFailure, signal: AbortSignal): Promise<boolean>;
}

export function progressOf(client: DynamoDBClient, table: string): ProgressStore {
  const update = async (
    topic: string,
    runAt: number,
    change: { expression: string; names: Record<string, string>; values: Record<string, unknown> },
    abortSignal: AbortSignal,
  ) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: marshall({ kind: PROGRESS_KIND, id: topic }),
      UpdateExpression: change.expression,
      ConditionExpression: "attribute_not_exists(#run_at) OR #run_at <= :run_at",
      ExpressionAttributeNames: { ...change.names, "#run_at": "run_at" },
      ExpressionAttributeValues: marshall({ ...change.values, ":run_at": runAt }, { removeUndefinedValues: true }),
    });
    try {
      await client.send(command, { abortSignal });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    async read(abortSignal) {
      const items = new Map<string, Progress>();
      let ExclusiveStartKey: QueryCommandInput["ExclusiveStartKey"];
      do {
        const command = new QueryCommand({
          TableName: table,
          KeyConditionExpression: "#kind = :kind",
          ExpressionAttributeNames: { "#kind": "kind" },
          ExpressionAttributeValues: marshall({ ":kind": PROGRESS_KIND }),
          ConsistentRead: true,
          ExclusiveStartKey,
        });
        const page = await client.send(command, { abortSignal });
        for (const item of page.Items ?? []) {
          const progress = unmarshall(item) as Progress;
          items.set(progress.id, progress);
        }
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return items;
    },
    completed(topic, runAt, complete, signal) {
      const expression = "SET #complete = :complete, #run_at = :run_at REMOVE #failed";
      const names = { "#complete": "complete", "#failed": "failed" };
      return update(topic, runAt, { expression, names, values: { ":complete": complete } }, signal);
    },
    failed(topic, runAt, failure, signal) {
      const expression = "SET #failed = :failed, #run_at = :run_at";
      return update(
        topic,
        runAt,
        { expression, names: { "#failed": "failed" }, values: { ":failed": failure } },
        signal,
      );
    },
  };
}
