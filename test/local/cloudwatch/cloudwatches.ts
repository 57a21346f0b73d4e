import type { Notification } from "../../../local/cloudwatch/alarm-message.ts";
import { CloudWatch } from "../../../local/cloudwatch/service.ts";
import type { GaugeSource } from "../../../local/cloudwatch/types.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";
import { configurationOf } from "./configurations.ts";

/** CloudWatch with alarms of these inputs and other resources, on a clock that a test moves. Not started. */
export function openCloudWatch(
  alarms: readonly Record<string, unknown>[] = [],
  {
    others = [],
    speed = 1,
    gauges = [],
    clock = virtualClock(undefined, speed),
  }: {
    others?: Parameters<typeof configurationOf>[1];
    speed?: number;
    gauges?: GaugeSource[];
    clock?: VirtualClock;
  } = {},
) {
  const sent: (Notification & { topicArn: string })[] = [];
  const publish = async (topicArn: string, notification: Notification) => {
    sent.push({ topicArn, ...notification });
  };
  const cloudWatch = new CloudWatch(configurationOf(alarms, others), { clock, publish, gauges });
  return { clock, cloudWatch, sent };
}
