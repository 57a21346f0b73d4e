import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Alarm } from "../alarm.ts";
import { lambdaMetric } from "../metrics.ts";
import { ANY, errorsOf, FIVE_MINUTES_SECONDS } from "./common.ts";

/** Above this share of its time a function is about to run out of it. */
const LONG_PERCENT = 80;

export function processorAlarms(names: Names, { processor }: Pick<Settings, "processor">): Alarm[] {
  return [
    errorsOf(names, "sqs-processor", {
      description:
        "The sqs-processor has failed for a quarter of an hour, longer than one message that ends it can make it. Look into its log for what ends it.",
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [3, 3],
    }),
    {
      name: "sqs-processor-throttles",
      description:
        "Lambda refuses invocations of the sqs-processor, and each refusal costs its messages a receive. Look who else uses the account's concurrency, or whether the reservation was changed.",
      watched: lambdaMetric(names, "sqs-processor", "Throttles", "Sum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [2, 3],
    },
    {
      name: "sqs-processor-duration",
      description: `Batches take more than ${LONG_PERCENT} % of the sqs-processor's timeout; beyond it they come back whole. Look whether Firehose is slow, then at processor.memoryMb and processor.batchSize.`,
      watched: lambdaMetric(names, "sqs-processor", "Duration", "Maximum"),
      comparison: "GreaterThanThreshold",
      // Of a metric in milliseconds.
      threshold: processor.timeoutSeconds * 10 * LONG_PERCENT,
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [3, 3],
    },
  ];
}
