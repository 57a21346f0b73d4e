import { ask, type JsonAsks, text } from "./ask.ts";

/** The member that names the resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  StartExecution: ["stateMachineArn"],
  DescribeStateMachine: ["stateMachineArn"],
  ListExecutions: ["stateMachineArn", "mapRunArn"],
  DescribeExecution: ["executionArn"],
  StopExecution: ["executionArn"],
  GetExecutionHistory: ["executionArn"],
};

export const statesAsks: JsonAsks = (action, input) => {
  const members = NAMED_BY[action];
  if (members === undefined) return undefined;
  const member = members.find((name) => input[name] !== undefined) ?? "";
  return [ask(`states:${action}`, text(input[member]))];
};
