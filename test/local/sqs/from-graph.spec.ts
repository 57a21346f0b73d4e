import assert from "node:assert/strict";
import type { GraphResource, StackGraph } from "../../../local/graph/types.ts";
import { ignoredInputs, queueConfigurations } from "../../../local/sqs/from-graph.ts";
import { ACCOUNT, arnOf, urlOf } from "./fixtures.ts";

function resource(name: string, inputs: Record<string, unknown> = {}, type = "aws:sqs/queue:Queue"): GraphResource {
  return {
    urn: `urn:pulumi:dev::lean-ops::${type}::${name}`,
    type,
    name,
    custom: true,
    parent: undefined,
    inputs,
    state: { ...inputs, name, arn: arnOf(name), url: urlOf(name) },
    dependencies: [],
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    source: { file: "components/messaging.ts", line: 12, column: 5 },
  };
}

function graph(...resources: GraphResource[]): StackGraph {
  return {
    project: "lean-ops",
    stack: "dev",
    region: "eu-west-1",
    account: ACCOUNT,
    config: {},
    resources,
    outputs: {},
  };
}

const redrivePolicy = (name: string, maxReceiveCount: unknown = 10) =>
  JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount });

describe("queue configurations from a stack graph", () => {
  it("have the provider's defaults where the program says nothing", () => {
    assert.deepEqual(queueConfigurations(graph(resource("orders"))), [
      {
        name: "orders",
        arn: arnOf("orders"),
        url: urlOf("orders"),
        visibilityTimeoutSeconds: 30,
        delaySeconds: 0,
        messageRetentionSeconds: 345_600,
        maximumMessageSizeBytes: 262_144,
        receiveWaitTimeSeconds: 0,
        described: { SqsManagedSseEnabled: "true" },
      },
    ]);
  });

  it("have what the program says", () => {
    const [orders, dlq] = queueConfigurations(
      graph(
        resource("orders", {
          name: "orders",
          fifoQueue: false,
          contentBasedDeduplication: false,
          visibilityTimeoutSeconds: 90,
          delaySeconds: 1,
          messageRetentionSeconds: 691_200,
          maxMessageSize: 1_048_576,
          receiveWaitTimeSeconds: 20,
          redrivePolicy: redrivePolicy("dlq"),
          kmsMasterKeyId: "alias/queues",
          tags: { a: "b" },
        }),
        resource("dlq", { redriveAllowPolicy: JSON.stringify({ redrivePermission: "allowAll" }) }),
      ),
    );
    assert.deepEqual(orders, {
      name: "orders",
      arn: arnOf("orders"),
      url: urlOf("orders"),
      visibilityTimeoutSeconds: 90,
      delaySeconds: 1,
      messageRetentionSeconds: 691_200,
      maximumMessageSizeBytes: 1_048_576,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: { deadLetterTargetArn: arnOf("dlq"), maxReceiveCount: 10 },
      described: {
        KmsMasterKeyId: "alias/queues",
        KmsDataKeyReusePeriodSeconds: "300",
        SqsManagedSseEnabled: "false",
      },
    });
    assert.deepEqual(dlq?.redriveAllowPolicy, { redrivePermission: "allowAll" });
  });

  it("take a receive count written as text, as SQS does", () => {
    const [orders] = queueConfigurations(
      graph(resource("orders", { redrivePolicy: redrivePolicy("dlq", "5") }), resource("dlq")),
    );
    assert.equal(orders?.redrivePolicy?.maxReceiveCount, 5);
  });

  it("leave out other resources", () => {
    assert.deepEqual(queueConfigurations(graph(resource("topic", {}, "aws:sns/topic:Topic"))), []);
  });

  it("say why an input has no effect", () => {
    for (const reason of Object.values(ignoredInputs)) {
      assert.match(reason, /\w{3}/);
    }
    assert.ok("policy" in ignoredInputs);
  });

  const refusals: [title: string, resources: GraphResource[], problem: RegExp][] = [
    ["a FIFO queue", [resource("orders.fifo", { fifoQueue: true })], /fifoQueue: only standard queues/],
    ["a name of 81 characters", [resource("a".repeat(81))], /name: must match .*, is "a{81}"/],
    ["a name of a FIFO queue", [resource("orders.fifo")], /name: only standard queues/],
    ["what only a FIFO queue takes", [resource("orders", { contentBasedDeduplication: true })], /only standard queues/],
    ["an input that is not known", [resource("orders", { namePrefix: "o" })], /namePrefix: not known/],
    [
      "a visibility timeout out of range",
      [resource("orders", { visibilityTimeoutSeconds: 43_201 })],
      /must be .* 0 to 43200, is 43201/,
    ],
    [
      "a retention period out of range",
      [resource("orders", { messageRetentionSeconds: 59 })],
      /must be .* 60 to 1209600, is 59/,
    ],
    [
      "a delay that is no number",
      [resource("orders", { delaySeconds: "5s" })],
      /delaySeconds: must be a whole number from 0 to 900, is "5s"/,
    ],
    ["a redrive policy that is not JSON", [resource("orders", { redrivePolicy: "{" })], /redrivePolicy: is not a JSON/],
    ["a redrive policy without a target", [resource("orders", { redrivePolicy: "{}" })], /needs deadLetterTargetArn/],
    [
      "a redrive policy with an unknown member",
      [resource("orders", { redrivePolicy: '{"deadLetterTargetArn":"a","maxReceiveCount":1,"delay":1}' })],
      /unknown members: delay/,
    ],
    [
      "an unknown redrive permission",
      [resource("dlq", { redriveAllowPolicy: '{"redrivePermission":"some"}' })],
      /redrivePermission some is none of/,
    ],
    ["a policy for a queue outside the stack", [resource("orders", { redrivePolicy: redrivePolicy("x") })], /no queue/],
    [
      "a policy set by a resource of its own",
      [resource("orders"), resource("p", {}, "aws:sqs/redrivePolicy:RedrivePolicy")],
      /set redrivePolicy on the queue itself/,
    ],
  ];
  for (const [title, resources, problem] of refusals) {
    it(`refuse ${title}`, () => {
      assert.throws(() => queueConfigurations(graph(...resources)), problem);
    });
  }

  it("name every problem at once, with the place in the program", () => {
    const bad = resource("orders", {
      visibilityTimeoutSeconds: -1,
      delaySeconds: 901,
      redrivePolicy: redrivePolicy("b", 0),
    });
    assert.throws(
      () => queueConfigurations(graph(bad, resource("b", { fifoQueue: true }))),
      (error: Error) => {
        const at = (name: string) => `aws:sqs/queue:Queue "${name}" (components/messaging.ts:12): `;
        assert.equal(error.name, "ResourceError");
        assert.deepEqual(error.message.split("\n"), [
          `${at("orders")}visibilityTimeoutSeconds: must be a whole number from 0 to 43200, is -1`,
          `${at("orders")}delaySeconds: must be a whole number from 0 to 900, is 901`,
          `${at("b")}fifoQueue: only standard queues are realised locally`,
          `${at("orders")}redrivePolicy.maxReceiveCount: must be a whole number from 1 to 1000, is 0`,
        ]);
        return true;
      },
    );
  });
});
