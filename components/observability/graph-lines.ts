import type { ErrorClass } from "../../functions/common/archive.ts";
import { BREAKER_METRICS } from "../../functions/common/circuit.ts";
import { laneCount, SIGNALS } from "../../functions/common/signals.ts";
import { BALANCE_SIGNALS } from "../../functions/water-balance/signals.ts";
import type { FunctionName, Names } from "../../settings/names.ts";
import { MAXIMUM_TOPICS_IN_DETAIL } from "../../settings/operation-schema.ts";
import type { Settings } from "../../settings/settings.ts";
import {
  type DeliveryMetric,
  deliveryMetric,
  type LambdaMetric,
  lambdaMetric,
  type Metric,
  ownMetric,
  type QueueMetric,
  queueMetric,
  type Statistic,
} from "../metrics.ts";
import { topicQueuesQuery } from "./queries.ts";
import type { GraphLine } from "./widgets.ts";

/** The topics that a graph by topic shows: those with the most. */
const TOPICS_SHOWN = 10;

const ERROR_CLASSES: readonly ErrorClass[] = ["DROP", "RETRY", "UNKNOWN"];

/** Of all topics in one, by the metrics of each, or by a query where they are too many for a graph. */
export function queueTotals(names: Names, { topics }: Pick<Settings, "topics">): GraphLine[] {
  const totals = [
    { id: "sent", name: "NumberOfMessagesSent", label: "sent" },
    { id: "done", name: "NumberOfMessagesDeleted", label: "done with" },
  ] as const;
  if (isDetailed(topics)) {
    return totals.flatMap(({ id, name, label }): GraphLine[] => [
      { expression: `SUM(METRICS("${id}"))`, label },
      ...ofEach(names, topics, id, name, "Sum"),
    ]);
  }
  return totals.map(({ name, label }) => ({ expression: topicQueuesQuery(names, { select: `SUM(${name})` }), label }));
}

export function mostByTopic(names: Names, { topics }: Pick<Settings, "topics">, name: QueueMetric): GraphLine[] {
  if (isDetailed(topics)) {
    const most = `SORT(METRICS("topic"), MAX, DESC, ${TOPICS_SHOWN})`;
    return [{ expression: most }, ...ofEach(names, topics, "topic", name, "Maximum")];
  }
  const byQueue = { orderBy: "MAX()", limit: TOPICS_SHOWN };
  return [{ expression: topicQueuesQuery(names, { select: `MAX(${name})`, byQueue }) }];
}

function isDetailed(topics: Settings["topics"]): boolean {
  return Object.keys(topics).length <= MAXIMUM_TOPICS_IN_DETAIL;
}

function ofEach(
  names: Names,
  topics: Settings["topics"],
  id: string,
  name: QueueMetric,
  statistic: Statistic,
): GraphLine[] {
  return Object.keys(topics).map((topic, index) => ({
    metric: queueMetric(names.topicQueue(topic), name, statistic),
    id: `${id}${index}`,
    label: topic,
  }));
}

export function processorMessages(names: Names): GraphLine[] {
  return [
    own(names, "sqs-processor", SIGNALS.received, "received"),
    own(names, "sqs-processor", SIGNALS.forwarded, "forwarded"),
    own(names, "sqs-processor", SIGNALS.dropped, "dropped"),
    own(names, "sqs-processor", SIGNALS.dependencyFailures, "failed"),
    own(names, "sqs-processor", SIGNALS.dependencyThrottles, "throttled"),
  ];
}

export function firehoseRecords(names: Names): GraphLine[] {
  return [
    ofDelivery(names, "IncomingRecords", "Sum", "taken"),
    ofDelivery(names, "ThrottledRecords", "Sum", "throttled"),
  ];
}

export function tableRows(names: Names): GraphLine[] {
  return [
    ofDelivery(names, "DeliveryToIceberg.SuccessfulRowCount", "Sum", "written"),
    ofDelivery(names, "DeliveryToIceberg.FailedRowCount", "Sum", "failed"),
  ];
}

