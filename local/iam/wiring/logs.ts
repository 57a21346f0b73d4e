import { ofType, type StackGraph } from "../../graph/types.ts";
import { role, service, source, type WiredCall, wired } from "./wired-call.ts";

/** What the logs' own service asks of a key: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
const KEY_ACTIONS = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:DescribeKey",
];

/** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
const FLOW_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"];

/** Log groups that are encrypted, and the flow logs of a VPC. */
export function logCalls(graph: StackGraph): WiredCall[] {
  const { region, account } = graph;
  const encrypted = ofType(graph, "aws:cloudwatch/logGroup:LogGroup").filter(({ inputs }) => inputs.kmsKeyId);
  const groups = encrypted.flatMap(({ urn, inputs, state }) =>
    KEY_ACTIONS.map((action) =>
      wired(urn, service(`logs.${region}.amazonaws.com`), action, String(inputs.kmsKeyId), {
        "kms:encryptioncontext:aws:logs:arn": String(state.arn),
        "aws:sourceaccount": account,
      }),
    ),
  );
  const flows = ofType(graph, "aws:ec2/flowLog:FlowLog").flatMap(({ urn, inputs, state }) => {
    const caller = role(inputs.iamRoleArn, "vpc-flow-logs");
    const stream = `${String(inputs.logDestination)}:log-stream:eni-0123456789abcdef0-all`;
    return [
      wired(
        urn,
        service("vpc-flow-logs.amazonaws.com"),
        "sts:AssumeRole",
        String(inputs.iamRoleArn),
        source(state.arn, account),
      ),
      ...FLOW_ACTIONS.map((action) => wired(urn, caller, action, stream)),
      wired(urn, caller, "logs:DescribeLogGroups", `arn:aws:logs:${region}:${account}:log-group:*`),
    ];
  });
  return [...groups, ...flows, ...administration(graph)];
}

/**
 * KMS makes no key whose policy would not let its maker change the policy again, unless it is told to
 * (https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html, BypassPolicyLockoutSafetyCheck).
 */
function administration(graph: StackGraph): WiredCall[] {
  const operator = { kind: "user", arn: `arn:aws:iam::${graph.account}:user/operator` } as const;
  return ofType(graph, "aws:kms/key:Key").map(({ urn, state }) =>
    wired(urn, operator, "kms:PutKeyPolicy", String(state.arn)),
  );
}
