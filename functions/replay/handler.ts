import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { TrackerKey } from "../common/conditional-update.ts";
import { errorName } from "../common/failure.ts";
import { inParallel } from "../common/in-parallel.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";
import { Refusal } from "./refusal.ts";
import { type ReplayDependencies, replay } from "./replay.ts";

export const SERVICE = "replay";

export interface HandlerDependencies extends Omit<ReplayDependencies, "deadline"> {
  log: Log;
  metrics(line: MetricLine): void;
}

/** Time kept back for the answer: an invocation that is cut off is made again with every request of its batch. */
const ANSWER_MARGIN_MS = 1000;
/** Each is four calls, one after the other. */
const REPLAYS_IN_FLIGHT = 10;

/**
 * Replays the messages whose items an operator marked REPLAY_REQUESTED, as the error_tracker's stream tells. A request
 * that could not be dealt with is reported; Lambda then repeats the batch from the first of them on, and the requests
 * behind it that were fulfilled send nothing, because their items are marked no longer
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse> {
  const { clock, metrics } = dependencies;

  return async ({ Records: records }, context) => {
    const now = clock.now();
    const deadline = now + context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const log = dependencies.log.with({ function_request_id: context.awsRequestId });
    const counts = { MessagesReplayed: 0, ReplaysRefused: 0, ReplayFailures: 0 };
    const refusals: Record<string, number> = {};
    const errors: Record<string, number> = {};
    const failed: string[] = [];

    await inParallel(requestsIn(records), REPLAYS_IN_FLIGHT, async ({ key, sequenceNumbers }) => {
      try {
        const outcome = await replay(key, { ...dependencies, deadline });
        if (outcome === "replayed") counts.MessagesReplayed++;
        if (outcome instanceof Refusal) {
          counts.ReplaysRefused++;
          refusals[outcome.reason] = (refusals[outcome.reason] ?? 0) + 1;
        }
      } catch (error) {
        counts.ReplayFailures++;
        errors[errorName(error)] = (errors[errorName(error)] ?? 0) + 1;
        failed.push(...sequenceNumbers);
      }
    });

    if (counts.ReplaysRefused > 0) log.warn("replays refused", { reasons: refusals });
    if (counts.ReplayFailures > 0) log.error("replays failed", { replays: counts.ReplayFailures, errors });
    metrics({ timestamp: now, dimensions: { service: SERVICE, function_name: context.functionName }, counts });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** A request, and where it stands in the stream: more than once if it was marked again within a batch. */
interface Request {
  key: TrackerKey;
  sequenceNumbers: string[];
}

function requestsIn(records: readonly DynamoDBRecord[]): Request[] {
  const requests = new Map<string, Request>();
  for (const { dynamodb } of records) {
    if (dynamodb?.NewImage?.status?.S !== "REPLAY_REQUESTED") continue;
    const topic: unknown = dynamodb.Keys?.topic?.S;
    const date_message_id: unknown = dynamodb.Keys?.date_message_id?.S;
    // Of no item: trying it again would not find one either.
    if (typeof topic !== "string" || typeof date_message_id !== "string") continue;
    const key = { topic, date_message_id };
    const id = `${topic}/${date_message_id}`;
    const request = requests.get(id) ?? { key, sequenceNumbers: [] };
    // Without one it can only be reported together with its batch, which an empty one does.
    request.sequenceNumbers.push(dynamodb.SequenceNumber ?? "");
    requests.set(id, request);
  }
  return [...requests.values()];
}
