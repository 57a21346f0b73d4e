import assert from "node:assert/strict";
import { Alerts, type AlertsArgs } from "../../components/alerts.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { KEYS } from "../support/security.ts";

const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const SLACK = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration";
const TEAMS = "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:lean-ops-test-alerts";

const slack = { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" };
const teams = {
  tenantId: "00000000-aaaa-4bbb-8ccc-111111111111",
  teamId: "00000000-aaaa-4bbb-8ccc-222222222222",
  channelId: "19%3ab6ef%40thread.tacv2",
};
const channel = {
  configurationName: "lean-ops-test-chat",
  iamRoleArn: "arn:aws:iam::123456789012:role/lean-ops-test-chat",
  guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
  snsTopicArns: [TOPIC_ARN],
  loggingLevel: "ERROR",
};

function alerts(targets: AlertsArgs["settings"]["alerts"], preview = false) {
  const program = () => {
    new Alerts("alerts", {
      names: namesFor("lean-ops", "test"),
      settings: { alerts: targets },
      placement: PLACEMENT,
      key: KEYS.notifications,
    });
  };
  return registrations(program, { preview });
}

describe("Alerts", () => {
  it("makes the topic even where nobody is told, and nothing else", async () => {
    const made = namesByType(await alerts({ emails: [] }));
    assert.deepEqual(made, {
      [TOPIC]: ["alerts-topic"],
      [TOPIC_POLICY]: ["alerts-policy"],
      "lean-ops:index:AlarmTopic": ["alerts"],
      "lean-ops:index:Alerts": ["alerts"],
    });
  });

  it("admits the stack's alarms and the circuit breaker", async () => {
    const inputs = inputsOf(await alerts({ emails: [] }), TOPIC_POLICY)["alerts-policy"];
    const [alarms, deny] = JSON.parse(inputs?.policy).Statement;
    const source = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:lean-ops-test-*";
    assert.equal(alarms.Condition.ArnLike["aws:SourceArn"], source);
    assert.deepEqual(deny.Condition.ArnNotLike, {
      "aws:SourceArn": source,
      "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/lean-ops-test-circuit-breaker"],
    });
  });

  it("subscribes each address once", async () => {
    const found = await alerts({ emails: ["ops@example.com", "data@example.com", "ops@example.com"] });
    assert.deepEqual(Object.values(inputsOf(found, SUBSCRIPTION)), [
      { topic: TOPIC_ARN, protocol: "email", endpoint: "ops@example.com" },
      { topic: TOPIC_ARN, protocol: "email", endpoint: "data@example.com" },
    ]);
  });

  it("tells a channel in Slack", async () => {
    const found = await alerts({ emails: [], slack });
    assert.deepEqual(inputsOf(found, SLACK)["alerts-slack"], {
      ...channel,
      slackTeamId: "T07EA123LEP",
      slackChannelId: "C07EZ1ABC23",
    });
    assert.deepEqual(inputsOf(found, TEAMS), {});
  });

  it("tells a channel in Teams, with the same role where there is one in Slack too", async () => {
    const found = await alerts({ emails: [], slack, teams });
    assert.deepEqual(inputsOf(found, TEAMS)["alerts-teams"], { ...channel, ...teams });
    assert.deepEqual(Object.keys(inputsOf(found, ROLE)), ["alerts-chat-role"]);
  });

  it("lets a channel look at CloudWatch, and do no more", async () => {
    const found = await alerts({ emails: [], slack });
    assert.deepEqual(JSON.parse(inputsOf(found, ROLE)["alerts-chat-role"]?.assumeRolePolicy).Statement, [
      { Effect: "Allow", Principal: { Service: "chatbot.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    assert.deepEqual(JSON.parse(inputsOf(found, ROLE_POLICY)["alerts-chat-policy"]?.policy).Statement, [
      {
        Sid: "ShowAlarms",
        Effect: "Allow",
        Action: ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"],
        Resource: "*",
      },
    ]);
  });

  it("can be previewed", async () => {
    const found = await alerts({ emails: ["ops@example.com"], slack, teams }, true);
    assert.equal(inputsOf(found, SLACK)["alerts-slack"]?.slackChannelId, "C07EZ1ABC23");
    assert.equal(inputsOf(found, SUBSCRIPTION)["alerts-ops@example.com"]?.endpoint, "ops@example.com");
  });
});
