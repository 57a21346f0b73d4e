import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "../../components/alarm-topic.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { KEYS } from "../support/security.ts";

const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:lean-ops-test-alerts";
const ALARMS = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:lean-ops-test-circuit-*";

function topic(roles?: string[], preview = false) {
  const program = () => {
    new AlarmTopic("alerts", {
      topicName: "lean-ops-test-alerts",
      key: KEYS.notifications,
      alarmPrefix: "lean-ops-test-circuit-",
      roles,
      placement: PLACEMENT,
    });
  };
  return registrations(program, { preview });
}

describe("AlarmTopic", () => {
  it("makes a topic that is encrypted with the key", async () => {
    const found = await topic();
    const made = namesByType(found);
    assert.deepEqual(made, {
      [TOPIC]: ["alerts-topic"],
      [TOPIC_POLICY]: ["alerts-policy"],
      "lean-ops:index:AlarmTopic": ["alerts"],
    });
    const { name, kmsMasterKeyId } = inputsOf(found, TOPIC)["alerts-topic"] ?? {};
    assert.equal(name, "lean-ops-test-alerts");
    assert.equal(kmsMasterKeyId, KEYS.notifications);
  });

  it("lets this account's alarms of that name publish, and nobody else, whatever policies they have", async () => {
    const inputs = inputsOf(await topic(), TOPIC_POLICY)["alerts-policy"];
    assert.equal(inputs?.arn, TOPIC_ARN);
    assert.deepEqual(JSON.parse(inputs.policy).Statement, [
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: TOPIC_ARN,
        Condition: { ArnLike: { "aws:SourceArn": ALARMS }, StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
      {
        Sid: "NobodyElse",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: TOPIC_ARN,
        Condition: { ArnNotLike: { "aws:SourceArn": ALARMS } },
      },
      {
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: TOPIC_ARN,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("does not stand in the way of a role that may publish besides", async () => {
    const inputs = inputsOf(await topic(["lean-ops-test-teller"]), TOPIC_POLICY)["alerts-policy"];
    const [, deny] = JSON.parse(inputs?.policy).Statement;
    assert.deepEqual(deny.Condition, {
      ArnNotLike: {
        "aws:SourceArn": ALARMS,
        "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/lean-ops-test-teller"],
      },
    });
  });

  it("knows its name in a preview, though not its policy", async () => {
    const found = await topic([], true);
    assert.equal(inputsOf(found, TOPIC)["alerts-topic"]?.name, "lean-ops-test-alerts");
    assert(pulumi.isUnknown(inputsOf(found, TOPIC_POLICY)["alerts-policy"]?.policy));
  });
});
