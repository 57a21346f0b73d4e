import { some } from "./core/document.ts";
import { compare, resourcePolicy, stackPolicy } from "./core/policy.ts";
import type { Resource } from "./core/stack.ts";
import { all, any, not, type Truth, Unknown } from "./core/truth.ts";
import { EVENT_SOURCE_MAPPING, FUNCTION, QUEUE } from "./core/types.ts";

const QUEUE_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html";

/** What a mapping has for streams only; SQS takes none of it. */
const STREAM_OPTIONS = [
  "startingPosition",
  "startingPositionTimestamp",
  "bisectBatchOnFunctionError",
  "maximumRetryAttempts",
  "maximumRecordAgeInSeconds",
  "parallelizationFactor",
  "tumblingWindowInSeconds",
];

export const reportBatchItemFailures = resourcePolicy({
  name: "mapping-report-batch-item-failures",
  type: EVENT_SOURCE_MAPPING,
  description: "A queue's event source mapping reports failures message by message.",
  level: "mandatory",
  severity: "high",
  reason:
    "Without it one bad message brings back its whole batch, and the good ones are handled again and given up with it.",
  fix: 'Set functionResponseTypes to ["ReportBatchItemFailures"], and return batchItemFailures.',
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
  check(mapping, { expect }) {
    const reports = some(mapping.at("functionResponseTypes").items, (type) => type.is("ReportBatchItemFailures"));
    expect(mapping, any(not(readsQueue(mapping)), reports), "does not report failures message by message");
  },
});

export const scalingConfig = resourcePolicy({
  name: "mapping-maximum-concurrency",
  type: EVENT_SOURCE_MAPPING,
  description: "A queue's event source mapping says how many batches run at once.",
  level: "mandatory",
  severity: "high",
  reason:
    "Without a maximum one busy queue takes all of the function's concurrency, and throttling costs the others receives.",
  fix: "Set scalingConfig.maximumConcurrency (2 to 1,000), or provisionedPollerConfig.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
  check(mapping, { expect }) {
    const isLimited = any(
      mapping.at("scalingConfig", "maximumConcurrency").isSet,
      mapping.at("provisionedPollerConfig").isSet,
    );
    expect(mapping, any(not(readsQueue(mapping)), isLimited), "has no maximum concurrency");
  },
});

export const noStreamOptions = resourcePolicy({
  name: "mapping-no-stream-options",
  type: EVENT_SOURCE_MAPPING,
  description: "A queue's event source mapping has no options that are for streams.",
  level: "mandatory",
  severity: "medium",
  reason: "Lambda refuses them for SQS, and whoever set them believes in retries or a destination that do not exist.",
  fix: "Remove the option; retries, age and dead letters of a queue are settings of the queue.",
  url: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
  check(mapping, { expect }) {
    const isQueue = readsQueue(mapping);
    const options = STREAM_OPTIONS.map((name): [string, Truth] => {
      // A provider writes zeros and false where nothing was given.
      const input = mapping.at(name);
      return [name, all(input.isSet, not(input.is(0, -1, false)))];
    });
    options.push(["destinationConfig", mapping.at("destinationConfig", "onFailure", "destinationArn").isSet]);
    for (const [name, isUsed] of options) {
      expect(mapping, not(all(isQueue, isUsed)), `has ${name}, which is for streams only`);
    }
  },
});

export const batchWindow = resourcePolicy({
  name: "mapping-batch-limits",
  type: EVENT_SOURCE_MAPPING,
  description: "A queue's batches keep to Lambda's limits.",
  level: "mandatory",
  severity: "medium",
  reason: "Lambda refuses more than 10 messages without a window of at least a second, and more than 10,000 at all.",
  fix: "Lower batchSize, or set maximumBatchingWindowInSeconds to at least 1.",
  url: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
  check(mapping, { expect }) {
    const isStream = not(readsQueue(mapping));
    const size = mapping.at("batchSize");
    const window = mapping.at("maximumBatchingWindowInSeconds");
    const isSmall = compare(size, (value) => value <= 10, true);
    const hasWindow = compare(window, (value) => value >= 1, false);
    expect(mapping, any(isStream, isSmall, hasWindow), "takes more than 10 messages without a window");
    expect(
      mapping,
      any(
        isStream,
        compare(size, (value) => value <= 10_000, true),
      ),
      "takes more than 10,000 messages",
    );
    expect(
      mapping,
      any(
        isStream,
        compare(window, (value) => value <= 300, true),
      ),
      "has a window of more than 300 s",
    );
  },
});

export const concurrencyWithinReserved = stackPolicy({
  name: "mapping-concurrency-within-reserved",
  description: "The maxima of a function's mappings add up to no more than its reserved concurrency.",
  level: "mandatory",
  severity: "high",
  reason: "What exceeds the reservation is throttled, and each throttled batch costs its messages a receive.",
  fix: "Raise the function's reservedConcurrentExecutions, or lower the mappings' maximumConcurrency.",
  url: QUEUE_PAGE,
  check(stack, { expect }) {
    const sums = new Map<Resource, number | Unknown>();
    for (const mapping of stack.ofType(EVENT_SOURCE_MAPPING)) {
      const target = stack.find(mapping, "functionName", mapping.at("functionName"), FUNCTION);
      const maximum = mapping.at("scalingConfig", "maximumConcurrency").number;
      if (target instanceof Unknown) expect(mapping, target, "");
      if (target === undefined || target instanceof Unknown || maximum === undefined) continue;
      const before = sums.get(target) ?? 0;
      sums.set(target, before instanceof Unknown ? before : maximum instanceof Unknown ? maximum : before + maximum);
    }
    for (const [target, sum] of sums) {
      const isWithin =
        sum instanceof Unknown
          ? sum
          : compare(target.at("reservedConcurrentExecutions"), (reserved) => sum <= reserved, false);
      expect(target, isWithin, `reserves less concurrency than its mappings use together (${sum})`);
    }
  },
});

/** Whether a mapping reads an SQS queue, and no stream. */
function readsQueue(mapping: Resource): Truth {
  const isQueue = mapping.at("eventSourceArn").matches(/^arn:[^:]+:sqs:/);
  if (!(isQueue instanceof Unknown)) return isQueue;
  const sources = mapping.sources("eventSourceArn");
  return sources.length === 0 ? isQueue : sources.some((urn) => urn.split("::")[2]?.endsWith(QUEUE));
}
