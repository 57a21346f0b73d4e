import type { SQSRecord } from "aws-lambda";
import type { ArchiveObject } from "../../../functions/common/archive.ts";
import { Tally } from "../../../functions/dlq-processor/tally.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { MemoryTracker } from "./memory-tracker.ts";
import { QUEUE_ARN, sqsRecord } from "./sqs.ts";

export const DLQ_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-dlq";

/** What the dlq-processor works on, in memory. */
export interface Stores {
  clock: VirtualClock;
  archive: MemoryBucket;
  errors: MemoryBucket;
  tracker: MemoryTracker;
}

/** @param start Epoch milliseconds at which the clock stands. */
export function stores(start = Date.UTC(2026, 10, 26)): Stores {
  const clock = virtualClock(start);
  return {
    clock,
    archive: new MemoryBucket("archive"),
    errors: new MemoryBucket("errors"),
    tracker: new MemoryTracker(clock.now),
  };
}

/** One invocation's share, which ends a minute from now. */
export function invocationOf(stores: Stores) {
  return {
    ...stores,
    deadline: stores.clock.now() + 60_000,
    tally: new Tally(),
    topicQueuePrefix: "lean-ops-dev-topic-",
  };
}

/** A message that SQS moved to the dead-letter queue. */
export function deadLetter(given: Partial<SQSRecord> = {}): SQSRecord {
  const { attributes } = sqsRecord();
  return sqsRecord({
    eventSourceARN: DLQ_ARN,
    attributes: { ...attributes, DeadLetterQueueSourceArn: QUEUE_ARN },
    ...given,
  });
}

/** The only object under a key, or the only one there is. */
export function archived({ archive }: Stores, key = [...archive.objects.keys()].join()): ArchiveObject {
  return JSON.parse(archive.objects.get(key)?.bytes.toString() ?? `"no object ${key}"`);
}
