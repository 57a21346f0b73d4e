import type * as pulumi from "@pulumi/pulumi";
import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Alarm } from "../alarm.ts";
import { archiveAlarms } from "./archive-alarms.ts";
import { breakerHealthAlarms } from "./breaker-health-alarms.ts";
import { deliveryAlarms } from "./delivery-alarms.ts";
import { processorAlarms } from "./processor-alarms.ts";
import { queueAlarms } from "./queue-alarms.ts";
import { refineryAlarms } from "./refinery-alarms.ts";

export type WatchedSettings = Pick<
  Settings,
  "topics" | "queue" | "processor" | "delivery" | "observability" | "refinery" | "balance"
>;

/** What people are told of. */
export function alertAlarms(
  names: Names,
  settings: WatchedSettings,
  refineryArn: pulumi.Input<string>,
): { ofTheStack: Alarm[]; ofQueues: Alarm[] } {
  return {
    ofTheStack: [
      ...breakerHealthAlarms(names),
      ...processorAlarms(names, settings),
      ...deliveryAlarms(names, settings),
      ...archiveAlarms(names),
      ...refineryAlarms(names, settings, refineryArn),
    ],
    ofQueues: queueAlarms(names, settings),
  };
}
