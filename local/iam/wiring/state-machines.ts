import { type GraphResource, ofType, type StackGraph } from "../../graph/types.ts";
import type { Principal } from "../principal.ts";
import { role, service, source, type WiredCall, wired } from "./wired-call.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy: on all resources only. */
const LOG_ACTIONS = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** On the log group of the machine. */
const LOG_WRITES = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html#xray-iam */
const TRACE_ACTIONS = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
];

/** What Step Functions does with a machine's role besides what the machine's tasks ask for. */
export function stateMachineCalls(graph: StackGraph): WiredCall[] {
  return ofType(graph, "aws:sfn/stateMachine:StateMachine").flatMap(({ urn, inputs, state }) => {
    const caller = role(inputs.roleArn, String(state.name));
    const { level = "OFF", logDestination } = (inputs.loggingConfiguration ?? {}) as {
      level?: string;
      logDestination?: string;
    };
    const stream = `${String(logDestination).replace(/:\*$/, "")}:log-stream:states`;
    const { enabled = false } = (inputs.tracingConfiguration ?? {}) as { enabled?: boolean };
    const actions = [...(level === "OFF" ? [] : LOG_ACTIONS), ...(enabled ? TRACE_ACTIONS : [])];
    return [
      // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy
      wired(
        urn,
        service("states.amazonaws.com"),
        "sts:AssumeRole",
        String(inputs.roleArn),
        source(state.arn, graph.account),
      ),
      ...actions.map((action) => wired(urn, caller, action, "*")),
      ...(level === "OFF" ? [] : LOG_WRITES.map((action) => wired(urn, caller, action, stream))),
      ...keyCalls({ urn, inputs, state }, caller, level !== "OFF", graph),
      ...mapActions(String(inputs.definition), String(state.arn)).map(([action, on]) => wired(urn, caller, action, on)),
    ];
  });
}

/**
 * What a machine with a key asks of it, in its role's own name, and the delivery of its logs:
 * https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
function keyCalls(
  { urn, inputs, state }: Pick<GraphResource, "urn" | "inputs" | "state">,
  caller: Principal,
  isLogged: boolean,
  { region, account }: StackGraph,
): WiredCall[] {
  const { kmsKeyId } = (inputs.encryptionConfiguration ?? {}) as { kmsKeyId?: string };
  if (kmsKeyId === undefined) return [];
  const executions = { "kms:encryptioncontext:aws:states:statemachinearn": String(state.arn) };
  const logs = { "kms:encryptioncontext:sourcearn": `arn:aws:logs:${region}:${account}:*` };
  return [
    ...["kms:GenerateDataKey", "kms:Decrypt"].map((action) => wired(urn, caller, action, kmsKeyId, executions)),
    ...(isLogged
      ? [
          wired(urn, caller, "kms:GenerateDataKey", kmsKeyId, logs),
          wired(urn, service("delivery.logs.amazonaws.com"), "kms:Decrypt", kmsKeyId, logs),
        ]
      : []),
  ];
}

/** A distributed map's children are executions: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
function mapActions(definition: string, machineArn: string): [action: string, resource: string][] {
  if (!/"Mode":\s*"DISTRIBUTED"/.test(definition)) return [];
  const child = `${machineArn.replace(":stateMachine:", ":execution:")}/child`;
  return [
    ["states:StartExecution", machineArn],
    ["states:DescribeExecution", child],
    ["states:StopExecution", child],
  ];
}
