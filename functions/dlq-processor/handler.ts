import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { ErrorClass } from "../common/archive.ts";
import { batchResponse } from "../common/batch-response.ts";
import type { Bucket } from "../common/bucket.ts";
import type { Clock } from "../common/clock.ts";
import { notifiedKeys } from "../common/error-notification.ts";
import { describeFailure } from "../common/failure.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";
import { archiveDeadLetters } from "./archive-dead-letters.ts";
import { archiveErrorFile, type ErrorFileDependencies } from "./archive-error-file.ts";
import { Tally } from "./tally.ts";
import type { Tracker } from "./tracker.ts";

export const SERVICE = "dlq-processor";

export interface HandlerDependencies {
  /** What precedes the topic in a queue's name. */
  topicQueuePrefix: string;
  /** The queue that tells of error files; any other one that is mapped to this function holds dead letters. */
  deliveryErrorsQueueArn: string;
  archive: Bucket;
  /** Where Firehose puts what it could not deliver. */
  errors: Bucket;
  tracker: Tracker;
  clock: Clock;
  log: Log;
  metrics(line: MetricLine): void;
}

/** Time kept back for the answer: an invocation that is cut off returns every message of its batch. */
const ANSWER_MARGIN_MS = 1000;

const ERROR_CLASSES: readonly ErrorClass[] = ["DROP", "RETRY", "UNKNOWN"];

/**
 * Archives and tracks what failed: the messages of the dead-letter queue, and the records of the error files of which
 * the delivery-errors queue tells. A message counts as done only when both hold what it stands for; every other one is
 * reported, so that SQS delivers it again.
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const { deliveryErrorsQueueArn, clock, metrics } = dependencies;

  return async ({ Records: records }, context) => {
    const now = clock.now();
    const deadline = now + context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const log = dependencies.log.with({ function_request_id: context.awsRequestId });
    const tally = new Tally();
    const invocation = { ...dependencies, deadline, tally, log };

    const isNotification = ({ eventSourceARN }: SQSRecord) => eventSourceARN === deliveryErrorsQueueArn;
    const letters = records.filter((record) => !isNotification(record));
    const unsafe = await archiveDeadLetters(letters, invocation);
    // One file at a time: each one's records already take what calls there may be.
    for (const record of records.filter(isNotification)) {
      if (!(await archiveErrorFiles(record, invocation))) unsafe.add(record.messageId);
    }

    if (Object.keys(tally.types).length > 0) log.info("archived", { types: tally.types });
    if (tally.failures > 0) log.error("not archived", { failures: tally.failures, errors: tally.errors });
    const dimensions = { service: SERVICE, function_name: context.functionName };
    for (const error_class of ERROR_CLASSES) {
      const counts = {
        MessagesArchived: tally.archived.sqs[error_class],
        RowsArchived: tally.archived.firehose[error_class],
      };
      if (counts.MessagesArchived + counts.RowsArchived > 0) {
        metrics({ timestamp: now, dimensions: { ...dimensions, error_class }, counts });
      }
    }
    metrics({ timestamp: now, dimensions, counts: { ArchiveFailures: tally.failures } });
    return batchResponse(unsafe);
  };
}

/** @returns whether every file of which a message tells is done with. */
async function archiveErrorFiles(
  record: SQSRecord,
  dependencies: ErrorFileDependencies & { log: Log },
): Promise<boolean> {
  const { errors, tally, log, clock, deadline } = dependencies;
  const keys = notifiedKeys(record.body, errors.name);
  if (keys === undefined) {
    // It holds no data: the files themselves are in the bucket, and the sweep finds them.
    log.error("message is no notification of S3's", { messageId: record.messageId });
    return true;
  }
  let isDone = true;
  for (const key of keys) {
    if (clock.now() >= deadline) return false;
    try {
      if (!(await archiveErrorFile(key, dependencies))) isDone = false;
    } catch (error) {
      log.error("error file not archived", { key, ...describeFailure(error) });
      tally.hasFailed(error);
      isDone = false;
    }
  }
  return isDone;
}
