import type { Alarm } from "./alarm.ts";
import { ALARM_STATES } from "./alarm-configuration.ts";
import type { Alarms } from "./alarms.ts";
import { contributorsNotFound, invalidParameterCombination, validationError } from "./errors.ts";
import { metricShape } from "./metric-parameters.ts";
import type { MetricQuery } from "./metric-query.ts";
import { pageOf } from "./pages.ts";
import type { Parameters } from "./parameters.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

/** Answers DescribeAlarms. There are metric alarms only. */
export function describeAlarms(input: Parameters, alarms: Alarms): unknown {
  input.only([
    ...["AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "ActionPrefix"],
    ...["MaxRecords", "NextToken"],
  ]);
  const names = new Set(input.texts("AlarmNames"));
  const prefix = input.optionalText("AlarmNamePrefix");
  if (names.size > 0 && prefix !== undefined) {
    throw invalidParameterCombination("AlarmNames and AlarmNamePrefix must not be given together.");
  }
  if (names.size > MAX_PAGE) throw validationError(`AlarmNames must be at most ${MAX_PAGE}, are ${names.size}`);
  const types = input.texts("AlarmTypes");
  const state = input.choice("StateValue", ALARM_STATES);
  const actionPrefix = input.optionalText("ActionPrefix");
  const isMeant = (alarm: Alarm): boolean => {
    const { name, actions } = alarm.configuration;
    return (
      (names.size === 0 || names.has(name)) &&
      (prefix === undefined || name.startsWith(prefix)) &&
      (state === undefined || alarm.state.value === state) &&
      (actionPrefix === undefined ||
        Object.values(actions)
          .flat()
          .some((arn) => arn.startsWith(actionPrefix))) &&
      (types.length === 0 || types.includes("MetricAlarm"))
    );
  };
  const size = input.integer("MaxRecords", { min: 1, max: MAX_PAGE }) ?? (names.size > 0 ? MAX_PAGE : DEFAULT_PAGE);
  const found = alarms.all().filter(isMeant);
  const keyOf = ({ configuration }: Alarm): string => configuration.name;
  const { items, nextToken } = pageOf(found, keyOf, size, input.optionalText("NextToken"));
  return {
    MetricAlarms: items.map((alarm) => describeAlarm(alarm, alarms.madeAt)),
    CompositeAlarms: [],
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

/** Answers DescribeAlarmContributors: those in ALARM. */
export function describeAlarmContributors(input: Parameters, alarms: Alarms): unknown {
  input.only(["AlarmName"]);
  const name = input.text("AlarmName");
  const alarm = alarms.find(name);
  if (alarm === undefined) throw contributorsNotFound(name);
  return {
    AlarmContributors: alarm.contributors.inAlarm().map(({ id, attributes, reason, since }) => ({
      ContributorId: id,
      ContributorAttributes: attributes,
      StateReason: reason,
      StateTransitionedTimestamp: since / 1000,
    })),
  };
}

function describeAlarm({ configuration, state, actionsEnabled, isPartial }: Alarm, madeAt: number): unknown {
  const { actions, description } = configuration;
  return {
    AlarmName: configuration.name,
    AlarmArn: configuration.arn,
    ...(description === undefined ? {} : { AlarmDescription: description }),
    AlarmConfigurationUpdatedTimestamp: madeAt / 1000,
    ActionsEnabled: actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.since / 1000,
    StateTransitionedTimestamp: state.since / 1000,
    ...watchedShape(configuration),
    EvaluationPeriods: configuration.evaluationPeriods,
    DatapointsToAlarm: configuration.datapointsToAlarm,
    Threshold: configuration.threshold,
    ComparisonOperator: configuration.comparison,
    TreatMissingData: configuration.treatMissingData,
    ...(isPartial ? { EvaluationState: "PARTIAL_DATA" } : {}),
  };
}

function watchedShape({ watched }: Alarm["configuration"]): object {
  const [query] = watched.queries;
  if (!watched.isSingleMetric || query === undefined || !("metric" in query)) {
    return { Dimensions: [], Metrics: watched.queries.map(queryShape) };
  }
  const { metric, statistic: Statistic, periodSeconds: Period } = query;
  return { ...metricShape(metric), Statistic, Period };
}

function queryShape(query: MetricQuery): object {
  const { id: Id, label: Label, returnData: ReturnData } = query;
  const common = { Id, ...(Label === undefined ? {} : { Label }), ReturnData };
  if ("metric" in query) {
    const { metric, periodSeconds: Period, statistic: Stat } = query;
    return { ...common, MetricStat: { Metric: metricShape(metric), Period, Stat } };
  }
  const { expression: Expression, periodSeconds: Period } = query;
  return { ...common, Expression, ...(Period === undefined ? {} : { Period }) };
}
