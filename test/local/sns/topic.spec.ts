import assert from "node:assert/strict";
import type { SNSEvent } from "aws-lambda";
import { FUNCTION_ARN, newSns, QUEUE_ARN, subscription, TOPIC_ARN } from "./fixtures.ts";

describe("a topic", () => {
  it("tells a function in the form that Lambda documents", () => {
    const { sns, clock, invoked } = newSns(subscription("lambda", FUNCTION_ARN));
    const attributes = { kind: { type: "String", value: "alarm" }, raw: { type: "Binary", value: "AP8=" } };
    const messageId = sns.publish(TOPIC_ARN, { subject: "ALARM", message: '{"a":"Zoë 🚀"}', attributes });
    assert.deepEqual(
      invoked.map(({ functionArn }) => functionArn),
      [FUNCTION_ARN],
    );
    const event = JSON.parse(invoked[0]?.payload ?? "") as SNSEvent;
    const subscriptionArn = `${TOPIC_ARN}:lambda`;
    assert.deepEqual(event, {
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: subscriptionArn,
          Sns: {
            Type: "Notification",
            MessageId: messageId,
            TopicArn: TOPIC_ARN,
            Subject: "ALARM",
            Message: '{"a":"Zoë 🚀"}',
            Timestamp: new Date(clock.now()).toISOString(),
            SignatureVersion: "1",
            Signature: "local",
            SigningCertUrl: "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-local.pem",
            UnsubscribeUrl: `https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
            MessageAttributes: {
              kind: { Type: "String", Value: "alarm" },
              raw: { Type: "Binary", Value: "AP8=" },
            },
          },
        },
      ],
    });
  });

  it("tells a function of no subject as null, and of no attributes as none", () => {
    const { sns, invoked } = newSns(subscription("lambda", FUNCTION_ARN));
    sns.publish(TOPIC_ARN, { message: "m" });
    const { Sns } = JSON.parse(invoked[0]?.payload ?? "").Records[0];
    assert.equal(Sns.Subject, null);
    assert.deepEqual(Sns.MessageAttributes, {});
  });

  it("tells a queue in SNS's own form, without what the message does not have", () => {
    const { sns, sent } = newSns(subscription("sqs", QUEUE_ARN));
    sns.publish(TOPIC_ARN, { message: "m" });
    sns.publish(TOPIC_ARN, { message: "m", subject: "s", attributes: { a: { type: "Number", value: "1" } } });
    const [plain, full] = sent.map(({ body }) => JSON.parse(body));
    const names = ["Message", "MessageId", "Signature", "SignatureVersion", "SigningCertURL", "Timestamp", "TopicArn"];
    assert.deepEqual(Object.keys(plain).sort(), [...names, "Type", "UnsubscribeURL"]);
    assert.deepEqual([full.Subject, full.MessageAttributes], ["s", { a: { Type: "Number", Value: "1" } }]);
  });

  it("tells each of its subscribers, and sends nothing to those that are not on this machine", () => {
    const { sns, invoked, sent, metrics } = newSns(
      subscription("email", "ops@example.com"),
      subscription("email-json", "ops@example.com"),
      subscription("https", "https://x.example"),
      subscription("sqs", QUEUE_ARN),
      subscription("lambda", FUNCTION_ARN),
    );
    sns.publish(TOPIC_ARN, { message: "m" });
    assert.deepEqual([invoked.length, sent.length, metrics.sum("NumberOfNotificationsDelivered")], [1, 1, 2]);
  });

  it("tells the others where one cannot be told, and counts that", () => {
    const { sns, clock, functions, sent, metrics } = newSns(
      subscription("lambda", FUNCTION_ARN),
      subscription("sqs", `${QUEUE_ARN}-gone`),
      subscription("sqs", QUEUE_ARN),
    );
    functions.refuses = true;
    sns.publish(TOPIC_ARN, { message: "m" });
    assert.equal(sent.length, 1);
    const failed = { namespace: "AWS/SNS", name: "NumberOfNotificationsFailed", dimensions: { TopicName: "alerts" } };
    const sample = { metric: failed, value: 1, timestamp: clock.now() };
    assert.deepEqual(metrics.of("NumberOfNotificationsFailed"), [sample, sample]);
  });

  it("remembers what was published to it, the last thousand", async () => {
    const { sns, clock, metrics } = newSns();
    const start = clock.now();
    sns.publish(TOPIC_ARN, { subject: "first", message: "0" });
    const [first] = sns.published(TOPIC_ARN);
    assert.deepEqual([first?.subject, first?.message, first?.at], ["first", "0", start]);
    await clock.advance(1_000);
    for (let index = 1; index <= 1_000; index += 1) sns.publish(TOPIC_ARN, { message: String(index) });
    const remembered = sns.published(TOPIC_ARN);
    assert.deepEqual([remembered.length, remembered[0]?.message, remembered.at(-1)?.message], [1_000, "1", "1000"]);
    assert.equal(remembered[0]?.at, start + 1_000);
    assert.equal(metrics.sum("NumberOfMessagesPublished"), 1_001);
  });

  it("takes nothing that SNS would refuse", () => {
    const { sns, metrics } = newSns();
    assert.throws(() => sns.publish(TOPIC_ARN, { message: "" }), { name: "InvalidParameter" });
    assert.throws(() => sns.publish(`${TOPIC_ARN}-gone`, { message: "m" }), { name: "NotFound", status: 404 });
    assert.throws(() => sns.published(`${TOPIC_ARN}-gone`), { name: "NotFound" });
    assert.deepEqual(sns.published(TOPIC_ARN), []);
    assert.deepEqual(metrics.samples, []);
  });
});
