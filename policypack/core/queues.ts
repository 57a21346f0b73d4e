import { some } from "./document.ts";
import { Resource, type Stack } from "./stack.ts";
import { all, any, type Truth, Unknown } from "./truth.ts";
import {
  EVENT_INVOKE_CONFIG,
  EVENT_SOURCE_MAPPING,
  FUNCTION,
  METRIC_ALARM,
  QUEUE,
  QUEUE_REDRIVE_POLICY,
  SCHEDULE,
  TOPIC_SUBSCRIPTION,
} from "./types.ts";

/** Each queue that gives messages up, and its DLQ: undefined where that is none of this stack's. */
export function redriveTargets(stack: Stack): { source: Resource; target: Resource | undefined | Unknown }[] {
  const own = stack.ofType(QUEUE).map((queue) => ({ source: queue, from: queue }));
  const attached = stack.ofType(QUEUE_REDRIVE_POLICY).flatMap((from) => {
    const source = stack.find(from, "queueUrl", from.at("queueUrl"), QUEUE);
    return source === undefined || source instanceof Unknown ? [] : [{ source, from }];
  });
  return [...own, ...attached].flatMap(({ source, from }) => {
    const redrive = from.at("redrivePolicy");
    if (redrive.isAbsent) return [];
    return [{ source, target: stack.find(from, "redrivePolicy", redrive.json.at("deadLetterTargetArn"), QUEUE) }];
  });
}

export interface Queues {
  queues: ReadonlySet<Resource>;
  /** Where more queues may turn out to belong here. */
  open?: Unknown;
  /** A resource that will tell. */
  openFrom?: Resource;
}

export function deadLetterQueues(stack: Stack): Queues {
  return gathered(redriveTargets(stack).map(({ source, target }) => [source, target]));
}

/** Queues to which a service sends what it gave up. */
export function failureDestinations(stack: Stack): Queues {
  const places: [string, string, ...string[]][] = [
    [EVENT_SOURCE_MAPPING, "destinationConfig", "onFailure", "destinationArn"],
    [EVENT_INVOKE_CONFIG, "destinationConfig", "onFailure", "destination"],
    [FUNCTION, "deadLetterConfig", "targetArn"],
    [SCHEDULE, "target", "deadLetterConfig", "arn"],
    [TOPIC_SUBSCRIPTION, "redrivePolicy", "deadLetterTargetArn"],
  ];
  const found = places.flatMap(([type, property, ...path]) =>
    stack
      .ofType(type)
      .map((from): Found => [from, stack.find(from, property, from.at(property).json.at(...path), QUEUE)]),
  );
  return gathered(found);
}

type Found = [from: Resource, queue: Resource | undefined | Unknown];

function gathered(found: readonly Found[]): Queues {
  const queues = new Set(found.map(([, queue]) => queue).filter((queue) => queue instanceof Resource));
  const open = found.find((one): one is [Resource, Unknown] => one[1] instanceof Unknown);
  return open === undefined ? { queues } : { queues, open: open[1], openFrom: open[0] };
}

/** Whether an alarm looks at one of the metrics of a queue. */
export function isWatched(stack: Stack, queue: Resource, metrics: readonly string[]): Truth {
  return any(...stack.ofType(METRIC_ALARM).map((alarm) => watches(stack, alarm, queue, metrics)));
}

function watches(stack: Stack, alarm: Resource, queue: Resource, metrics: readonly string[]): Truth {
  const single = all(
    alarm.at("metricName").is(...metrics),
    stack.names(alarm, "dimensions", alarm.at("dimensions", "QueueName"), queue),
  );
  return any(
    single,
    some(alarm.at("metricQueries").items, (query) =>
      all(
        query.at("metric", "metricName").is(...metrics),
        stack.names(alarm, "metricQueries", query.at("metric", "dimensions", "QueueName"), queue),
      ),
    ),
  );
}