export function functionWork(names: Names, functionName: FunctionName): GraphLine[] {
  const line = (name: LambdaMetric, statistic: Statistic, label: string, more: { axis?: "right" } = {}) => ({
    metric: lambdaMetric(names, functionName, name, statistic),
    label,
    ...more,
  });
  return [
    line("ConcurrentExecutions", "Maximum", "at once"),
    line("Errors", "Sum", "errors"),
    line("Throttles", "Sum", "throttled"),
    line("Duration", "Maximum", "longest", { axis: "right" }),
  ];
}

export function waiting(queueName: string): GraphLine[] {
  return [
    { metric: queueMetric(queueName, "ApproximateNumberOfMessagesVisible", "Maximum"), label: "waiting" },
    { metric: queueMetric(queueName, "ApproximateAgeOfOldestMessage", "Maximum"), label: "oldest", axis: "right" },
  ];
}

export function archived(names: Names): GraphLine[] {
  const counts = [
    { name: "MessagesArchived", what: "messages" },
    { name: "RowsArchived", what: "rows" },
  ];
  return [
    ...counts.flatMap(({ name, what }) =>
      ERROR_CLASSES.map((error_class) => ({
        metric: ownMetric(names, "dlq-processor", name, "Sum", { error_class }),
        label: `${what}, ${error_class}`,
      })),
    ),
    own(names, "dlq-processor", "ArchiveFailures", "not archived"),
  ];
}

export function replays(names: Names): GraphLine[] {
  const age = lambdaMetric(names, "replay", "IteratorAge", "Maximum");
  const givenUp = queueMetric(names.replayFailuresQueue, "ApproximateNumberOfMessagesVisible", "Maximum");
  return [
    own(names, "replay", "MessagesReplayed", "replayed"),
    own(names, "replay", "ReplaysRefused", "refused"),
    own(names, "replay", "ReplayFailures", "failed"),
    { metric: givenUp, label: "given up" },
    { metric: age, label: "oldest request", axis: "right" },
  ];
}

export function circuit(names: Names): GraphLine[] {
  const notAsWanted = ownMetric(names, "circuit-breaker", BREAKER_METRICS.notAsWanted, "Maximum");
  return [
    own(names, "circuit-breaker", BREAKER_METRICS.open, "open, held or probing", "Maximum"),
    { metric: notAsWanted, label: "not yet as wanted", axis: "right" },
  ];
}

export function lanes(names: Names, { topics }: Pick<Settings, "topics">): GraphLine[] {
  return Array.from({ length: laneCount(Object.keys(topics).length) }, (_, index) => {
    const lane = { lane: String(index) };
    return [
      own(names, "sqs-processor", SIGNALS.freshBatchesStarted, `${index} started`, "Sum", lane),
      own(names, "sqs-processor", SIGNALS.freshBatchesEnded, `${index} ended`, "Sum", lane),
    ];
  }).flat();
}

/** What a run says of topics: in each of them all are counted once. */
export function refinedTopics(names: Names): GraphLine[] {
  const count = (name: string, label: string) => own(names, "water-balance", name, label, "Maximum");
  return [
    count(BALANCE_SIGNALS.balanced, "balanced"),
    count(BALANCE_SIGNALS.unequal, "unequal"),
    count(BALANCE_SIGNALS.notChecked, "not checked"),
  ];
}

export function balanceRows(names: Names): GraphLine[] {
  const count = (name: string, label: string) => own(names, "water-balance", name, label, "Maximum");
  return [
    count(BALANCE_SIGNALS.unexplained, "unexplained"),
    count(BALANCE_SIGNALS.ingestionUnexplained, "forwarded, and not in RAW"),
    count(BALANCE_SIGNALS.inFirehose, "in Firehose"),
    count(BALANCE_SIGNALS.rejected, "rejected since the last run"),
    count(BALANCE_SIGNALS.duplicates, "duplicates since the last run"),
  ];
}

export function own(
  names: Names,
  functionName: FunctionName,
  name: string,
  label: string,
  statistic: Statistic = "Sum",
  more: Metric["dimensions"] = {},
): GraphLine {
  return { metric: ownMetric(names, functionName, name, statistic, more), label };
}

export function ofDelivery(names: Names, name: DeliveryMetric, statistic: Statistic, label: string): GraphLine {
  return { metric: deliveryMetric(names, name, statistic), label };
}
