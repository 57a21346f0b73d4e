import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../../settings/names.ts";
import type { Settings } from "../../settings/settings.ts";
import { type Placement, policyDocument } from "../policy.ts";
import { serviceRole } from "../service-role.ts";

export interface FlowLogsArgs {
  names: Names;
  settings: Pick<Settings, "logs">;
  placement: Placement;
  /** ARN of the key of logs. */
  key: pulumi.Input<string>;
  vpcId: pulumi.Input<string>;
}

/** Who in the VPC called whom, and who was refused: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
export function flowLogs(name: string, args: FlowLogsArgs, parent: pulumi.Resource): ec2.FlowLog {
  const { names, settings } = args;
  const { account, region } = args.placement;
  const logGroup = new cloudwatch.LogGroup(
    `${name}-flow-logs`,
    { name: names.flowLogGroup, retentionInDays: settings.logs.retentionDays, kmsKeyId: args.key },
    { parent },
  );
  const { role, policy } = serviceRole(
    `${name}-flow-logs`,
    {
      roleName: names.flowLogRole,
      trust: policyDocument([
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:aws:ec2:${region}:${account}:vpc-flow-log/*` },
            StringEquals: { "aws:SourceAccount": account },
          },
        },
      ]),
      statements: [
        {
          Sid: "OwnLogs",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logGroup.arn}:*`,
        },
        {
          // AWS asks for it, and it has no resource but all groups of the account.
          Sid: "FindLogs",
          Effect: "Allow",
          Action: "logs:DescribeLogGroups",
          Resource: pulumi.interpolate`arn:aws:logs:${region}:${account}:log-group:*`,
        },
      ],
      placement: args.placement,
    },
    parent,
  );
  return new ec2.FlowLog(
    `${name}-flow-logs`,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
    },
    { parent, dependsOn: [policy] },
  );
}
