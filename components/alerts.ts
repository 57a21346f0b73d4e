import * as chatbot from "@pulumi/aws/chatbot/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { type Placement, trustOf } from "./policy.ts";
import { serviceRole } from "./service-role.ts";

export interface AlertsArgs {
  names: Names;
  settings: Pick<Settings, "alerts">;
  placement: Placement;
  /** ARN of the key of notifications. */
  key: pulumi.Input<string>;
}

/** The most that anybody can do from a channel, whatever the channel's role comes to allow. */
const CHAT_GUARDRAIL = "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess";

/** The topic of what people should know, and the people: by e-mail, in Slack, in Microsoft Teams. */
export class Alerts extends pulumi.ComponentResource {
  readonly topic: sns.Topic;

  constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Alerts", name, {}, opts);
    const { names, placement } = args;
    const { emails, slack, teams } = args.settings.alerts;

    this.topic = new AlarmTopic(
      name,
      {
        topicName: names.alertTopic,
        key: args.key,
        alarmPrefix: names.alarm(""),
        roles: [names.functionName("circuit-breaker")],
        placement,
      },
      { parent: this },
    ).topic;

    for (const email of new Set(emails)) {
      new sns.TopicSubscription(
        `${name}-${email}`,
        { topic: this.topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }

    if (slack !== undefined || teams !== undefined) {
      const iamRoleArn = chatRole(name, args, this);
      const channel = {
        configurationName: names.chat,
        iamRoleArn,
        guardrailPolicyArns: [CHAT_GUARDRAIL],
        snsTopicArns: [this.topic.arn],
        loggingLevel: "ERROR",
      };
      if (slack !== undefined) {
        new chatbot.SlackChannelConfiguration(
          `${name}-slack`,
          { ...channel, slackTeamId: slack.workspaceId, slackChannelId: slack.channelId },
          { parent: this },
        );
      }
      if (teams !== undefined) {
        new chatbot.TeamsChannelConfiguration(`${name}-teams`, { ...channel, ...teams }, { parent: this });
      }
    }

    this.registerOutputs();
  }
}

/**
 * What Amazon Q Developer in chat applications may do to show an alarm with its graph: AWS's own template for
 * notifications (https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-iam-policies.html). CloudWatch has no
 * resources to narrow most of it to.
 */
function chatRole(name: string, { names, placement }: AlertsArgs, parent: pulumi.Resource): pulumi.Output<string> {
  return serviceRole(
    `${name}-chat`,
    {
      roleName: names.chat,
      trust: trustOf("chatbot.amazonaws.com"),
      statements: [
        {
          Sid: "ShowAlarms",
          Effect: "Allow",
          Action: ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"],
          Resource: "*",
        },
      ],
      placement,
    },
    parent,
  ).role.arn;
}
