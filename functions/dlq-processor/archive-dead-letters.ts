import type { SQSRecord } from "aws-lambda";
import { readArchiveObject } from "../common/archive.ts";
import { callBefore } from "../common/deadline.ts";
import { inParallel } from "../common/in-parallel.ts";
import { type DeadMessage, readDeadMessage } from "./dead-letter.ts";
import { dropOf } from "./diagnosis.ts";
import { type Failed, type KeepDependencies, keep, keepReason, keyOf, trackerKeyOf } from "./keep.ts";
import type { Tally } from "./tally.ts";

/** Each is a call or two that wait for S3 and DynamoDB. */
const MESSAGES_IN_FLIGHT = 16;

export interface DeadLetterDependencies extends KeepDependencies {
  topicQueuePrefix: string;
  tally: Tally;
}

/**
 * Archives and tracks messages of the dead-letter queue.
 *
 * What SQS itself moved there is kept as UNKNOWN first, and only what the tracker did not know before is then looked
 * into: for what killed the sqs-processor, time and again, may kill its core here too. If it does, the next receive
 * finds the message tracked and lets it be.
 *
 * @returns the ids of the messages that are not safe: SQS must deliver them again.
 */
export async function archiveDeadLetters(
  records: readonly SQSRecord[],
  dependencies: DeadLetterDependencies,
): Promise<Set<string>> {
  const { tally, clock, deadline } = dependencies;
  const byId = new Map(records.map((record) => [record.messageId, record]));
  const unsafe = new Set(byId.keys());

  const kept = await inParallel([...byId.values()], MESSAGES_IN_FLIGHT, async (record) => {
    if (clock.now() >= deadline) return undefined;
    try {
      const message = await readGenuine(record, dependencies);
      const isNews = await keep(message.failed, dependencies);
      unsafe.delete(record.messageId);
      if (isNews) tally.isArchived(message.failed);
      return isNews && message.isUndiagnosed ? message.failed : undefined;
    } catch (error) {
      tally.hasFailed(error);
      return undefined;
    }
  });

  const undiagnosed = kept.filter((failed) => failed !== undefined);
  await inParallel(undiagnosed, MESSAGES_IN_FLIGHT, (failed) => diagnose(failed, dependencies));
  return unsafe;
}

/**
 * Believes a replay attribute only where the tracker has an item for its place, as it has for whatever was ever
 * replayed, and unless the place holds another message. So nobody can overwrite what is not theirs, nor take a place
 * before the message comes whose place it is.
 */
async function readGenuine(record: SQSRecord, dependencies: DeadLetterDependencies): Promise<DeadMessage> {
  const { archive, tracker, clock, deadline, topicQueuePrefix } = dependencies;
  const message = readDeadMessage(record, { topicQueuePrefix, trustReplay: true });
  if (!message.isReplay) return message;
  const asItself = () => readDeadMessage(record, { topicQueuePrefix, trustReplay: false });
  const items = await callBefore(clock, deadline, (signal) => tracker.find([trackerKeyOf(message.failed)], signal));
  if (items.length === 0) return asItself();
  const text = await callBefore(clock, deadline, (signal) => archive.get(keyOf(message.failed), signal));
  const isOwn = text === undefined || readArchiveObject(text)?.body === message.failed.object.body;
  return isOwn ? message : asItself();
}

/** The message is safe already: where this fails, it stays UNKNOWN, which its receives would not change. */
async function diagnose(failed: Failed, dependencies: DeadLetterDependencies): Promise<void> {
  const drop = dropOf(failed.object);
  if (drop === undefined) return;
  const reason = { error_class: "DROP", error_type: drop.reason, error_message: drop.message } as const;
  const diagnosed: Failed = { ...failed, object: { ...failed.object, ...reason } };
  try {
    await keepReason(diagnosed, dependencies);
    dependencies.tally.isReclassified(failed, diagnosed);
  } catch (error) {
    dependencies.tally.hasFailed(error);
  }
}
