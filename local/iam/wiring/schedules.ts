import { ofType, type StackGraph } from "../../graph/types.ts";
import { role, service, source, type WiredCall, wired } from "./wired-call.ts";

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role */
export function scheduleCalls(graph: StackGraph): WiredCall[] {
  const { region, account } = graph;
  return ofType(graph, "aws:scheduler/schedule:Schedule").flatMap(({ urn, inputs, state }) => {
    const { arn, roleArn } = (inputs.target ?? {}) as { arn?: string; roleArn?: string };
    const target = String(arn);
    const action = target.includes(":stateMachine:") ? "states:StartExecution" : "lambda:InvokeFunction";
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    const group = `arn:aws:scheduler:${region}:${account}:schedule-group/${String(inputs.groupName ?? "default")}`;
    return [
      wired(urn, service("scheduler.amazonaws.com"), "sts:AssumeRole", String(roleArn), source(group, account)),
      wired(urn, role(roleArn, String(state.name)), action, target),
    ];
  });
}
