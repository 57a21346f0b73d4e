import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import {
  archived,
  balanceRows,
  circuit,
  firehoseRecords,
  functionWork,
  lanes,
  mostByTopic,
  ofDelivery,
  own,
  processorMessages,
  queueTotals,
  refinedTopics,
  replays,
  tableRows,
  waiting,
} from "./graph-lines.ts";
import { alarmWidget, graphWidget, inRows, textWidget, type Widget } from "./widgets.ts";

export interface DashboardOptions {
  names: Names;
  settings: Pick<Settings, "topics" | "observability" | "refinery">;
  region: string;
  /** ARNs of those whose state is shown, 100 at most. */
  alarms: readonly string[];
}

export interface DashboardBody {
  widgets: Widget[];
}

const HEIGHT = 6;

/**
 * The flow from left to right, and below it what becomes of what does not get through. In the form of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html, with no
 * more than 500 metrics in a graph whatever the number of topics
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html).
 */
export function dashboardBody({ names, settings, region, alarms }: DashboardOptions): DashboardBody {
  const graph = graphWidget.bind(undefined, region);
  const { freshnessMinutes } = settings.observability;
  const run = settings.refinery.everyMinutes * 60;
  const flow =
    "**queues → sqs-processor → Firehose → tables**; below: **dead letters → archive → replay**, the circuit, the refinery";

  return {
    widgets: inRows([
      { height: 2, widgets: [textWidget(`# ${names.prefix}\n${flow}. What to do: docs/operations.md`)] },
      {
        height: HEIGHT,
        widgets: [
          graph({ title: "1 Queues: messages", unit: "a minute", lines: queueTotals(names, settings) }),
          graph({ title: "2 sqs-processor: messages", unit: "a minute", lines: processorMessages(names) }),
          graph({ title: "3 Firehose: records", unit: "a minute", lines: firehoseRecords(names) }),
          graph({ title: "4 Tables: rows", unit: "a minute", lines: tableRows(names) }),
        ],
      },
      {
        height: HEIGHT,
        widgets: [
          graph({
            title: "Oldest message, by topic",
            unit: "seconds",
            lines: mostByTopic(names, settings, "ApproximateAgeOfOldestMessage"),
            threshold: { label: "alarm", value: freshnessMinutes * 60 },
          }),
          graph({
            title: "sqs-processor: work",
            unit: "executions",
            rightUnit: "milliseconds",
            lines: functionWork(names, "sqs-processor"),
          }),
          graph({
            title: "firehose-transform: work",
            unit: "executions",
            rightUnit: "milliseconds",
            lines: functionWork(names, "firehose-transform"),
          }),
          graph({
            title: "Age of the oldest row in Firehose",
            unit: "seconds",
            lines: [ofDelivery(names, "DeliveryToIceberg.DataFreshness", "Maximum", "oldest row")],
          }),
        ],
      },
      {
        height: HEIGHT,
        widgets: [
          graph({
            title: "Waiting, by topic",
            unit: "messages",
            lines: mostByTopic(names, settings, "ApproximateNumberOfMessagesVisible"),
          }),
          graph({
            title: "5 Dead letters",
            unit: "messages",
            rightUnit: "seconds",
            lines: waiting(names.deadLetterQueue),
          }),
          graph({ title: "6 Archive", unit: "a minute", isStacked: true, lines: archived(names) }),
          graph({ title: "7 Replay", unit: "a minute", rightUnit: "milliseconds", lines: replays(names) }),
        ],
      },
      {
        height: HEIGHT,
        widgets: [
          graph({
            title: "Circuit",
            unit: "1 = not closed",
            rightUnit: "mappings",
            lines: circuit(names),
          }),
          graph({ title: "Batches of new messages, by lane", unit: "a minute", lines: lanes(names, settings) }),
          graph({
            title: "Error files",
            unit: "files",
            rightUnit: "seconds",
            lines: [...waiting(names.deliveryErrorsQueue), own(names, "error-sweep", "FilesSwept", "told of again")],
          }),
          alarmWidget("Alarms", alarms),
        ],
      },
      {
        height: HEIGHT,
        widgets: [
          graph({
            title: "8 Refinery: topics",
            unit: "topics",
            isStacked: true,
            lines: refinedTopics(names),
            periodSeconds: run,
          }),
          graph({ title: "9 Water balance: rows", unit: "rows", lines: balanceRows(names), periodSeconds: run }),
          graph({
            title: "refinery-plan: work",
            unit: "executions",
            rightUnit: "milliseconds",
            lines: functionWork(names, "refinery-plan"),
            periodSeconds: run,
          }),
          graph({
            title: "water-balance: work",
            unit: "executions",
            rightUnit: "milliseconds",
            lines: functionWork(names, "water-balance"),
            periodSeconds: run,
          }),
        ],
      },
    ]),
  };
}
