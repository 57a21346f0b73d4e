import { type GraphResource, ofType, type StackGraph } from "../../graph/types.ts";
import { role, service, type WiredCall, wired } from "./wired-call.ts";

/** By Lambda, with the role: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const LOOK_ACTIONS = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/** What Lambda does for its functions with their roles. */
export function functionCalls(graph: StackGraph): WiredCall[] {
  return ofType(graph, "aws:lambda/function:Function").flatMap((resource) => callsFor(resource, graph));
}

function callsFor(resource: GraphResource, { region, account }: StackGraph): WiredCall[] {
  const { urn, inputs, state } = resource;
  const name = String(state.name);
  const caller = role(inputs.role, name);
  const { logGroup = `/aws/lambda/${name}` } = (inputs.loggingConfig ?? {}) as Record<string, unknown>;
  const stream = `arn:aws:logs:${region}:${account}:log-group:${String(logGroup)}:log-stream:${LOG_STREAM}`;
  const call = (action: string, on: string) => wired(urn, caller, action, on);
  const { mode } = (inputs.tracingConfig ?? {}) as Record<string, unknown>;
  const { subnetIds = [] } = (inputs.vpcConfig ?? {}) as { subnetIds?: unknown[] };
  return [
    wired(urn, service("lambda.amazonaws.com"), "sts:AssumeRole", String(inputs.role)),
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    call("logs:CreateLogStream", stream),
    call("logs:PutLogEvents", stream),
    // https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    ...(mode === "Active" ? [call("xray:PutTraceSegments", "*"), call("xray:PutTelemetryRecords", "*")] : []),
    ...(subnetIds.length === 0
      ? []
      : [
          ...LOOK_ACTIONS.map((action) => call(action, "*")),
          ...INTERFACE_ACTIONS.map((action) => call(action, `arn:aws:ec2:${region}:${account}:network-interface/*`)),
        ]),
  ];
}

/** Lambda names a stream by the day, the version and the execution environment; policies here name none. */
const LOG_STREAM = "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef";
