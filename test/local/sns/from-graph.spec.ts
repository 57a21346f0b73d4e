import assert from "node:assert/strict";
import type { GraphResource } from "../../../local/graph/types.ts";
import { ignoredInputs, topicConfigurations } from "../../../local/sns/from-graph.ts";
import { graphOf } from "../../support/graph.ts";
import { FUNCTION_ARN, QUEUE_ARN, TOPIC_ARN } from "./fixtures.ts";

type Resource = Pick<GraphResource, "type" | "name" | "inputs">;
type Inputs = Record<string, unknown>;

const topic = (more: Inputs = {}): Resource => ({
  type: "aws:sns/topic:Topic",
  name: "alerts",
  inputs: { name: "alerts", ...more },
});
const subscription = (inputs: Inputs, name = "subscription"): Resource => ({
  type: "aws:sns/topicSubscription:TopicSubscription",
  name,
  inputs: { topic: TOPIC_ARN, ...inputs },
});
const policy = (inputs: Inputs): Resource => ({
  type: "aws:sns/topicPolicy:TopicPolicy",
  name: "policy",
  inputs: { arn: TOPIC_ARN, ...inputs },
});
const permission = (more: Inputs = {}): Resource => ({
  type: "aws:lambda/permission:Permission",
  name: "permission",
  inputs: {
    action: "lambda:InvokeFunction",
    function: "breaker",
    principal: "sns.amazonaws.com",
    sourceArn: TOPIC_ARN,
    ...more,
  },
});
const queue: Resource = { type: "aws:sqs/queue:Queue", name: "notices", inputs: { name: "notices" } };

const toFunction = { protocol: "lambda", endpoint: FUNCTION_ARN };

function read(...resources: Resource[]) {
  return topicConfigurations(graphOf(resources), [{ arn: FUNCTION_ARN, name: "breaker" }]);
}

