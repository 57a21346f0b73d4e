import { BREAKER_METRICS } from "../../functions/common/circuit.ts";
import type { Names } from "../../settings/names.ts";
import type { Alarm } from "../alarm.ts";
import { ownMetric } from "../metrics.ts";
import { ANY, errorsOf, FIVE_MINUTES_SECONDS, MINUTE_SECONDS, silenceOf } from "./common.ts";

/** Without traffic there is no verdict; longer than this it is somebody's to see why. */
const LONGEST_PROBE_MINUTES = 30;

/** It looks around once a minute. */
const SILENT_MINUTES = 5;

/** None of them begins as those do that open the circuit. */
export function breakerHealthAlarms(names: Names): Alarm[] {
  return [
    {
      name: "breaker-open",
      description:
        "The circuit is open or held: messages wait in their queues. `npm run breaker -- status` says why; it closes by itself once a probe succeeds, unless somebody holds it.",
      watched: ownMetric(names, "circuit-breaker", BREAKER_METRICS.open, "Maximum"),
      ...ANY,
      periodSeconds: MINUTE_SECONDS,
    },
    {
      name: "breaker-silent",
      description: `The circuit breaker has not looked around for ${SILENT_MINUTES} minutes: an open circuit will not close, and an outage may not open it. Look at its schedule and its log.`,
      ...silenceOf(ownMetric(names, "circuit-breaker", BREAKER_METRICS.open, "SampleCount"), SILENT_MINUTES),
      periodSeconds: MINUTE_SECONDS,
    },
    {
      name: "breaker-behind",
      description:
        "For a quarter of an hour mappings have not been as the circuit wants them: some still run, or are not restored. Look into the circuit-breaker's log for what Lambda refuses.",
      watched: ownMetric(names, "circuit-breaker", BREAKER_METRICS.notAsWanted, "Minimum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [3, 3],
    },
    {
      name: "probe-undecided",
      description: `A probe has lasted for ${LONGEST_PROBE_MINUTES} minutes without a verdict, and the circuit waits for it. \`npm run breaker -- status\` names its topic; look why nothing of it gets through, or close the circuit.`,
      watched: ownMetric(names, "circuit-breaker", BREAKER_METRICS.probeTicks, "Maximum"),
      comparison: "GreaterThanOrEqualToThreshold",
      // A tick is a minute.
      threshold: LONGEST_PROBE_MINUTES,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    errorsOf(names, "circuit-breaker", {
      name: "breaker-errors",
      description: "The circuit-breaker function fails again and again. Look into its log.",
      periodSeconds: MINUTE_SECONDS,
      periods: [3, 5],
    }),
  ];
}
