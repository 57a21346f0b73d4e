import { randomUUID } from "node:crypto";
import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import type { StateMachineConfiguration } from "./configuration.ts";
import { describeEvent, describeExecution, describeMachine, seconds, summarizeExecution } from "./describe.ts";
import type { Execution, ExecutionPlan } from "./execution.ts";
import { type ExecutionServices, Executions } from "./executions.ts";
import {
  checkArn,
  checkInput,
  checkName,
  type Input,
  invalid,
  onlyMembers,
  optionalText,
  requiredText,
} from "./input.ts";
import { page } from "./page.ts";

/** Starts executions of state machines. */
export interface ExecutionStarter {
  /**
   * @param input JSON text.
   * @param name By default a UUID.
   * @returns the execution's ARN.
   * @throws AwsError `StateMachineDoesNotExist`, `ExecutionAlreadyExists`, `InvalidName`, `InvalidExecutionInput`.
   */
  start(machineArn: string, input: string, name?: string): string;
}

/**
 * Step Functions with the state machines of one stack, in its JSON protocol and within the process. Machines are made by
 * the program, not by a call: actions that create or change them are not known here, nor are activities, redrives and
 * task tokens.
 */
export class StepFunctionsService implements JsonService, ExecutionStarter {
  readonly name = "states";
  readonly contentType = "application/x-amz-json-1.0";
  readonly #machines: ReadonlyMap<string, StateMachineConfiguration>;
  readonly #executions: Executions;
  readonly #createdAt: number;
  #stopped = false;

  readonly #actions: Readonly<Record<string, (input: Input) => unknown>> = {
    StartExecution: (input) => this.#startExecution(input),
    DescribeExecution: (input) => this.#describeExecution(input),
    ListExecutions: (input) => this.#listExecutions(input),
    StopExecution: (input) => this.#stopExecution(input),
    GetExecutionHistory: (input) => this.#getExecutionHistory(input),
    DescribeStateMachine: (input) => this.#describeStateMachine(input),
  };

  constructor(machines: readonly StateMachineConfiguration[], services: ExecutionServices) {
    this.#machines = new Map(machines.map((machine) => [machine.arn, machine]));
    this.#executions = new Executions(services);
    this.#createdAt = services.clock.now();
  }

  async call(action: string, input: Record<string, unknown>): Promise<unknown> {
    const run = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (run === undefined) {
      const known = Object.keys(this.#actions).join(", ");
      throw new AwsError(
        "UnknownOperationException",
        `the local cloud's Step Functions has no ${action}; it has: ${known}`,
      );
    }
    return run(input);
  }

  start(machineArn: string, input: string, name: string = randomUUID()): string {
    return this.#start(machineArn, input, name).arn;
  }

  /** @throws AwsError `ExecutionDoesNotExist` */
  execution(arn: string): Execution {
    checkArn(arn);
    const execution = this.#executions.get(arn);
    if (execution === undefined) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** Resolves to an execution when it has ended, however it did. @throws AwsError `ExecutionDoesNotExist` */
  async settled(arn: string): Promise<Execution> {
    return this.execution(arn).settled;
  }

  /** The executions of a machine, or the children of a Map Run; the youngest first. */
  executionsOf(arn: string): Execution[] {
    return this.#executions.of(arn);
  }

  /** Executions that have not ended, children too. */
  get running(): number {
    return this.#executions.running;
  }

  /** Resolves when nothing runs. */
  drained(): Promise<void> {
    return this.#executions.drained();
  }

  /** Starts no more, aborts what runs, and resolves when nothing does. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#executions.stop();
  }

  /**
   * A name is taken for good; an execution that is under way is answered again where the input is the same text
   * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
   */
  #start(machineArn: string, input: string, name: string): Execution {
    const { arn, name: machineName, roleArn, definition } = this.#machine(machineArn);
    checkName(name);
    checkInput(input);
    if (this.#stopped) throw new AwsError("ServiceUnavailable", "the local cloud has stopped", { status: 503 });
    const existing = this.#executions.get(`${arn.replace(":stateMachine:", ":execution:")}:${name}`);
    if (existing?.status === "RUNNING" && existing.input === input) return existing;
    if (existing !== undefined) {
      throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${existing.arn}'`);
    }
    const { timeoutSeconds } = definition;
    const plan: ExecutionPlan = {
      machineArn: arn,
      machineName,
      roleArn,
      states: definition,
      timeoutSeconds,
      mapRunArn: undefined,
    };
    return this.#executions.start(plan, { name, input });
  }

  #machine(arn: string): StateMachineConfiguration {
    checkArn(arn);
    const machine = this.#machines.get(arn);
    if (machine === undefined) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  #startExecution(input: Input): unknown {
    onlyMembers(input, ["stateMachineArn", "name", "input"]);
    const name = optionalText(input, "name") ?? randomUUID();
    const { arn, startedAt } = this.#start(
      requiredText(input, "stateMachineArn"),
      optionalText(input, "input") ?? "{}",
      name,
    );
    return { executionArn: arn, startDate: seconds(startedAt) };
  }

  #describeExecution(input: Input): unknown {
    onlyMembers(input, ["executionArn"]);
    return describeExecution(this.execution(requiredText(input, "executionArn")));
  }

  #listExecutions(input: Input): unknown {
    onlyMembers(input, ["stateMachineArn", "mapRunArn", "statusFilter", "maxResults", "nextToken"]);
    const machineArn = optionalText(input, "stateMachineArn");
    const mapRunArn = optionalText(input, "mapRunArn");
    if ((machineArn === undefined) === (mapRunArn === undefined)) {
      throw invalid("either stateMachineArn or mapRunArn is required");
    }
    const status = optionalText(input, "statusFilter");
    const of = mapRunArn ?? this.#machine(String(machineArn)).arn;
    const found = this.executionsOf(of).filter((execution) => status === undefined || execution.status === status);
    const { items, nextToken } = page(found, input, ({ arn }) => arn);
    return { executions: items.map(summarizeExecution), nextToken };
  }

  #stopExecution(input: Input): unknown {
    onlyMembers(input, ["executionArn", "error", "cause"]);
    const execution = this.execution(requiredText(input, "executionArn"));
    execution.abort(optionalText(input, "error"), optionalText(input, "cause"));
    return { stopDate: seconds(execution.stoppedAt ?? execution.startedAt) };
  }

  #getExecutionHistory(input: Input): unknown {
    onlyMembers(input, ["executionArn", "maxResults", "nextToken", "reverseOrder"]);
    const { events } = this.execution(requiredText(input, "executionArn")).history;
    const ordered = input.reverseOrder === true ? events.toReversed() : events;
    const { items, nextToken } = page(ordered, input, ({ id }) => String(id));
    return { events: items.map(describeEvent), nextToken };
  }

  #describeStateMachine(input: Input): unknown {
    onlyMembers(input, ["stateMachineArn"]);
    return describeMachine(this.#machine(requiredText(input, "stateMachineArn")), this.#createdAt);
  }
}
