import { Inputs, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import type { StateMachineConfiguration } from "../states/configuration.ts";
import { ratePeriod } from "./rate.ts";

const SCHEDULE = "aws:scheduler/schedule:Schedule";

export interface ScheduleConfiguration {
  name: string;
  arn: string;
  enabled: boolean;
  periodMs: number;
  target: Target;
  /** JSON text; undefined: EventBridge Scheduler's default notification. */
  input: string | undefined;
}

/** A function is invoked, an execution of a state machine is started. */
export interface Target {
  kind: "function" | "stateMachine";
  arn: string;
}

/** Inputs of `scheduler.ScheduleArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  description: "nothing reads it",
  kmsKeyArn: "inputs never leave this machine's memory",
  region: "the whole stack is in one region, which the ARN names",
  scheduleExpressionTimezone: "a rate has none",
  "target.roleArn": "judged where calls are authorised, not by the scheduler",
  "target.retryPolicy": "a schedule's call is taken at once; what comes of it is not the schedule's to retry",
  "target.deadLetterConfig": "as target.retryPolicy",
};

/**
 * The stack's schedules, as `CreateSchedule` would take them
 * (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html).
 *
 * @param functions Those of the same stack, as are the state machines.
 * @throws ResourceError with everything that AWS would refuse and all that the local cloud cannot do: expressions other than
 *   rates, start and end dates, flexible time windows, targets other than functions and state machines.
 */
export function schedulesOf(
  graph: StackGraph,
  functions: readonly Pick<FunctionConfiguration, "arn">[],
  stateMachines: readonly Pick<StateMachineConfiguration, "arn">[] = [],
): ScheduleConfiguration[] {
  const problems: string[] = [];
  const targets = new Map<string, Target>([
    ...functions.map(({ arn }) => [arn, { kind: "function", arn }] as const),
    ...stateMachines.map(({ arn }) => [arn, { kind: "stateMachine", arn }] as const),
  ]);
  const schedules = ofType(graph, SCHEDULE).map((resource) => readSchedule(resource, targets, problems));
  refuseAll(problems);
  return schedules;
}

function readSchedule(
  resource: GraphResource,
  targets: ReadonlyMap<string, Target>,
  problems: string[],
): ScheduleConfiguration {
  const inputs = Inputs.of(resource, problems);
  inputs.only(["name", "groupName", "scheduleExpression", "state", "flexibleTimeWindow", "target"], ignoredInputs);
  const window = inputs.object("flexibleTimeWindow");
  window.only(["mode"]);
  window.text("mode", /^OFF$/);
  const target = inputs.object("target");
  target.only(["arn", "input"], ignoredInputs);
  const arn = String(target.value("arn"));
  const known = targets.get(arn);
  if (known === undefined) target.refuse("arn", `must be a function or a state machine of the stack, is ${arn}`);
  target.text("roleArn", /^arn:aws:iam::\d{12}:role\/.+$/);
  const input = target.optionalText("input");
  if (input !== undefined) target.attempt("input", () => JSON.parse(input));
  const expression = inputs.optionalText("scheduleExpression") ?? "";
  return {
    name: inputs.text("name", /^[0-9a-zA-Z-_.]{1,64}$/),
    arn: String(resource.state.arn),
    enabled: inputs.choice("state", ["ENABLED", "DISABLED"]) === "ENABLED",
    // The default only stands in where a problem is reported instead.
    periodMs: inputs.attempt("scheduleExpression", () => ratePeriod(expression)) ?? Number.POSITIVE_INFINITY,
    target: known ?? { kind: "function", arn },
    input,
  };
}