describe("topics of a graph", () => {
  it("have their key, policy and subscriptions", () => {
    const statement = { Version: "2012-10-17", Statement: [] };
    const [read1, ...others] = read(
      topic({ kmsMasterKeyId: "alias/notifications", signatureVersion: 2 }),
      policy({ policy: JSON.stringify(statement) }),
      permission(),
      queue,
      subscription(toFunction, "function"),
      subscription({ protocol: "email", endpoint: "ops@example.com" }, "mail"),
      subscription({ protocol: "sqs", endpoint: QUEUE_ARN, rawMessageDelivery: false }, "queue"),
    );
    assert.deepEqual(others, []);
    const { subscriptions = [], ...rest } = read1 ?? {};
    assert.deepEqual(rest, {
      name: "alerts",
      arn: TOPIC_ARN,
      kmsMasterKeyId: "alias/notifications",
      policy: statement,
      signatureVersion: 2,
    });
    assert.deepEqual(
      subscriptions.map(({ protocol, endpoint }) => [protocol, endpoint]),
      [
        ["lambda", FUNCTION_ARN],
        ["email", "ops@example.com"],
        ["sqs", QUEUE_ARN],
      ],
    );
    assert.equal(new Set(subscriptions.map(({ arn }) => arn)).size, 3);
    assert.ok(subscriptions.every(({ arn }) => arn.startsWith(`${TOPIC_ARN}:`)));
  });

  it("have neither key, policy nor subscriptions unless something says so", () => {
    assert.deepEqual(read(topic({ kmsMasterKeyId: "" })), [
      {
        name: "alerts",
        arn: TOPIC_ARN,
        kmsMasterKeyId: undefined,
        policy: undefined,
        signatureVersion: 1,
        subscriptions: [],
      },
    ]);
    assert.deepEqual(read(), []);
  });

  it("take a policy of their own, as text or as an object", () => {
    const statement = { Statement: [] };
    for (const given of [JSON.stringify(statement), statement]) {
      assert.deepEqual(read(topic({ policy: given }))[0]?.policy, statement);
    }
  });

  it("take what has no effect here", () => {
    read(
      topic({ displayName: "d", tags: { a: "b" } }),
      subscription({ protocol: "https", endpoint: "https://x.example" }),
    );
    assert.ok(Object.values(ignoredInputs).every((reason) => reason.length > 0));
  });

  const permitted: [title: string, more: Inputs][] = [
    ["by the function's ARN", { function: FUNCTION_ARN }],
    ["by its partial ARN", { function: "123456789012:function:breaker" }],
    ["for every action of Lambda's", { action: "lambda:*" }],
    ["for every topic", { sourceArn: undefined }],
    ["for topics by a wildcard", { sourceArn: "arn:aws:sns:*:123456789012:al?rt*" }],
  ];
  for (const [title, more] of permitted) {
    it(`may invoke a function with a permission ${title}`, () => {
      assert.equal(read(topic(), permission(more), subscription(toFunction))[0]?.subscriptions.length, 1);
    });
  }

  const notPermitted: [title: string, permissions: Resource[]][] = [
    ["none", []],
    ["one for another function", [permission({ function: "other" })]],
    ["one for another service", [permission({ principal: "s3.amazonaws.com" })]],
    ["one for another action", [permission({ action: "lambda:GetFunction" })]],
    ["one for another topic", [permission({ sourceArn: `${TOPIC_ARN}-more` })]],
    ["one for other topics by a wildcard", [permission({ sourceArn: "arn:aws:sns:*:orders" })]],
    ["one whose dots are no wildcards", [permission({ sourceArn: "arn:aws:sns:eu-west-1:123456789012:a.erts" })]],
    ["one for calls with a source account", [permission({ sourceAccount: "123456789012" })]],
    ["one for a version", [permission({ qualifier: "1" })]],
  ];
  for (const [title, permissions] of notPermitted) {
    it(`are refused where their function has as permission: ${title}`, () => {
      assert.throws(
        () => read(topic(), ...permissions, subscription(toFunction)),
        /TopicSubscription "subscription": endpoint: arn:aws:sns:.*:alerts may not invoke breaker, which needs an aws:lambda\/permission/,
      );
    });
  }

  const refused: [title: string, resources: Resource[], message: RegExp][] = [
    ["a FIFO topic", [topic({ fifoTopic: true })], /fifoTopic: only standard topics/],
    ["a FIFO topic's name", [topic({ name: "a.fifo" })], /fifoTopic: only standard topics/],
    ["a name that AWS does not take", [topic({ name: "a.b" })], /name: must match/],
    ["a signature version that does not exist", [topic({ signatureVersion: 3 })], /signatureVersion: must be a whole/],
    [
      "what nothing here does",
      [topic({ lambdaFailureFeedbackRoleArn: "r" })],
      /lambdaFailureFeedbackRoleArn: not known/,
    ],
    ["a policy that is not JSON", [topic(), policy({ policy: "{" })], /TopicPolicy "policy": policy: /],
    ["a policy that is no object", [topic(), policy({ policy: "[]" })], /policy: must be a JSON object/],
    ["a policy that is missing", [topic(), policy({})], /policy: must be a JSON object/],
    ["a policy of no topic", [policy({ policy: "{}" })], /arn: must be a topic of the stack, is arn:/],
    ["two policies", [topic(), policy({ policy: "{}" }), policy({ policy: "{}" })], /arn: .* has a policy already/],
    ["a policy twice", [topic({ policy: "{}" }), policy({ policy: "{}" })], /policy: the topic has a TopicPolicy/],
    [
      "a subscription to no topic",
      [subscription({ protocol: "email", endpoint: "a@b" })],
      /topic: must be a topic of the stack/,
    ],
    ["a protocol that nothing here speaks", [topic(), subscription({ protocol: "sms" })], /protocol: .*, not sms/],
    ["no protocol", [topic(), subscription({})], /protocol: .*, not undefined/],
    [
      "a function of no stack",
      [topic(), subscription({ protocol: "lambda", endpoint: `${FUNCTION_ARN}-more` })],
      /endpoint: must be a function of the stack/,
    ],
    [
      "a queue of no stack",
      [topic(), subscription({ protocol: "sqs", endpoint: QUEUE_ARN })],
      /endpoint: must be a queue of the stack/,
    ],
    [
      "an address that is none",
      [topic(), subscription({ protocol: "email", endpoint: "ops" })],
      /endpoint: must match/,
    ],
    [
      "a URL that is none",
      [topic(), subscription({ protocol: "https", endpoint: "http://x.example" })],
      /endpoint: must match/,
    ],
    [
      "raw delivery",
      [topic(), permission(), subscription({ ...toFunction, rawMessageDelivery: true })],
      /rawMessageDelivery: not for functions/,
    ],
    [
      "a filter",
      [topic(), permission(), subscription({ ...toFunction, filterPolicy: "{}" })],
      /filterPolicy: not known to the local cloud/,
    ],
    [
      "a redrive policy",
      [topic(), permission(), subscription({ ...toFunction, redrivePolicy: "{}" })],
      /redrivePolicy: not known to the local cloud/,
    ],
    [
      "the same subscription twice",
      [topic(), permission(), subscription(toFunction, "a"), subscription(toFunction, "b")],
      /endpoint: .*:breaker has subscribed to the topic already/,
    ],
  ];
  for (const [title, resources, message] of refused) {
    it(`are refused with ${title}`, () => {
      assert.throws(() => read(...resources), { name: "ResourceError", message });
    });
  }

  it("are refused with every problem at once", () => {
    assert.throws(
      () => read(topic({ fifoTopic: true }), policy({ policy: "{" }), subscription({ protocol: "sms" })),
      (error: { problems?: string[] }) => error.problems?.length === 3,
    );
  });
});
