import type { StateMachineConfiguration } from "./configuration.ts";
import type { Execution } from "./execution.ts";
import type { HistoryEvent } from "./history.ts";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html. What is absent, JSON leaves out. */
export function describeExecution(execution: Execution): Record<string, unknown> {
  const { input, output, error, cause } = execution;
  return {
    ...summarizeExecution(execution),
    input,
    inputDetails: { included: true },
    output,
    ...(output === undefined ? {} : { outputDetails: { included: true } }),
    error,
    cause,
  };
}

/** An entry of ListExecutions. */
export function summarizeExecution(execution: Execution): Record<string, unknown> {
  const { arn, name, plan, status, startedAt, stoppedAt } = execution;
  return {
    executionArn: arn,
    stateMachineArn: plan.machineArn,
    name,
    status,
    startDate: seconds(startedAt),
    stopDate: stoppedAt === undefined ? undefined : seconds(stoppedAt),
    mapRunArn: plan.mapRunArn,
    redriveCount: 0,
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export function describeMachine(machine: StateMachineConfiguration, createdAt: number): Record<string, unknown> {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: "ACTIVE",
    definition: machine.definitionText,
    roleArn: machine.roleArn,
    type: "STANDARD",
    creationDate: seconds(createdAt),
  };
}

/** `previousEventId` is the event before, of whichever iteration it was; AWS follows each iteration apart. */
export function describeEvent({ id, timestamp, type, details }: HistoryEvent): Record<string, unknown> {
  const kind = type.replace(/^[A-Za-z]+State(Entered|Exited)$/, "state$1");
  const member = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}EventDetails`;
  return {
    id,
    previousEventId: id - 1,
    timestamp: seconds(timestamp),
    type,
    ...(Object.keys(details).length === 0 ? {} : { [member]: details }),
  };
}

/** The JSON protocol's timestamps. @param time Epoch milliseconds. */
export function seconds(time: number): number {
  return time / 1_000;
}
