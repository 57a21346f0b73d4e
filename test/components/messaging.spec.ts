import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Messaging, type MessagingArgs } from "../../components/messaging.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { KEYS, queueOverTls } from "../support/security.ts";

const QUEUE = "aws:sqs/queue:Queue";

const names = namesFor("lean-ops", "test");
const queue = {
  visibilityTimeoutSeconds: 90,
  maxReceiveCount: 10,
  retentionDays: 4,
  deadLetterRetentionDays: 14,
  dataKeyReuseSeconds: 600,
};

const archive = {
  timeoutSeconds: 40,
  memoryMb: 512,
  batchSize: 10,
  batchWindowSeconds: 0,
  maximumConcurrency: 10,
  visibilityTimeoutSeconds: 120,
};

function topicsOf(...topics: string[]) {
  return Object.fromEntries(
    topics.map((topic) => [topic, { maximumConcurrency: 2, columns: [], required: [], retired: false }]),
  );
}

function messaging(topics: string[], preview = false) {
  return registrations(() => made(topics), { preview });
}

function made(topics: string[], producers: MessagingArgs["settings"]["producers"] = {}): Messaging {
  return new Messaging("messaging", {
    names,
    placement: PLACEMENT,
    settings: { topics: topicsOf(...topics), queue, archive, producers },
    key: KEYS.messages,
  });
}

describe("Messaging", () => {
  it("makes a queue per topic and one dead-letter queue, and nothing else", async () => {
    assert.deepEqual(namesByType(await messaging(["orders", "payments"])), {
      [QUEUE]: ["messaging-dlq", "messaging-topic-orders", "messaging-topic-payments"],
      "lean-ops:index:Messaging": ["messaging"],
    });
  });

  it("sends what a topic's queue cannot get rid of to the dead-letter queue", async () => {
    const inputs = inputsOf(await messaging(["orders"]), QUEUE)["messaging-topic-orders"];
    assert.deepEqual(
      { ...inputs, redrivePolicy: JSON.parse(inputs?.redrivePolicy), policy: JSON.parse(inputs?.policy).Statement },
      {
        name: "lean-ops-test-topic-orders",
        visibilityTimeoutSeconds: 90,
        messageRetentionSeconds: 345_600,
        maxMessageSize: 1_048_576,
        receiveWaitTimeSeconds: 20,
        kmsMasterKeyId: KEYS.messages,
        kmsDataKeyReusePeriodSeconds: 600,
        tags: { topicOf: "lean-ops-test" },
        redrivePolicy: {
          deadLetterTargetArn: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-dlq",
          maxReceiveCount: 10,
        },
        policy: [queueOverTls("arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-orders")],
      },
    );
  });

  it("lets any number of queues use the dead-letter queue, which has none of its own, and gives its consumer its own time", async () => {
    const { policy, ...inputs } = inputsOf(await messaging(["orders"]), QUEUE)["messaging-dlq"] ?? {};
    assert.deepEqual(JSON.parse(policy).Statement, [
      queueOverTls("arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-dlq"),
    ]);
    assert.deepEqual(inputs, {
      name: "lean-ops-test-dlq",
      visibilityTimeoutSeconds: 120,
      messageRetentionSeconds: 1_209_600,
      maxMessageSize: 1_048_576,
      receiveWaitTimeSeconds: 20,
      kmsMasterKeyId: KEYS.messages,
      kmsDataKeyReusePeriodSeconds: 600,
      redriveAllowPolicy: '{"redrivePermission":"allowAll"}',
    });
  });

  it("lets a topic's producers send to its queue, and to no other", async () => {
    const found = await registrations(() =>
      made(["orders", "payments"], {
        partner: { account: "210987654321" },
        shop: { role: "arn:aws:iam::123456789012:role/shop", topics: ["orders"] },
        news: { service: "sns", source: "arn:aws:sns:eu-west-1:123456789012:news", topics: ["payments"] },
      }),
    );
    const statementsOf = (topic: string) =>
      JSON.parse(inputsOf(found, QUEUE)[`messaging-topic-${topic}`]?.policy).Statement.slice(1);
    const send = (topic: string) => ({
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: `arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-${topic}`,
    });
    const partner = "arn:aws:iam::210987654321:root";
    assert.deepEqual(statementsOf("orders"), [
      {
        ...send("orders"),
        Sid: "Producers",
        Principal: { AWS: [partner, "arn:aws:iam::123456789012:role/shop"] },
      },
    ]);
    assert.deepEqual(statementsOf("payments"), [
      { ...send("payments"), Sid: "Producers", Principal: { AWS: [partner] } },
      {
        ...send("payments"),
        Sid: "ProducersBySNS",
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": ["arn:aws:sns:eu-west-1:123456789012:news"] } },
      },
    ]);
  });

  it("says what a topic is appended to for its queue's URL", async () => {
    let prefix: pulumi.Output<string> | undefined;
    const found = await registrations(() => {
      prefix = made(["orders"]).topicQueueUrlPrefix;
    });
    assert.equal(inputsOf(found, QUEUE)["messaging-topic-orders"]?.name, "lean-ops-test-topic-orders");
    assert.equal(
      await new Promise((resolve) => prefix?.apply(resolve)),
      "https://sqs.eu-west-1.amazonaws.com/123456789012/lean-ops-test-topic-",
    );
  });

  it("takes a topic that is called as the dead-letter queue is", async () => {
    const queues = inputsOf(await messaging(["dlq"]), QUEUE);
    assert.deepEqual(
      Object.values(queues)
        .map(({ name }) => name)
        .toSorted(),
      ["lean-ops-test-dlq", "lean-ops-test-topic-dlq"],
    );
  });

  it("knows in a preview what does not depend on AWS's answers", async () => {
    const inputs = inputsOf(await messaging(["orders"], true), QUEUE)["messaging-topic-orders"];
    assert.equal(inputs?.name, "lean-ops-test-topic-orders");
    assert(pulumi.isUnknown(inputs.redrivePolicy));
  });
});
