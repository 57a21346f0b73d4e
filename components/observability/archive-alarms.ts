import type { Names } from "../../settings/names.ts";
import { DAYS_TO_ARCHIVE } from "../../settings/settings.ts";
import type { Alarm } from "../alarm.ts";
import { SWEEP_MINUTES } from "../error-sweep.ts";
import { lambdaMetric, ownMetric, queueMetric } from "../metrics.ts";
import { DAY_SECONDS } from "../queue.ts";
import { ANY, errorsOf, FIVE_MINUTES_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from "./common.ts";

const LONGEST_REPLAY_MINUTES = 10;

/** Of dead letters, the archive and replay. */
export function archiveAlarms(names: Names): Alarm[] {
  return [
    {
      name: "dlq-age",
      // The metric counts from the arrival there, and expiry from the first send.
      description: `A dead letter has been in the DLQ for more than ${DAYS_TO_ARCHIVE} days, and will expire soon. Repair the dlq-processor now; what expires there is lost.`,
      watched: queueMetric(names.deadLetterQueue, "ApproximateAgeOfOldestMessage", "Maximum"),
      comparison: "GreaterThanThreshold",
      threshold: DAYS_TO_ARCHIVE * DAY_SECONDS,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    {
      name: "dlq-depth",
      description:
        "The DLQ has not been empty for a quarter of an hour: dead letters arrive faster than they are archived, or are not archived at all. Look at the dlq-processor's log and at what is in the archive.",
      watched: queueMetric(names.deadLetterQueue, "ApproximateNumberOfMessagesVisible", "Minimum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [3, 3],
    },
    {
      name: "archive-failures",
      description:
        "Dead letters or undelivered rows could not be archived; their queues keep them. Look into the dlq-processor's log whether the bucket or the error tracker refuses.",
      watched: ownMetric(names, "dlq-processor", "ArchiveFailures", "Sum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [2, 3],
    },
    errorsOf(names, "dlq-processor", {
      description: "The dlq-processor throws, crashes or times out; its queues keep the messages. Look into its log.",
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [2, 3],
    }),
    {
      name: "delivery-errors-age",
      description:
        "An error file has been waiting for more than an hour to be archived. Look into the dlq-processor's log; the files themselves stay in the error bucket.",
      watched: queueMetric(names.deliveryErrorsQueue, "ApproximateAgeOfOldestMessage", "Maximum"),
      comparison: "GreaterThanThreshold",
      threshold: HOUR_SECONDS,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    errorsOf(names, "error-sweep", {
      description:
        "The error-sweep has failed twice in a row: error files of which no notification came are not found. Look into its log.",
      periodSeconds: SWEEP_MINUTES * MINUTE_SECONDS,
      periods: [2, 2],
    }),
    {
      name: "replay-failures",
      description:
        "Lambda has given up replay requests after an hour. Their messages are still archived and marked: ask for them again, then delete the queue's messages.",
      watched: queueMetric(names.replayFailuresQueue, "ApproximateNumberOfMessagesVisible", "Maximum"),
      ...ANY,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    {
      name: "replay-age",
      description: `Replay requests have been waiting for more than ${LONGEST_REPLAY_MINUTES} minutes, or fail. Look into the replay function's log, and whether the circuit is open.`,
      watched: lambdaMetric(names, "replay", "IteratorAge", "Maximum"),
      comparison: "GreaterThanThreshold",
      // Of a metric in milliseconds.
      threshold: LONGEST_REPLAY_MINUTES * MINUTE_SECONDS * 1000,
      periodSeconds: FIVE_MINUTES_SECONDS,
    },
    errorsOf(names, "replay", {
      description: "The replay function throws, crashes or times out; its requests are tried again. Look into its log.",
      periodSeconds: FIVE_MINUTES_SECONDS,
      periods: [2, 3],
    }),
  ];
}
