import type { SubscriptionConfiguration, TopicConfiguration } from "../../../local/sns/configuration.ts";
import { SnsService } from "../../../local/sns/service.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { RecordedMetrics } from "../lambda/recorded-metrics.ts";

export const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:alerts";
export const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:breaker";
export const QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:notices";

export function subscription(
  protocol: SubscriptionConfiguration["protocol"],
  endpoint: string,
): SubscriptionConfiguration {
  return { arn: `${TOPIC_ARN}:${protocol}`, protocol, endpoint };
}

export function topicWith(...subscriptions: SubscriptionConfiguration[]): TopicConfiguration {
  return {
    name: "alerts",
    arn: TOPIC_ARN,
    kmsMasterKeyId: undefined,
    policy: undefined,
    signatureVersion: 1,
    subscriptions,
  };
}

/** SNS with one topic, and what comes out of it. */
export function newSns(...subscriptions: SubscriptionConfiguration[]) {
  const clock = virtualClock();
  const metrics = new RecordedMetrics();
  const invoked: { functionArn: string; payload: string }[] = [];
  const sent: { body: string }[] = [];
  const functions = {
    refuses: false,
    invokeAsync(functionArn: string, payload: string): void {
      if (functions.refuses) throw new Error("Lambda takes nothing");
      invoked.push({ functionArn, payload });
    },
  };
  const queue = (arn: string) =>
    arn === QUEUE_ARN ? { send: (draft: { body: string }) => sent.push(draft) } : undefined;
  const sns = new SnsService([topicWith(...subscriptions)], { functions, queue, clock, metrics });
  return { sns, clock, metrics, functions, invoked, sent };
}
