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
    ["a name of 81 characters", [resource("a".repeat(81))], /name: a{81} is not/],
    ["an input that is not known", [resource("orders", { namePrefix: "o" })], /namePrefix: not known/],
    ["a visibility timeout out of range", [resource("orders", { visibilityTimeoutSeconds: 43_201 })], /43201 is not/],
    ["a retention period out of range", [resource("orders", { messageRetentionSeconds: 59 })], /59 is not/],
    ["a delay that is no number", [resource("orders", { delaySeconds: "5s" })], /delaySeconds: 5s is not/],
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
    const bad = resource("orders", { visibilityTimeoutSeconds: -1, delaySeconds: 901 });
    assert.throws(
      () => queueConfigurations(graph(bad, resource("b", { fifoQueue: true }))),
      (error: Error) => {
        assert.equal(error.name, "QueueConfigurationError");
        assert.equal(error.message.split("\n").length, 4);
        assert.match(
          error.message,
          /aws:sqs\/queue:Queue "orders" \(components\/messaging\.ts:12\): delaySeconds: 901/,
        );
        return true;
      },
    );
  });
});
