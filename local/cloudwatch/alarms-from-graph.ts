import { Inputs } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import {
  ALARM_STATES,
  type AlarmConfiguration,
  type AlarmState,
  COMPARISONS,
  TREATMENTS,
} from "./alarm-configuration.ts";
import { readWatched, SINGLE_METRIC_INPUTS } from "./watched-from-graph.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const TOPIC = "aws:sns/topic:Topic";

/** Inputs of `cloudwatch.MetricAlarmArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  region: "the whole stack is in one region, which the ARN names",
  tags: "nothing reads them",
};

/** Resources that watch metrics as well, and are not realised locally. */
const UNSUPPORTED_RESOURCES = [
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:cloudwatch/metricStream:MetricStream",
];

const ACTIONS: Readonly<Record<AlarmState, string>> = {
  OK: "okActions",
  ALARM: "alarmActions",
  INSUFFICIENT_DATA: "insufficientDataActions",
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, as every limit here. */
const MAX_ACTIONS = 5;
const MAX_DESCRIPTION = 1024;
/** Any but ASCII's control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: AWS's own rule.
const NAME = /^[^\x00-\x1f\x7f]{1,255}$/;
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 604_800;
const HOUR_SECONDS = 3600;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const INSIGHTS_SECONDS = 3 * HOUR_SECONDS;
const MAX_INSIGHTS_ALARMS = 200;

/**
 * The stack's alarms, as PutMetricAlarm would take them.
 *
 * @param problems Where everything goes that AWS would refuse and that the local cloud cannot do: percentiles, anomaly
 *   detection, periods below a minute, actions other than messages to topics of the stack, composite alarms.
 */
export function alarmsOf(graph: StackGraph, problems: string[]): AlarmConfiguration[] {
  for (const type of UNSUPPORTED_RESOURCES) {
    for (const resource of ofType(graph, type)) Inputs.of(resource, problems).refuse("name", "not realised locally");
  }
  const topics = new Set(ofType(graph, TOPIC).map(({ state }) => String(state.arn)));
  const names = new Set<string>();
  let insightsAlarms = 0;
  return ofType(graph, ALARM).map((resource) => {
    const inputs = Inputs.of(resource, problems);
    const alarm = readAlarm(inputs, resource, { topics, account: graph.account });
    if (names.has(alarm.name)) inputs.refuse("name", `another alarm is called ${alarm.name}`);
    names.add(alarm.name);
    if (alarm.watched.set.insights().size > 0) insightsAlarms += 1;
    if (insightsAlarms === MAX_INSIGHTS_ALARMS + 1) {
      inputs.refuse(
        "metricQueries",
        `an account has at most ${MAX_INSIGHTS_ALARMS} alarms on Metrics Insights queries`,
      );
    }
    return alarm;
  });
}

function readAlarm(
  inputs: Inputs,
  { state }: GraphResource,
  { topics, account }: { topics: ReadonlySet<string>; account: string },
): AlarmConfiguration {
  inputs.only(
    [
      "name",
      "alarmDescription",
      "actionsEnabled",
      ...Object.values(ACTIONS),
      "metricQueries",
      ...SINGLE_METRIC_INPUTS,
      "comparisonOperator",
      "threshold",
      "evaluationPeriods",
      "datapointsToAlarm",
      "treatMissingData",
    ],
    ignoredInputs,
  );
  const watched = readWatched(inputs, account);
  const evaluationPeriods = inputs.optionalInteger("evaluationPeriods", { min: 1, max: Number.MAX_SAFE_INTEGER });
  if (inputs.value("evaluationPeriods") === undefined) inputs.refuse("evaluationPeriods", "is required");
  const periods = evaluationPeriods ?? 1;
  const alarm: AlarmConfiguration = {
    name: inputs.text("name", NAME),
    arn: String(state.arn),
    description: readDescription(inputs),
    actionsEnabled: inputs.value("actionsEnabled") !== false,
    actions: readActions(inputs, topics),
    watched,
    periodSeconds: watched.set.periodSeconds(watched.id),
    comparison: readComparison(inputs),
    threshold: readThreshold(inputs),
    evaluationPeriods: periods,
    datapointsToAlarm: inputs.integer("datapointsToAlarm", { min: 1, max: periods, fallback: periods }),
    treatMissingData: inputs.choice("treatMissingData", TREATMENTS),
  };
  checkLength(inputs, alarm);
  return alarm;
}

function readDescription(inputs: Inputs): string | undefined {
  const description = inputs.optionalText("alarmDescription");
  if (description !== undefined && description.length > MAX_DESCRIPTION) {
    inputs.refuse("alarmDescription", `must have at most ${MAX_DESCRIPTION} characters, has ${description.length}`);
  }
  return description;
}

function readActions(inputs: Inputs, topics: ReadonlySet<string>): AlarmConfiguration["actions"] {
  const read = (state: AlarmState): string[] => {
    const property = ACTIONS[state];
    const arns = inputs.values(property).map(String);
    if (arns.length > MAX_ACTIONS) inputs.refuse(property, `must be at most ${MAX_ACTIONS}, are ${arns.length}`);
    for (const arn of arns) {
      if (!topics.has(arn)) inputs.refuse(property, `must be topics of the stack; ${arn} is none`);
    }
    return arns;
  };
  return Object.fromEntries(ALARM_STATES.map((state) => [state, read(state)])) as Record<AlarmState, string[]>;
}

/** Without a default: AWS asks for it. */
function readComparison(inputs: Inputs): AlarmConfiguration["comparison"] {
  if (inputs.value("comparisonOperator") === undefined) inputs.refuse("comparisonOperator", "is required");
  return inputs.choice("comparisonOperator", COMPARISONS);
}

function readThreshold(inputs: Inputs): number {
  const threshold = inputs.value("threshold");
  if (typeof threshold === "number" && Number.isFinite(threshold)) return threshold;
  inputs.refuse("threshold", `must be a number, is ${JSON.stringify(threshold)}`);
  return 0;
}

function checkLength(inputs: Inputs, { periodSeconds, evaluationPeriods, watched }: AlarmConfiguration): void {
  const length = periodSeconds * evaluationPeriods;
  const most = periodSeconds < HOUR_SECONDS ? DAY_SECONDS : WEEK_SECONDS;
  const [limit, what] =
    watched.set.insights().size > 0 ? [INSIGHTS_SECONDS, " on a Metrics Insights query"] : [most, ""];
  if (length <= limit) return;
  inputs.refuse(
    "evaluationPeriods",
    `periods of ${periodSeconds} s may last ${limit} s together${what}, ${evaluationPeriods} of them last ${length} s`,
  );
}
