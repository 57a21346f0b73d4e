import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { type Alarm, OPERATIONS_GUIDE } from "../../../components/alarm.ts";
import { breakerAlarms } from "../../../components/breaker-alarms.ts";
import { alertAlarms } from "../../../components/observability/alarms.ts";
import { laneCount } from "../../../functions/common/signals.ts";
import { namesFor } from "../../../settings/names.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed, type Settings } from "../../../settings/settings.ts";

const names = namesFor("lean-ops", "test");
const MACHINE_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:lean-ops-test-refinery";

function settingsOf(topics: readonly string[], more: object = {}): Settings {
  return completed(settingsSchema.parse({ topics: Object.fromEntries(topics.map((topic) => [topic, {}])), ...more }));
}

const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
const two = settingsOf(["orders", "payments"], { delivery: { bufferSeconds: 300, transform: { bufferSeconds: 60 } } });
const { ofTheStack, ofQueues } = alertAlarms(names, two, MACHINE_ARN);
const guide = readFileSync(new URL(`../../../${OPERATIONS_GUIDE}`, import.meta.url), "utf8");

/** What an alarm tells of, in one line. */
function summary({ watched, comparison, threshold, periodSeconds, periods = [1, 1], missing }: Alarm): string {
  const what = whatOf(watched);
  const signs = { GreaterThanThreshold: ">", GreaterThanOrEqualToThreshold: ">=", LessThanThreshold: "<" };
  const when = `${periods[0]} of ${periods[1]} x ${periodSeconds} s`;
  return `${what} ${signs[comparison]} ${threshold}, ${when}${missing === undefined ? "" : `, ${missing}`}`;
}

function whatOf(watched: Alarm["watched"]): string {
  if ("query" in watched) return "a query";
  if ("machineArn" in watched) return `Sum ${watched.executions} ${String(watched.machineArn).split(":").at(-1)}`;
  if (!("expression" in watched)) return metric(watched);
  return `${watched.expression} of ${Object.values(watched.metrics).map(metric).join(", ")}`;
}

function metric({ name, dimensions, statistic }: Extract<Alarm["watched"], { statistic: string }>): string {
  const of = dimensions.function_name ?? Object.values(dimensions).at(-1);
  return `${statistic} ${name} ${of?.replace("lean-ops-test-", "")}`;
}

