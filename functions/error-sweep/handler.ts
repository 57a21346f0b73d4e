import type { ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import type { SendMessageBatchCommandOutput } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { chunks } from "../common/chunks.ts";
import type { Clock } from "../common/clock.ts";
import { callBefore } from "../common/deadline.ts";
import { errorNotification } from "../common/error-notification.ts";
import { errorName } from "../common/failure.ts";
import { inParallel } from "../common/in-parallel.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";

export const SERVICE = "error-sweep";

/** Lists the error files once, up to 1,000 of them from where the token points. */
export type ListFiles = (
  continuationToken: string | undefined,
  signal: AbortSignal,
) => Promise<Pick<ListObjectsV2CommandOutput, "Contents" | "NextContinuationToken">>;

/** Calls SendMessageBatch on the delivery-errors queue once. */
export type SendBodies = (
  bodies: readonly string[],
  signal: AbortSignal,
) => Promise<Pick<SendMessageBatchCommandOutput, "Successful">>;

export interface HandlerDependencies {
  errorBucket: string;
  clients: { listFiles: ListFiles; sendBodies: SendBodies };
  clock: Clock;
  log: Log;
  metrics(line: MetricLine): void;
}

/** A younger file is on its way: S3's own notification mostly arrives within seconds. */
const MIN_AGE_MS = 15 * 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const REQUEST_LIMITS = { items: 10, bytes: 1024 * 1024 };
const CALLS_IN_FLIGHT = 8;
const ANSWER_MARGIN_MS = 1000;

/**
 * Tells the dlq-processor of error files that are still in the bucket, as S3 does when they are made: notifications may
 * come late or not at all, and what was told may have been lost with its message.
 *
 * @throws Error at the end, where not every file could be told of: the schedule begins again.
 */
export function createHandler(dependencies: HandlerDependencies): (event: unknown, context: Context) => Promise<void> {
  const { errorBucket, clients, clock, metrics } = dependencies;

  return async (_event, context) => {
    const now = clock.now();
    const deadline = now + context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const log = dependencies.log.with({ function_request_id: context.awsRequestId });
    let swept = 0;
    const errors: Record<string, number> = {};
    const failed = (error: string, files: number) => {
      errors[error] = (errors[error] ?? 0) + files;
    };

    const send = async (bodies: readonly string[]) => {
      try {
        const { Successful = [] } = await callBefore(clock, deadline, (signal) => clients.sendBodies(bodies, signal));
        swept += Successful.length;
        if (Successful.length < bodies.length) failed("NotTaken", bodies.length - Successful.length);
      } catch (error) {
        failed(errorName(error), bodies.length);
      }
    };

    let listing: unknown;
    try {
      let token: string | undefined;
      do {
        const page = await callBefore(clock, deadline, (signal) => clients.listFiles(token, signal));
        const old = (page.Contents ?? []).filter(({ LastModified }) => {
          return LastModified !== undefined && now - LastModified.getTime() >= MIN_AGE_MS;
        });
        const bodies = old.map(({ Key = "" }) => errorNotification(errorBucket, Key));
        await inParallel(
          chunks(bodies, REQUEST_LIMITS, (body) => Buffer.byteLength(body)),
          CALLS_IN_FLIGHT,
          send,
        );
        token = page.NextContinuationToken;
      } while (token !== undefined);
    } catch (error) {
      listing = error;
    }

    if (swept > 0) log.warn("error files told of again", { files: swept });
    metrics({
      timestamp: now,
      dimensions: { service: SERVICE, function_name: context.functionName },
      counts: { FilesSwept: swept },
    });
    if (listing !== undefined) throw new Error(`the error files could not all be listed: ${errorName(listing)}`);
    if (Object.keys(errors).length > 0) throw new Error(`not all error files told of: ${JSON.stringify(errors)}`);
  };
}
