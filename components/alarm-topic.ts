import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Placement, policyDocument } from "./policy.ts";

export interface AlarmTopicArgs {
  topicName: string;
  /** ARN of a key whose policy admits alarms. */
  key: pulumi.Input<string>;
  /** What the names of the alarms begin with that may publish. */
  alarmPrefix: string;
  /** Names of the roles that may publish besides; what lets them is a policy of their own. */
  roles?: readonly string[];
  placement: Placement;
}

/**
 * A topic to which some alarms publish, and nothing else does: whoever may publish to any topic of the account could
 * otherwise stop the pipeline, or raise a false alarm.
 */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly topic: sns.Topic;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:AlarmTopic", name, {}, opts);
    const { alarmPrefix, roles = [] } = args;
    const { account, region } = args.placement;

    this.topic = new sns.Topic(`${name}-topic`, { name: args.topicName, kmsMasterKeyId: args.key }, { parent: this });
    const alarms = pulumi.interpolate`arn:aws:cloudwatch:${region}:${account}:alarm:${alarmPrefix}*`;
    new sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: this.topic.arn,
        policy: policyDocument([
          {
            // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
            Sid: "Alarms",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: this.topic.arn,
            Condition: { ArnLike: { "aws:SourceArn": alarms }, StringEquals: { "aws:SourceAccount": account } },
          },
          {
            // A condition that something is not so also holds where the request lacks the key, as a person's has no
            // source (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
            Sid: "NobodyElse",
            Effect: "Deny",
            Principal: "*",
            Action: "sns:Publish",
            Resource: this.topic.arn,
            Condition: {
              ArnNotLike: {
                "aws:SourceArn": alarms,
                ...(roles.length === 0
                  ? {}
                  : {
                      "aws:PrincipalArn": roles.map((role) => pulumi.interpolate`arn:aws:iam::${account}:role/${role}`),
                    }),
              },
            },
          },
          {
            Sid: "OnlyOverTls",
            Effect: "Deny",
            Principal: "*",
            Action: "sns:Publish",
            Resource: this.topic.arn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
