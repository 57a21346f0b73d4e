import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as sfn from "@pulumi/aws/sfn/index.js";
import type * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import { type Alarm, metricAlarm } from "./alarm.ts";
import { alertAlarms, type WatchedSettings } from "./observability/alarms.ts";
import { dashboardBody } from "./observability/dashboard.ts";
import type { Placement } from "./policy.ts";

export interface ObservabilityArgs {
  names: Names;
  settings: WatchedSettings;
  placement: Placement;
  /** Where people are told. */
  alertTopic: sns.Topic;
  /** Those that open the circuit: the dashboard shows their state too. */
  breakerAlarms: readonly cloudwatch.MetricAlarm[];
  refinery: sfn.StateMachine;
}

/** What people are told of, and where they look. */
export class Observability extends pulumi.ComponentResource {
  readonly alarms: readonly cloudwatch.MetricAlarm[];
  readonly dashboard: cloudwatch.Dashboard;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Observability", name, {}, opts);
    const { names, settings, placement, breakerAlarms } = args;

    const target = { names, topic: args.alertTopic, tellsOfTheEnd: true };
    const made = (alarms: readonly Alarm[]) =>
      alarms.map((alarm) => metricAlarm(`${name}-${alarm.name}`, alarm, target, this));
    const { ofTheStack, ofQueues } = alertAlarms(names, settings, args.refinery.arn);
    const ofTheStackMade = made(ofTheStack);
    this.alarms = [...ofTheStackMade, ...made(ofQueues)];

    // Two a topic would be more than the widget takes, and its graph shows them better.
    const shown = pulumi.all([...breakerAlarms, ...ofTheStackMade].map(({ arn }) => arn));
    this.dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: names.dashboard,
        dashboardBody: pulumi
          .all([placement.region, shown])
          .apply(([region, alarms]) => JSON.stringify(dashboardBody({ names, settings, region, alarms }))),
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
