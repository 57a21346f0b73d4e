import type * as pulumi from "@pulumi/pulumi";
import { BALANCE_SIGNALS } from "../../functions/water-balance/signals.ts";
import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Alarm } from "../alarm.ts";
import { ownMetric } from "../metrics.ts";
import { ANY, errorsOf, MINUTE_SECONDS, silenceOf } from "./common.ts";

/** Runs in a row that may be missing. */
const SILENT_RUNS = 3;

/** Of the refinery and the water balance. A run tells once, so that each alarm looks at as long as one takes to come. */
export function refineryAlarms(
  names: Names,
  { refinery, balance }: Pick<Settings, "refinery" | "balance">,
  machineArn: pulumi.Input<string>,
): Alarm[] {
  const periodSeconds = refinery.everyMinutes * MINUTE_SECONDS;
  const told = (name: string) => ownMetric(names, "water-balance", name, "Maximum");
  const failed = (executions: "ExecutionsFailed" | "ExecutionsTimedOut", what: string, todo: string): Alarm => ({
    name: `refinery-${what}`,
    description: `A run of the refinery ${todo}`,
    watched: { machineArn, executions },
    ...ANY,
    periodSeconds,
  });
  return [
    {
      name: "balance-unexplained",
      description: `Rows are missing from a layer, or too many, for longer than ${balance.graceMinutes} minutes; or somebody had removed rows, and they were put back. The table ${names.balanceTable} and the water-balance function's log name topic, day and difference.`,
      watched: told(BALANCE_SIGNALS.unexplained),
      ...ANY,
      periodSeconds,
    },
    {
      name: "balance-not-checked",
      description:
        "Of some topics nobody can say whether their layers agree: a statement failed, or its answer is missing. The water-balance function's log names topic, step and error.",
      watched: told(BALANCE_SIGNALS.notChecked),
      ...ANY,
      periodSeconds,
    },
    {
      name: "balance-ingestion",
      description: `Rows that the sqs-processor forwarded are neither in RAW nor archived, for longer than ${balance.graceMinutes} minutes and beyond ${balance.tolerancePercent} % of all. Look at the delivery stream, then at the error bucket.`,
      watched: told(BALANCE_SIGNALS.ingestionUnexplained),
      ...ANY,
      periodSeconds,
    },
    {
      name: "balance-ingestion-not-checked",
      description:
        "The ingestion's metrics could not be read for two runs, so that nobody knows whether rows are missing from RAW. Look into the water-balance function's log.",
      watched: told(BALANCE_SIGNALS.ingestionNotChecked),
      ...ANY,
      periodSeconds,
      periods: [2, 3],
    },
    {
      name: "refinery-silent",
      description: `No run of the refinery has ended with a balance for ${SILENT_RUNS * refinery.everyMinutes} minutes: CURATED and SEMANTIC fall behind, and nobody counts. Look at the machine's executions and at its schedule.`,
      ...silenceOf(told(BALANCE_SIGNALS.balanced), SILENT_RUNS),
      periodSeconds,
    },
    failed(
      "ExecutionsFailed",
      "failed",
      "failed as a whole. Its execution says at which step; the next run begins where it ended.",
    ),
    failed(
      "ExecutionsTimedOut",
      "timed-out",
      "took longer than three hours and was ended. Look which topic's statement takes so long.",
    ),
    errorsOf(names, "refinery-plan", {
      description: "The refinery-plan function fails: runs have no plan. Look into its log.",
      periodSeconds,
      periods: [2, 3],
    }),
    errorsOf(names, "water-balance", {
      description: "The water-balance function fails: runs end without a balance. Look into its log.",
      periodSeconds,
      periods: [2, 3],
    }),
  ];
}
