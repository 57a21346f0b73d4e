import assert from "node:assert/strict";
import * as kinesis from "@pulumi/aws/kinesis/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Compute } from "../../components/compute.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { COMMON_STATEMENTS, FUNCTION_DEFAULTS, KEYS, keyStatement } from "../support/security.ts";

const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const names = namesFor("lean-ops", "test");
const settings = {
  topics: {
    orders: { maximumConcurrency: 50, columns: [], required: [], retired: false },
    payments: { maximumConcurrency: 7, columns: [], required: [], retired: false },
  },
  processor: { timeoutSeconds: 30, memoryMb: 512, batchSize: 100, batchWindowSeconds: 1, maximumConcurrency: 50 },
};

function compute({ preview = false, topicMetrics = false } = {}) {
  const program = () => {
    const queueOf = (topic: string) => new sqs.Queue(topic, { name: names.topicQueue(topic) });
    new Compute("compute", {
      names,
      settings: { ...settings, observability: { topicMetrics } },
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      messagesKey: KEYS.messages,
      queues: { orders: queueOf("orders"), payments: queueOf("payments") },
      deadLetterQueue: new sqs.Queue("dlq", { name: names.deadLetterQueue }),
      topicQueueUrlPrefix: "https://queues.test/123456789012/lean-ops-test-topic-",
      deliveryStream: new kinesis.FirehoseDeliveryStream("stream", {
        name: names.deliveryStream,
        destination: "iceberg",
      }),
    });
  };
  return registrations(program, { preview });
}

describe("Compute", () => {
  it("makes the sqs-processor and a mapping per topic, and nothing that lets others invoke it", async () => {
    const {
      "aws:sqs/queue:Queue": _queues,
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _stream,
      ...made
    } = namesByType(await compute());
    assert.deepEqual(made, {
      "aws:cloudwatch/logGroup:LogGroup": ["compute-sqs-processor-logs"],
      "aws:iam/role:Role": ["compute-sqs-processor-role"],
      [ROLE_POLICY]: ["compute-sqs-processor-policy"],
      [MAPPING]: ["compute-orders", "compute-payments"],
      [FUNCTION]: ["compute-sqs-processor-function"],
      "lean-ops:index:Compute": ["compute"],
      "lean-ops:index:HardenedFunction": ["compute-sqs-processor"],
    });
  });

  it("maps each topic's queue with partial responses and its own maximum", async () => {
    const mappings = inputsOf(await compute({ topicMetrics: true }), MAPPING);
    assert.deepEqual(mappings["compute-orders"], {
      eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-orders",
      functionName: "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-sqs-processor",
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 50 },
      metricsConfig: { metrics: ["EventCount"] },
    });
    assert.deepEqual(mappings["compute-payments"]?.scalingConfig, { maximumConcurrency: 7 });
  });

  it("has Lambda count no mapping's events where the settings ask for no metrics by topic", async () => {
    const mappings = inputsOf(await compute({ topicMetrics: false }), MAPPING);
    assert.equal(mappings["compute-orders"]?.metricsConfig, undefined);
  });

  it("reserves what all mappings may use at once", async () => {
    const inputs = inputsOf(await compute(), FUNCTION)["compute-sqs-processor-function"];
    assert.equal(inputs?.reservedConcurrentExecutions, 57);
    assert.equal(inputs.timeout, 30);
    assert.equal(inputs.memorySize, 512);
  });

  it("tells the function where messages come from and go to", async () => {
    const inputs = inputsOf(await compute(), FUNCTION)["compute-sqs-processor-function"];
    assert.deepEqual(inputs?.environment.variables, {
      TOPIC_QUEUE_PREFIX: "lean-ops-test-topic-",
      TOPIC_QUEUE_URL_PREFIX: "https://queues.test/123456789012/lean-ops-test-topic-",
      DELIVERY_STREAM: "lean-ops-test-events",
      DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/lean-ops-test-dlq",
      TOPIC_METRICS: "off",
    });
  });

  it("has counts told by topic where the settings ask for them", async () => {
    const inputs = inputsOf(await compute({ topicMetrics: true }), FUNCTION)["compute-sqs-processor-function"];
    assert.equal(inputs?.environment.variables.TOPIC_METRICS, "on");
  });

  it("gives the function each topic's lane, as a file", async () => {
    const inputs = inputsOf(await compute(), FUNCTION)["compute-sqs-processor-function"];
    assert.ok(inputs);
    const assets = await (inputs.code as pulumi.asset.AssetArchive).assets;
    const text = await (assets["topics.json"] as pulumi.asset.StringAsset).text;
    assert.deepEqual(JSON.parse(text), { orders: "0", payments: "1" });
  });

  it("lets the function receive from topics, dead-letter and deliver, and no more", async () => {
    const inputs = inputsOf(await compute(), ROLE_POLICY)["compute-sqs-processor-policy"];
    const statements: { Sid: string }[] = JSON.parse(inputs?.policy).Statement;
    assert.deepEqual(
      statements.filter(({ Sid }) => !COMMON_STATEMENTS.includes(Sid)),
      [
        {
          Sid: "ReceiveFromTopics",
          Effect: "Allow",
          Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
          Resource: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-*",
        },
        {
          Sid: "DeadLetterAtOnce",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-dlq",
        },
        {
          Sid: "Deliver",
          Effect: "Allow",
          Action: "firehose:PutRecordBatch",
          Resource: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lean-ops-test-events",
        },
        keyStatement("MessagesKey", "messages", ["GenerateDataKey", "Decrypt"], ["sqs"]),
      ],
    );
  });

  it("knows a mapping's batches in a preview, though not its queue", async () => {
    const mapping = inputsOf(await compute({ preview: true }), MAPPING)["compute-orders"];
    assert.equal(mapping?.batchSize, 100);
    assert(pulumi.isUnknown(mapping.eventSourceArn));
  });
});
