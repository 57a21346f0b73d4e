import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import type * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ArchiveFiles } from "./bundle.ts";
import type { FunctionNetwork } from "./network.ts";
import { type Placement, trustOf } from "./policy.ts";
import { serviceRole } from "./service-role.ts";

/** What all functions of a stack have in common. */
export interface FunctionDefaults {
  placement: Placement;
  /** ARN of the key that encrypts the logs and the environment. */
  key: pulumi.Input<string>;
  network: FunctionNetwork;
  logRetentionDays: number;
}

export interface HardenedFunctionArgs extends FunctionDefaults {
  /** Physical name of the function, and of its role. */
  functionName: string;
  description: string;
  /** The archive, with `handler` exported by `index.mjs`. */
  code: ArchiveFiles;
  timeoutSeconds: number;
  memoryMb: number;
  /** Executions that this function alone may use, and no more; by default it shares the account's unreserved ones. */
  reservedConcurrency?: number;
  environment: Record<string, pulumi.Input<string>>;
  /** What the function may do besides writing its own logs and traces. */
  statements: PolicyStatement[];
}

/** A Lambda function with a role of its own, a log group of its own, and nothing that it does not use. */
export class HardenedFunction extends pulumi.ComponentResource {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly logGroup: cloudwatch.LogGroup;

  constructor(name: string, args: HardenedFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:HardenedFunction", name, {}, opts);
    const { functionName, reservedConcurrency } = args;

    // Made here, since a group that Lambda makes itself keeps its logs for ever.
    this.logGroup = new cloudwatch.LogGroup(
      `${name}-logs`,
      { name: `/aws/lambda/${functionName}`, retentionInDays: args.logRetentionDays, kmsKeyId: args.key },
      { parent: this },
    );

    const { role, policy } = serviceRole(
      name,
      {
        roleName: functionName,
        trust: trustOf("lambda.amazonaws.com"),
        statements: [
          {
            Sid: "OwnLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${this.logGroup.arn}:*`,
          },
          {
            // X-Ray has no resources to narrow this to:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
            Sid: "Traces",
            Effect: "Allow",
            Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            Resource: "*",
          },
          ...networkStatements(functionName, args.placement),
          ...args.statements,
        ],
        placement: args.placement,
      },
      this,
    );
    this.role = role;

    this.function = new lambda.Function(
      `${name}-function`,
      {
        name: functionName,
        description: args.description,
        role: this.role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: archive(args.code),
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMb,
        environment: { variables: { ...args.environment } },
        // The role needs no right of its own: Lambda gives it a grant when the function is made
        // (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html).
        kmsKeyArn: args.key,
        vpcConfig: { subnetIds: args.network.subnetIds, securityGroupIds: [args.network.securityGroupId] },
        tracingConfig: { mode: "Active" },
        loggingConfig: {
          logFormat: "JSON",
          logGroup: this.logGroup.name,
          // Never above INFO: Lambda takes a line without a level, as embedded metrics are, for INFO, and would drop
          // it (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html).
          applicationLogLevel: "INFO",
          systemLogLevel: "INFO",
        },
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      },
      // Event source mappings and delivery streams check the role when they are made, and wait for the function only.
      { parent: this, dependsOn: [policy, ...args.network.ways] },
    );

    this.registerOutputs();
  }
}

const FIND_INTERFACES = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
const MAKE_INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda makes the function's way into the VPC with the function's role, which the function's own code must not do
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions).
 */
function networkStatements(functionName: string, { account, region }: Placement): PolicyStatement[] {
  return [
    // It works on all resources only, AWS says.
    { Sid: "FindNetworkInterfaces", Effect: "Allow", Action: FIND_INTERFACES, Resource: "*" },
    {
      // Interfaces, subnets and groups; AWS advises against naming the one to delete.
      Sid: "MakeNetworkInterfaces",
      Effect: "Allow",
      Action: MAKE_INTERFACES,
      Resource: pulumi.interpolate`arn:aws:ec2:${region}:${account}:*/*`,
    },
    {
      Sid: "NoNetworkInterfacesByCode",
      Effect: "Deny",
      Action: [...FIND_INTERFACES, ...MAKE_INTERFACES, "ec2:DetachNetworkInterface"],
      Resource: "*",
      Condition: {
        ArnEquals: {
          "lambda:SourceFunctionArn": pulumi.interpolate`arn:aws:lambda:${region}:${account}:function:${functionName}`,
        },
      },
    },
  ];
}

function archive(files: ArchiveFiles): pulumi.asset.AssetArchive {
  const assets = Object.entries(files).map(([path, text]) => [path, new pulumi.asset.StringAsset(text)]);
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}
