import assert from "node:assert/strict";
import { Access } from "../../../local/iam/access.ts";
import { producersOf, sendersByTopic } from "../../../local/iam/producers.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT, REGION, stackOf } from "./stacks.ts";

const KEY = { type: "aws:kms/key:Key", name: "messages", inputs: {} };
const KEY_ARN = String(graphOf([KEY]).resources[0]?.state.arn);
const QUEUES = `arn:aws:sqs:${REGION}:${ACCOUNT}:lean-ops-test-topic-`;
const OTHER = "999999999999";
const SHOP = `arn:aws:iam::${ACCOUNT}:role/shop`;
const PARTNER = `arn:aws:iam::${OTHER}:role/partner`;
const PRODUCERS = {
  shop: { role: SHOP, topics: ["orders"] },
  "far/away": { role: PARTNER },
  neighbours: { account: OTHER, topics: ["events"] },
  uploads: { service: "s3", source: "arn:aws:s3:::uploads", topics: ["events"] },
  news: { service: "sns", source: `arn:aws:sns:${REGION}:${OTHER}:news`, topics: ["events"] },
};

function queue(topic: string) {
  const inputs = { name: `lean-ops-test-topic-${topic}`, kmsMasterKeyId: KEY_ARN };
  return { type: "aws:sqs/queue:Queue", name: topic, inputs };
}

const stack = (settings: Record<string, unknown> = {}) => stackOf([KEY, queue("orders"), queue("events")], settings);

describe("the producers of a stack", () => {
  it("are the account's own role alone, where the settings name nobody, with the rights that the docs ask for", () => {
    const producers = producersOf(stack());
    assert.deepEqual(producers, [
      {
        name: "producer",
        accessKeyId: "producer",
        principal: { kind: "role", arn: `arn:aws:iam::${ACCOUNT}:role/producer`, session: "producer" },
        context: {},
        topics: ["events", "orders"],
        statements: [
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: [`${QUEUES}events`, `${QUEUES}orders`] },
          {
            Effect: "Allow",
            Action: ["kms:GenerateDataKey", "kms:Decrypt"],
            Resource: [KEY_ARN],
            Condition: { StringEquals: { "kms:ViaService": `sqs.${REGION}.amazonaws.com` } },
          },
        ],
      },
    ]);
    assert.deepEqual(Object.fromEntries(sendersByTopic(producers)), { orders: ["producer"], events: ["producer"] });
  });

  it("are those whom the settings name, each under its own principal", () => {
    const [, ...named] = producersOf(stack({ producers: PRODUCERS }));
    const seen = named.map(({ name, accessKeyId, principal, context, topics }) => ({
      name,
      accessKeyId,
      principal: principal.kind === "service" ? principal.name : principal.arn,
      context,
      topics,
    }));
    assert.deepEqual(seen, [
      { name: "shop", accessKeyId: "producer:shop", principal: SHOP, context: {}, topics: ["orders"] },
      {
        name: "far/away",
        accessKeyId: "producer:far%2Faway",
        principal: PARTNER,
        context: {},
        topics: ["events", "orders"],
      },
      {
        name: "neighbours",
        accessKeyId: "producer:neighbours",
        principal: `arn:aws:iam::${OTHER}:role/producer`,
        context: {},
        topics: ["events"],
      },
      {
        name: "uploads",
        accessKeyId: "producer:uploads",
        principal: "s3.amazonaws.com",
        context: { "aws:sourcearn": "arn:aws:s3:::uploads", "aws:sourceaccount": ACCOUNT },
        topics: ["events"],
      },
      {
        name: "news",
        accessKeyId: "producer:news",
        principal: "sns.amazonaws.com",
        context: { "aws:sourcearn": `arn:aws:sns:${REGION}:${OTHER}:news`, "aws:sourceaccount": OTHER },
        topics: ["events"],
      },
    ]);
  });

  it("take turns at a topic that the settings name them for", () => {
    const senders = sendersByTopic(producersOf(stack({ producers: { shop: PRODUCERS.shop } })));
    assert.deepEqual(Object.fromEntries(senders), { orders: ["producer:shop"], events: ["producer"] });
  });

  it("send to no topic that is retired", () => {
    const settings = { topics: { orders: {}, events: { retired: true } }, producers: { far: { role: PARTNER } } };
    assert.deepEqual(
      producersOf(stack(settings)).map(({ topics }) => topics),
      [["orders"], ["orders"]],
    );
  });

  it("have nothing but what the stack's policies give them, where these name them", () => {
    const graph = stack({ producers: PRODUCERS });
    const access = new Access(graph);
    const asked = producersOf(graph).map(({ name, principal, context }) => {
      const call = { principal, from: undefined, action: "sqs:SendMessage", resource: `${QUEUES}events`, context };
      const verdict = access.judge(call);
      return [name, verdict.allowed ? "allowed" : verdict.kind === "policy" ? verdict.reason.policy : verdict.kind];
    });
    // These queues have no policy.
    assert.deepEqual(asked, [
      ["producer", "allowed"],
      ["shop", "identity-based policy"],
      ["far/away", "resource-based policy"],
      ["neighbours", "resource-based policy"],
      ["uploads", "resource-based policy"],
      ["news", "resource-based policy"],
    ]);
  });
});
