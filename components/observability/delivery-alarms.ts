import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Alarm } from "../alarm.ts";
import { deliveryMetric } from "../metrics.ts";
import { ANY, errorsOf, FIVE_MINUTES_SECONDS, MINUTE_SECONDS } from "./common.ts";

export function deliveryAlarms(
  names: Names,
  { delivery, observability }: Pick<Settings, "delivery" | "observability">,
): Alarm[] {
  const longestSeconds =
    observability.freshnessMinutes * MINUTE_SECONDS + delivery.bufferSeconds + delivery.transform.bufferSeconds;
  return [
    {
      name: "delivery-failures",
      description:
        "Firehose could not write rows to their tables; they are on their way to the archive. The error tracker says of which topics and why; replay them when that is repaired.",
      watched: deliveryMetric(names, "DeliveryToIceberg.FailedRowCount", "Sum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    {
      name: "delivery-freshness",
      description: `Rows have been with Firehose for more than ${longestSeconds} s, its buffers included. Look at the delivery stream's error log and its role's permissions; after delivery.retrySeconds they go to the archive.`,
      watched: deliveryMetric(names, "DeliveryToIceberg.DataFreshness", "Maximum"),
      comparison: "GreaterThanThreshold",
      threshold: longestSeconds,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    {
      name: "delivery-throttles",
      description:
        "Firehose has throttled for a quarter of an hour: messages wait and come back. Ask AWS for more throughput of the delivery stream, or lower processor.maximumConcurrency.",
      watched: deliveryMetric(names, "ThrottledRecords", "Sum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [3, 3],
    },
    errorsOf(names, "firehose-transform", {
      description:
        "The firehose-transform fails; after three tries Firehose sends its batch to the error bucket. Look into its log.",
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [2, 3],
    }),
  ];
}
