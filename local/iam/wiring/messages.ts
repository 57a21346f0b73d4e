import { ofType, type StackGraph } from "../../graph/types.ts";
import { functionNameOf } from "../../lambda/function-name.ts";
import { service, source, type WiredCall, wired } from "./wired-call.ts";

/** Alarms that publish, topics that tell functions and queues, buckets that tell queues. */
export function messageCalls(graph: StackGraph): WiredCall[] {
  return [...alarmCalls(graph), ...subscriptionCalls(graph), ...notificationCalls(graph), ...accessLogCalls(graph)];
}

const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function alarmCalls(graph: StackGraph): WiredCall[] {
  return ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ urn, inputs, state }) => {
    const topics = new Set(ACTIONS.flatMap((name) => (inputs[name] ?? []) as unknown[]).map(String));
    return [...topics]
      .filter((arn) => arn.startsWith("arn:aws:sns:"))
      .map((arn) =>
        wired(urn, service("cloudwatch.amazonaws.com"), "sns:Publish", arn, source(state.arn, graph.account)),
      );
  });
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html,
 * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html; that the calls carry a source account
 * is nowhere said [?], so that none is relied on.
 */
function subscriptionCalls(graph: StackGraph): WiredCall[] {
  const functions = new Map(
    ofType(graph, "aws:lambda/function:Function").map(({ state }) => [String(state.name), String(state.arn)]),
  );
  return ofType(graph, "aws:sns/topicSubscription:TopicSubscription").flatMap(({ urn, inputs }) => {
    const { topic, protocol, endpoint } = inputs;
    const from = { "aws:sourcearn": String(topic) };
    const sns = service("sns.amazonaws.com");
    if (protocol === "sqs") return [wired(urn, sns, "sqs:SendMessage", String(endpoint), from)];
    const arn = functions.get(functionNameOf(String(endpoint)));
    return protocol === "lambda" && arn !== undefined ? [wired(urn, sns, "lambda:InvokeFunction", arn, from)] : [];
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html */
function notificationCalls(graph: StackGraph): WiredCall[] {
  return ofType(graph, "aws:s3/bucketNotification:BucketNotification").flatMap(({ urn, inputs }) =>
    ((inputs.queues ?? []) as { queueArn: string }[]).map(({ queueArn }) =>
      wired(
        urn,
        service("s3.amazonaws.com"),
        "sqs:SendMessage",
        queueArn,
        source(`arn:aws:s3:::${String(inputs.bucket)}`, graph.account),
      ),
    ),
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html#grant-log-delivery-permissions-general */
function accessLogCalls(graph: StackGraph): WiredCall[] {
  return ofType(graph, "aws:s3/bucketLogging:BucketLogging").map(({ urn, inputs }) =>
    wired(
      urn,
      service("logging.s3.amazonaws.com"),
      "s3:PutObject",
      `arn:aws:s3:::${String(inputs.targetBucket)}/${String(inputs.targetPrefix ?? "")}file`,
      source(`arn:aws:s3:::${String(inputs.bucket)}`, graph.account),
    ),
  );
}
