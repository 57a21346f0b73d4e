import { some } from "./core/document.ts";
import { expectClosed, resourcePolicy, stackPolicy } from "./core/policy.ts";
import { isWatched } from "./core/queues.ts";
import type { Resource, Stack } from "./core/stack.ts";
import { all, any, not, type Truth, Unknown } from "./core/truth.ts";
import { COMPOSITE_ALARM, EVENT_SOURCE_MAPPING, FUNCTION, METRIC_ALARM, QUEUE } from "./core/types.ts";

export const alarmActions = resourcePolicy({
  name: "cloudwatch-alarm-actions",
  type: [METRIC_ALARM, COMPOSITE_ALARM],
  description: "An alarm tells somebody.",
  level: "mandatory",
  severity: "high",
  reason: "An alarm without an action is a red dot on a page that nobody looks at.",
  fix: "Set alarmActions to a topic, and leave actionsEnabled out.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html",
  peers: { checkov: ["CKV_AWS_319"] },
  check(alarm, { expect }) {
    const actions = alarm.at("alarmActions");
    // Something that is not known yet is something.
    const acts = actions.isUnknown
      ? alarm.sources("alarmActions").length > 0 || actions.unknown
      : some(actions.items, (action) => (action.isUnknown ? true : action.isSet));
    expect(alarm, all(acts, not(alarm.at("actionsEnabled").is(false))), "tells nobody");
  },
});

export const partialFailuresWatched = stackPolicy({
  name: "cloudwatch-partial-failures-watched",
  description: "A function that reports failures message by message is watched by more than its Errors.",
  level: "mandatory",
  severity: "high",
  reason: "An invocation that reports failed messages has succeeded: Errors stays 0 while every message fails.",
  fix: "Add an alarm on a metric that the function emits itself, or on the age of the oldest message in its queue.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
  check(stack, { expect }) {
    const partial = new Map<Resource, Resource[]>();
    const byFunction = stack.attached(EVENT_SOURCE_MAPPING, "functionName", FUNCTION);
    expectClosed({ expect }, byFunction);
    for (const [fn, mappings] of byFunction) {
      const reporting = mappings.filter(
        (mapping) =>
          some(mapping.at("functionResponseTypes").items, (type) => type.is("ReportBatchItemFailures")) === true,
      );
      if (reporting.length > 0) partial.set(fn, reporting);
    }
    for (const [fn, mappings] of partial) {
      const queues = new Set(mappings.map((one) => stack.find(one, "eventSourceArn", one.at("eventSourceArn"), QUEUE)));
      const sees = stack.ofType(METRIC_ALARM).map((alarm) => seesMessages(stack, alarm, fn, queues));
      // What a stream's mapping gives up it tells to its destination.
      const destinations = mappings.map((mapping) => {
        const destination = mapping.at("destinationConfig", "onFailure", "destinationArn");
        const queue = stack.find(mapping, "destinationConfig", destination, QUEUE);
        if (queue === undefined || queue instanceof Unknown) return queue ?? false;
        return isWatched(stack, queue, ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"]);
      });
      expect(fn, any(...sees, ...destinations), "reports failures message by message, and no alarm sees them");
    }
  },
});

/** Whether an alarm would notice that a function hands nothing on. */
function seesMessages(stack: Stack, alarm: Resource, fn: Resource, queues: ReadonlySet<unknown>): Truth {
  const { items } = alarm.at("metricQueries");
  const queries = items instanceof Unknown ? [alarm.at("metricQueries")] : items;
  const byQuery = queries.map((query) =>
    any(
      query.at("expression").matches((text) => text.includes("ApproximateAgeOfOldestMessage")),
      seesMetric(stack, alarm, query.at("metric"), "metricQueries", fn, queues),
    ),
  );
  return any(seesMetric(stack, alarm, alarm.inputs, "dimensions", fn, queues), ...byQuery);
}

function seesMetric(
  stack: Stack,
  alarm: Resource,
  metric: Resource["inputs"],
  property: string,
  fn: Resource,
  queues: ReadonlySet<unknown>,
): Truth {
  const dimensions = metric.at("dimensions");
  const names = dimensions.keys;
  const own = all(
    metric.at("namespace").matches((text) => !text.startsWith("AWS/")),
    names instanceof Unknown
      ? names
      : any(...names.map((name) => stack.names(alarm, property, dimensions.at(name), fn))),
  );
  const queue = stack.find(alarm, property, dimensions.at("QueueName"), QUEUE);
  const age = all(
    metric.at("metricName").is("ApproximateAgeOfOldestMessage"),
    queue instanceof Unknown ? queue : queues.has(queue) && queue !== undefined,
  );
  return any(own, age);
}