describe("the alarms that people are told of", () => {
  it("are these for the stack", () => {
    assert.deepEqual(Object.fromEntries(ofTheStack.map((alarm) => [alarm.name, summary(alarm)])), {
      "breaker-open": "Maximum CircuitOpen circuit-breaker >= 1, 1 of 1 x 60 s",
      "breaker-silent": "FILL(told, 0) of SampleCount CircuitOpen circuit-breaker < 1, 5 of 5 x 60 s, breaching",
      "breaker-behind": "Minimum MappingsNotAsWanted circuit-breaker >= 1, 3 of 3 x 300 s",
      "probe-undecided": "Maximum ProbeTicksWithoutVerdict circuit-breaker >= 30, 1 of 1 x 300 s",
      "breaker-errors": "Sum Errors circuit-breaker >= 1, 3 of 5 x 60 s",
      "sqs-processor-errors": "Sum Errors sqs-processor >= 1, 3 of 3 x 300 s",
      "sqs-processor-throttles": "Sum Throttles sqs-processor >= 1, 2 of 3 x 300 s",
      "sqs-processor-duration": "Maximum Duration sqs-processor > 24000, 3 of 3 x 300 s",
      "delivery-failures": "Sum DeliveryToIceberg.FailedRowCount events >= 1, 1 of 1 x 300 s",
      "delivery-freshness": "Maximum DeliveryToIceberg.DataFreshness events > 1260, 1 of 1 x 300 s",
      "delivery-throttles": "Sum ThrottledRecords events >= 1, 3 of 3 x 300 s",
      "firehose-transform-errors": "Sum Errors firehose-transform >= 1, 2 of 3 x 300 s",
      "dlq-age": "Maximum ApproximateAgeOfOldestMessage dlq > 604800, 1 of 1 x 300 s",
      "dlq-depth": "Minimum ApproximateNumberOfMessagesVisible dlq >= 1, 3 of 3 x 300 s",
      "archive-failures": "Sum ArchiveFailures dlq-processor >= 1, 2 of 3 x 300 s",
      "dlq-processor-errors": "Sum Errors dlq-processor >= 1, 2 of 3 x 300 s",
      "delivery-errors-age": "Maximum ApproximateAgeOfOldestMessage delivery-errors > 3600, 1 of 1 x 300 s",
      "error-sweep-errors": "Sum Errors error-sweep >= 1, 2 of 2 x 900 s",
      "replay-failures": "Maximum ApproximateNumberOfMessagesVisible replay-failures >= 1, 1 of 1 x 300 s",
      "replay-age": "Maximum IteratorAge replay > 600000, 1 of 1 x 300 s",
      "replay-errors": "Sum Errors replay >= 1, 2 of 3 x 300 s",
      "balance-unexplained": "Maximum RowsUnexplained water-balance >= 1, 1 of 1 x 900 s",
      "balance-not-checked": "Maximum TopicsNotChecked water-balance >= 1, 1 of 1 x 900 s",
      "balance-ingestion": "Maximum IngestionUnexplained water-balance >= 1, 1 of 1 x 900 s",
      "balance-ingestion-not-checked": "Maximum IngestionNotChecked water-balance >= 1, 2 of 3 x 900 s",
      "refinery-silent": "FILL(told, 0) of SampleCount TopicsBalanced water-balance < 1, 3 of 3 x 900 s, breaching",
      "refinery-failed": "Sum ExecutionsFailed lean-ops-test-refinery >= 1, 1 of 1 x 900 s",
      "refinery-timed-out": "Sum ExecutionsTimedOut lean-ops-test-refinery >= 1, 1 of 1 x 900 s",
      "refinery-plan-errors": "Sum Errors refinery-plan >= 1, 2 of 3 x 900 s",
      "water-balance-errors": "Sum Errors water-balance >= 1, 2 of 3 x 900 s",
    });
  });

  it("are two for each topic's queue: that it is late, and that it will expire", () => {
    assert.deepEqual(Object.fromEntries(ofQueues.map((alarm) => [alarm.name, summary(alarm)])), {
      "oldest-message-orders": "Maximum ApproximateAgeOfOldestMessage topic-orders > 900, 3 of 3 x 60 s",
      "expiry-orders": "Maximum ApproximateAgeOfOldestMessage topic-orders > 172800, 1 of 1 x 300 s",
      "oldest-message-payments": "Maximum ApproximateAgeOfOldestMessage topic-payments > 900, 3 of 3 x 60 s",
      "expiry-payments": "Maximum ApproximateAgeOfOldestMessage topic-payments > 172800, 1 of 1 x 300 s",
    });
  });

  it("are two queries for all queues where the settings say so, by the tag that only theirs have", () => {
    const query =
      "SELECT MAX(ApproximateAgeOfOldestMessage) FROM SCHEMA(\"AWS/SQS\", QueueName) WHERE tag.topicOf = 'lean-ops-test' GROUP BY QueueName ORDER BY MAX() DESC LIMIT 100";
    const found = alertAlarms(
      names,
      settingsOf(["orders"], { observability: { queueAlarms: "query" } }),
      MACHINE_ARN,
    ).ofQueues;
    assert.deepEqual(
      found.map((alarm) => [alarm.name, alarm.watched, summary(alarm)]),
      [
        ["oldest-message", { query }, "a query > 900, 3 of 3 x 60 s, missing"],
        ["expiry", { query }, "a query > 172800, 1 of 1 x 300 s, missing"],
      ],
    );
  });

  it("tell of the DLQ before a message can expire there, for all settings that are allowed", () => {
    const age = ofTheStack.find(({ name }) => name === "dlq-age");
    const { retentionDays, deadLetterRetentionDays } = two.queue;
    assert(Number(age?.threshold) < (deadLetterRetentionDays - retentionDays) * 86_400);
  });

  it("do not open the circuit: none is named as its topic's policy has it", () => {
    for (const { name } of [...ofTheStack, ...ofQueues]) assert(!name.startsWith("circuit-"), name);
  });

  it("have names of their own, whatever the topics are called", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), { minLength: 1 }), (topics) => {
        const settings = settingsOf(topics);
        const { ofTheStack: own, ofQueues: each } = alertAlarms(names, settings, MACHINE_ARN);
        const all = [...breakerAlarms(names, settings), ...own, ...each].map(({ name }) => name);
        assert.equal(new Set(all).size, all.length);
      }),
    );
  });

  const queries = alertAlarms(names, settingsOf(many(101)), MACHINE_ARN).ofQueues;
  for (const alarm of [...breakerAlarms(names, two), ...ofTheStack, ...ofQueues, ...queries]) {
    it(`${alarm.name}: says what to do, in a section of the guide as well`, () => {
      assert.match(alarm.description, /^[A-Z`].+\. .+\.$|^[A-Z].+: .+\.$/);
      // CloudWatch takes 1,024 characters, with the reference behind it.
      assert(alarm.description.length <= 900);
      assert.match(guide, new RegExp(`^### ${alarm.heading ?? alarm.name}$`, "m"));
    });
  }
});

describe("what the alarms cost", () => {
  const ALARM_METRIC = 0.1;
  const CUSTOM_METRIC = 0.3;
  const DASHBOARD = 3;

  /** A query is paid for by each metric that it looks at. */
  function metricsOf({ watched }: Alarm, topicCount: number): number {
    if ("query" in watched) return topicCount;
    return "expression" in watched ? Object.keys(watched.metrics).length : 1;
  }

  /** A month, as a row of the guide's table. */
  function row(topicCount: number): string {
    const settings = settingsOf(many(topicCount));
    const alerts = alertAlarms(names, settings, MACHINE_ARN);
    const alarms = [...breakerAlarms(names, settings), ...alerts.ofTheStack, ...alerts.ofQueues];
    const watched = alarms.reduce((sum, alarm) => sum + metricsOf(alarm, topicCount), 0);
    // Written every hour: six counts of the processor and two a lane, those of the sweep and of the circuit breaker;
    // nine of the water balance; and, of each topic, what was received and what was forwarded.
    const written = 17 + 2 * laneCount(topicCount) + (settings.observability.topicMetrics ? 2 * topicCount : 0);
    const prices = [ALARM_METRIC * watched, CUSTOM_METRIC * written, DASHBOARD];
    const total = prices.reduce((sum, price) => sum + price);
    const dollars = [...prices, total].map((price) => `$${price.toFixed(2)}`);
    return `| ${[topicCount.toLocaleString("en"), alarms.length, watched.toLocaleString("en"), dollars[0], written, ...dollars.slice(1)].join(" | ")} |`;
  }

  for (const topicCount of [3, 100, 1000]) {
    it(`is in the guide for ${topicCount} topics`, () => {
      assert(guide.includes(row(topicCount)), row(topicCount));
    });
  }
});
