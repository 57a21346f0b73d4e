import type { SubscriptionConfiguration, TopicConfiguration } from "./configuration.ts";
import type { Message } from "./message.ts";

/** A message as it was published. */
export interface Publication extends Message {
  messageId: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Nothing is signed here. */
const SIGNATURE = "local";

/** What makes a notification of a publication. */
interface Source {
  topic: Pick<TopicConfiguration, "arn" | "signatureVersion">;
  subscription: Pick<SubscriptionConfiguration, "arn">;
}

/**
 * The event of a subscribed function (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html), as JSON. Without a
 * subject `Subject` is null, as in events that are seen in the field; AWS's page does not say so [?].
 */
export function lambdaEvent(publication: Publication, source: Source): string {
  const { signingCertUrl, unsubscribeUrl } = urlsOf(source);
  const record = {
    EventSource: "aws:sns",
    EventVersion: "1.0",
    EventSubscriptionArn: source.subscription.arn,
    Sns: {
      ...headOf(publication, source),
      Subject: publication.subject ?? null,
      Message: publication.message,
      ...tailOf(publication, source),
      SigningCertUrl: signingCertUrl,
      UnsubscribeUrl: unsubscribeUrl,
      MessageAttributes: attributesOf(publication),
    },
  };
  return JSON.stringify({ Records: [record] });
}

/**
 * The body of a message to a subscribed queue
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html), as JSON: what the message does not have
 * is left out.
 */
export function jsonNotification(publication: Publication, source: Source): string {
  const { signingCertUrl, unsubscribeUrl } = urlsOf(source);
  const attributes = attributesOf(publication);
  return JSON.stringify({
    ...headOf(publication, source),
    Subject: publication.subject,
    Message: publication.message,
    ...tailOf(publication, source),
    SigningCertURL: signingCertUrl,
    UnsubscribeURL: unsubscribeUrl,
    MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,
  });
}

function headOf({ messageId }: Publication, { topic }: Source) {
  return { Type: "Notification", MessageId: messageId, TopicArn: topic.arn };
}

function tailOf({ at }: Publication, { topic }: Source) {
  return {
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: String(topic.signatureVersion),
    Signature: SIGNATURE,
  };
}

function urlsOf({ topic, subscription }: Source) {
  const host = `https://sns.${topic.arn.split(":")[3]}.amazonaws.com/`;
  return {
    signingCertUrl: `${host}SimpleNotificationService-local.pem`,
    unsubscribeUrl: `${host}?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  };
}

function attributesOf({ attributes = {} }: Publication): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
  );
}
