import { laneCount, SIGNALS } from "../functions/common/signals.ts";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import type { Alarm } from "./alarm.ts";
import { lambdaMetric, type Metric, ownMetric } from "./metrics.ts";

/** The shortest that an alarm can have for metrics of standard resolution. */
export const BREAKER_PERIOD_SECONDS = 60;

/** Fewer batches, or invocations, that ended in an error within a minute are no outage. */
const LEAST_CRASHES = 3;

/** Crashes in one lane alone can come of one bad message, however often it comes back. */
const LEAST_LANES = 2;

const THROTTLED_MINUTES = 5;

/**
 * The alarms that open the circuit. Whatever a signal says is said within a minute, so that one datapoint is enough; but
 * counts can arrive after the minute's first evaluation, and where FILL has made zeros of them an alarm that looks at
 * the last minute alone might never see another value
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html). So it looks at the minutes
 * before as well. Closing never depends on an alarm's end, so that this costs nothing.
 */
export function breakerAlarms(names: Names, settings: Pick<Settings, "topics" | "breaker">): Alarm[] {
  return [errorRate(names, settings), crashes(names, settings), noStart(names), throttled(names, settings)];
}

const COMMON = { periodSeconds: BREAKER_PERIOD_SECONDS, missing: "notBreaching" } as const;

/** What is true or false is 1 or 0. */
const IS_TRUE = { comparison: "GreaterThanOrEqualToThreshold", threshold: 1 } as const;

/**
 * Messages that Firehose, or the dead-letter queue, failed to take, in percent of those that it was asked to take. Of
 * those that were received would be less: bad messages, and those whose turn did not come, would hide an outage.
 */
function errorRate(names: Names, { breaker }: Pick<Settings, "breaker">): Alarm {
  const attempts = sum(["forwarded", "failures", "throttles"].map(filled));
  return {
    name: "circuit-error-rate",
    description: `More than ${breaker.errorPercent} % of at least ${breaker.minimumMessages} messages within a minute could not be handed on. The circuit opens by itself; look whether Firehose is available.`,
    watched: {
      expression: `IF(${attempts} >= ${breaker.minimumMessages}, 100 * ${filled("failures")} / ${attempts}, 0)`,
      metrics: {
        forwarded: signal(names, "forwarded"),
        failures: signal(names, "dependencyFailures"),
        throttles: signal(names, "dependencyThrottles"),
      },
    },
    comparison: "GreaterThanThreshold",
    threshold: breaker.errorPercent,
    periods: [1, 2],
    ...COMMON,
  };
}

/**
 * Batches of messages that all came for the first time, and that ended the function or timed out: most of a lane's, in
 * several lanes. A batch that has not ended may only be slow; so the function's own errors, which Lambda counts under
 * the time of the invocation's beginning as well, must bear it out.
 */
function crashes(names: Names, { topics }: Pick<Settings, "topics">): Alarm {
  const lanes = Array.from({ length: laneCount(Object.keys(topics).length) }, (_, lane) => String(lane));
  const started = lanes.map((lane) => filled(`started${lane}`));
  const ended = lanes.map((lane) => filled(`ended${lane}`));
  const crashedLanes = lanes.map((_, lane) => `IF(${started[lane]} > (2 * ${ended[lane]}), 1, 0)`);
  const all = [
    `${sum(crashedLanes)} >= ${Math.min(LEAST_LANES, lanes.length)}`,
    `(${sum(started)} - ${sum(ended)}) >= ${LEAST_CRASHES}`,
    `${filled("errors")} >= ${LEAST_CRASHES}`,
  ];
  return {
    name: "circuit-crashes",
    description:
      "The sqs-processor crashes, or times out, on most batches of new messages, of several topics. The circuit opens by itself; look into the function's log for what ends it.",
    watched: {
      expression: truth(all),
      metrics: {
        ...Object.fromEntries(
          lanes.flatMap((lane) => [
            [`started${lane}`, signal(names, "freshBatchesStarted", { lane })],
            [`ended${lane}`, signal(names, "freshBatchesEnded", { lane })],
          ]),
        ),
        errors: lambdaMetric(names, "sqs-processor", "Errors", "Sum"),
      },
    },
    ...IS_TRUE,
    // What times out is known only when it has.
    periods: [1, 3],
    ...COMMON,
  };
}

/**
 * A function that cannot even be loaded says nothing of its own. Neither do its counts while they are on their way, so
 * that one such minute proves nothing.
 */
function noStart(names: Names): Alarm {
  return {
    name: "circuit-no-start",
    description:
      "Every invocation of the sqs-processor fails before it begins its work. The circuit opens by itself; look at what was deployed last, and into the function's log.",
    watched: {
      expression: truth([`${filled("started")} == 0`, `${filled("errors")} >= ${LEAST_CRASHES}`]),
      metrics: {
        started: signal(names, "batchesStarted"),
        errors: lambdaMetric(names, "sqs-processor", "Errors", "Sum"),
      },
    },
    ...IS_TRUE,
    periods: [2, 3],
    ...COMMON,
  };
}

/**
 * Throttling lowers the pace by itself, and is an outage only where nothing gets through for long. `forwarded` is not
 * filled, and decides first: a minute in which nothing was tried has no value, and a count that is on its way must not
 * end the series.
 */
function throttled(names: Names, { breaker }: Pick<Settings, "breaker">): Alarm {
  return {
    name: "circuit-throttled",
    description: `Firehose has throttled every message for ${THROTTLED_MINUTES} minutes. The circuit opens by itself; look at the delivery stream's quotas.`,
    watched: {
      expression: `IF(forwarded == 0, IF(${filled("throttles")} >= ${breaker.minimumMessages}, 1, 0), 0)`,
      metrics: { throttles: signal(names, "dependencyThrottles"), forwarded: signal(names, "forwarded") },
    },
    ...IS_TRUE,
    periods: [THROTTLED_MINUTES, THROTTLED_MINUTES],
    ...COMMON,
  };
}

function signal(names: Names, key: keyof typeof SIGNALS, more: Readonly<Record<string, string>> = {}): Metric {
  return ownMetric(names, "sqs-processor", SIGNALS[key], "Sum", more);
}

function filled(id: string): string {
  return `FILL(${id}, 0)`;
}

function sum(terms: readonly string[]): string {
  return `(${terms.join(" + ")})`;
}

/** In brackets, since AWS does not say which operator goes first. */
function truth(all: readonly string[]): string {
  return `IF(${all.map((one) => `(${one})`).join(" AND ")}, 1, 0)`;
}
