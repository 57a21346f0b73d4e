import type { Input } from "./core/input.ts";
import { compare, expectClosed, stackPolicy } from "./core/policy.ts";
import { deadLetterQueues, failureDestinations, isWatched, redriveTargets } from "./core/queues.ts";
import type { Resource, Stack } from "./core/stack.ts";
import { all, any, not, Unknown } from "./core/truth.ts";
import { EVENT_SOURCE_MAPPING, QUEUE, QUEUE_REDRIVE_POLICY } from "./core/types.ts";

const DAY = 24 * 60 * 60;

/** What SQS takes where nothing is said: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const DEFAULT_RETENTION_SECONDS = 4 * DAY;

const DEAD_LETTER_PAGE =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html";

export const queueDeadLetter = stackPolicy({
  name: "sqs-dead-letter-queue",
  description: "A queue has a dead-letter queue, unless it is itself where failures go.",
  level: "mandatory",
  severity: "high",
  reason: "A message that can never be handled otherwise comes back until it expires, and is then gone.",
  fix: "Set redrivePolicy with a deadLetterTargetArn and a maxReceiveCount.",
  url: DEAD_LETTER_PAGE,
  peers: { cdkNag: ["SQS3"] },
  check(stack, { expect }) {
    const ends = [deadLetterQueues(stack), failureDestinations(stack)];
    const redrivesOf = redrives(stack);
    for (const queue of stack.ofType(QUEUE)) {
      const isEnd = ends.map(({ queues, open }) => (queues.has(queue) ? true : (open ?? false)));
      expect(queue, any(...redrivesOf(queue).map((redrive) => redrive.isSet), ...isEnd), "has no dead-letter queue");
    }
  },
});

export const maxReceiveCount = stackPolicy<{ minimum: number }>({
  name: "sqs-max-receive-count",
  description: "A message is received several times before it is given up.",
  level: "mandatory",
  severity: "medium",
  reason: "Throttling and time-outs cost receives too: with few of them a short outage moves good messages to the DLQ.",
  fix: "Set redrivePolicy.maxReceiveCount to at least the configured minimum.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
  settings: { minimum: { default: 5, description: "The least maxReceiveCount; AWS advises 5." } },
  check(stack, { expect, settings }) {
    const redrivesOf = redrives(stack);
    for (const queue of stack.ofType(QUEUE)) {
      for (const redrive of redrivesOf(queue)) {
        const count = redrive.json.at("maxReceiveCount");
        // AWS takes the number as a text as well.
        const { text } = count;
        const enough =
          typeof text === "string"
            ? Number(text) >= settings.minimum
            : compare(count, (value) => value >= settings.minimum, false);
        const isMissing = redrive.isAbsent;
        expect(queue, any(isMissing, enough), `is given up after fewer than ${settings.minimum} receives`);
      }
    }
  },
});

export const deadLetterRetention = stackPolicy<{ marginDays: number }>({
  name: "sqs-dead-letter-retention",
  description: "A dead-letter queue keeps messages for longer than its sources and a margin together.",
  level: "mandatory",
  severity: "high",
  reason: "The time in the source counts: a message that was moved on its last day expires in the DLQ soon after.",
  fix: "Lengthen the DLQ's messageRetentionSeconds (14 days at most), or shorten the source's.",
  url: DEAD_LETTER_PAGE,
  settings: { marginDays: { default: 7, description: "Days that must remain for repairing what reads the DLQ." } },
  check(stack, { expect, settings }) {
    for (const { source, target } of redriveTargets(stack)) {
      if (target === undefined) continue;
      if (target instanceof Unknown) {
        expect(source, target, "");
        continue;
      }
      const kept = retention(target);
      const before = retention(source);
      const enough =
        kept instanceof Unknown ? kept : before instanceof Unknown ? before : before + settings.marginDays * DAY < kept;
      expect(
        source,
        enough,
        `keeps messages for too long for its DLQ ${target.name} (${settings.marginDays} days must remain)`,
      );
    }
  },
});

export const deadLetterConsumed = stackPolicy({
  name: "sqs-dead-letter-consumed",
  description: "Something reads each dead-letter queue.",
  level: "mandatory",
  severity: "high",
  reason: "What nobody reads expires after 14 days at the latest, and is lost.",
  fix: "Add an event source mapping from the DLQ to a function that archives what it gets.",
  url: DEAD_LETTER_PAGE,
  check(stack, { expect }) {
    const mappings = stack.ofType(EVENT_SOURCE_MAPPING);
    const found = deadLetterQueues(stack);
    expectClosed({ expect }, found);
    for (const queue of found.queues) {
      const reads = mappings.map((mapping) =>
        all(
          stack.names(mapping, "eventSourceArn", mapping.at("eventSourceArn"), queue),
          not(mapping.at("enabled").is(false)),
        ),
      );
      expect(queue, any(...reads), "is a dead-letter queue that nothing reads");
    }
  },
});

export const deadLetterAgeAlarm = stackPolicy({
  name: "sqs-dead-letter-age-alarm",
  description: "An alarm watches the age of the oldest message in each dead-letter queue.",
  level: "mandatory",
  severity: "high",
  reason: "If what reads the DLQ stops, the age is what tells, before the first message expires.",
  fix: "Add an alarm on ApproximateAgeOfOldestMessage of the DLQ.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
  check(stack, { expect }) {
    const found = deadLetterQueues(stack);
    expectClosed({ expect }, found);
    for (const queue of found.queues) {
      expect(queue, isWatched(stack, queue, ["ApproximateAgeOfOldestMessage"]), "is a DLQ of whose age no alarm tells");
    }
  },
});

export const failureDestinationAlarm = stackPolicy({
  name: "sqs-failure-destination-alarm",
  description: "An alarm tells when something arrives in a queue that only takes failures.",
  level: "mandatory",
  severity: "medium",
  reason: "Such a queue is read by people, who must be told that there is something to read.",
  fix: "Add an alarm on the queue's ApproximateNumberOfMessagesVisible or ApproximateAgeOfOldestMessage.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
  check(stack, { expect }) {
    const metrics = ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent"];
    const found = failureDestinations(stack);
    expectClosed({ expect }, found);
    for (const queue of found.queues) {
      expect(queue, isWatched(stack, queue, metrics), "takes failures of which no alarm tells");
    }
  },
});

/** Where a queue says what becomes of messages that are received too often. */
function redrives(stack: Stack): (queue: Resource) => Input[] {
  const policies = stack.attached(QUEUE_REDRIVE_POLICY, "queueUrl", QUEUE);
  return (queue) => [queue, ...(policies.get(queue) ?? [])].map((from) => from.at("redrivePolicy"));
}

function retention(queue: Resource): number | Unknown {
  return queue.at("messageRetentionSeconds").number ?? DEFAULT_RETENTION_SECONDS;
}
