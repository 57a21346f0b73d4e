import { ask, type JsonAsks, type Place, text, texts } from "./ask.ts";

const OF_NOTHING = new Set(["GetMetricData", "ListMetrics"]);
const OF_ONE_ALARM = new Set(["SetAlarmState", "DescribeAlarmContributors"]);
const OF_ALARMS = new Set(["EnableAlarmActions", "DisableAlarmActions"]);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export function cloudWatchAsks({ region, account }: Place): JsonAsks {
  const alarm = `arn:aws:cloudwatch:${region}:${account}:alarm:`;
  return (action, input) => {
    const permission = `cloudwatch:${action}`;
    if (OF_NOTHING.has(action)) return [ask(permission, "*")];
    if (action === "PutMetricData") {
      return [ask(permission, "*", { "cloudwatch:namespace": text(input.Namespace) })];
    }
    // Of every alarm, even where the call names some [?].
    if (action === "DescribeAlarms") return [ask(permission, `${alarm}*`)];
    if (action === "GetDashboard") {
      return [ask(permission, `arn:aws:cloudwatch::${account}:dashboard/${text(input.DashboardName)}`)];
    }
    if (OF_ONE_ALARM.has(action)) return [ask(permission, alarm + text(input.AlarmName))];
    if (OF_ALARMS.has(action)) return texts(input.AlarmNames).map((name) => ask(permission, alarm + name));
    return undefined;
  };
}
