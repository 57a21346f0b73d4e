import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import { Execution, type ExecutionPlan } from "./execution.ts";
import { payloadText } from "./interpreter/payload.ts";
import { runStates } from "./interpreter/run-states.ts";
import { Variables } from "./interpreter/variables.ts";
import type { ChildStart } from "./interpreter/visit.ts";
import { ExecutionMetrics } from "./metrics.ts";
import type { ServiceCall } from "./service-call.ts";
import { ERRORS, StateError } from "./state-error.ts";

export interface ExecutionServices {
  clock: Clock;
  call: ServiceCall;
  /** Where the executions' metrics go; by default nowhere. */
  metrics?: MetricSink;
  /** For jitter, from 0 up to but not 1; by default Math.random. */
  random?: () => number;
  /**
   * Children of one distributed Map that run at once, however many more it asks for; by default 100. AWS allows 10,000
   * (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).
   */
  maxChildren?: number;
}

/** Children that have ended are kept up to this number, the oldest being forgotten first. AWS keeps all for 90 days. */
const MAX_ENDED_CHILDREN = 10_000;

/** The executions of all machines, and what runs them. */
export class Executions {
  readonly #services: ExecutionServices;
  readonly #metrics: ExecutionMetrics | undefined;
  readonly #byArn = new Map<string, Execution>();
  /** Children among them. */
  readonly #running = new Set<Execution>();
  readonly #endedChildren: string[] = [];
  #idle: (() => void)[] = [];

  constructor(services: ExecutionServices) {
    this.#services = services;
    this.#metrics = services.metrics && new ExecutionMetrics(services.metrics, services.clock);
  }

  get running(): number {
    return this.#running.size;
  }

  get(arn: string): Execution | undefined {
    return this.#byArn.get(arn);
  }

  /** Those of a machine, or of a Map Run; the youngest first. */
  of(arn: string): Execution[] {
    const all = [...this.#byArn.values()].filter(({ plan }) => plan.machineArn === arn || plan.mapRunArn === arn);
    return all.reverse();
  }

  /** @param input JSON text. */
  start(plan: ExecutionPlan, { name, input }: { name: string; input: string }): Execution {
    const { clock } = this.#services;
    const arn = `${plan.machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const execution = new Execution(plan, { arn, name, input }, clock);
    this.#byArn.set(arn, execution);
    this.#running.add(execution);
    this.#metrics?.started(execution);
    const { timeoutSeconds } = plan;
    const timer =
      timeoutSeconds === undefined ? undefined : clock.after(timeoutSeconds * 1_000, () => execution.timeOut());
    void execution.settled.then(() => {
      clock.clear(timer);
      this.#ended(execution);
    });
    void this.#run(execution);
    return execution;
  }

  /** Resolves when nothing runs. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Aborts all that runs, and resolves when nothing does. */
  async stop(): Promise<void> {
    for (const execution of this.#running) execution.abort();
    await this.drained();
  }

  async #run(execution: Execution): Promise<void> {
    const { clock, call, random = Math.random, maxChildren = 100 } = this.#services;
    const { plan } = execution;
    const run = {
      execution,
      input: JSON.parse(execution.input),
      clock,
      call,
      // As a function is known: by its role. There is no process, and so no session.
      caller: { accessKeyId: plan.roleArn.split("/").at(-1) ?? plan.roleArn, sessionToken: undefined },
      random,
      maxChildren,
      startChild: (child: ChildStart) => this.#startChild(execution, child),
    };
    const frame = { run, variables: new Variables(), signal: execution.signal, item: undefined };
    try {
      const output = await runStates(plan.states, run.input, frame);
      execution.succeed(payloadText(output, plan.machineName));
    } catch (error) {
      if (error instanceof StateError) execution.fail(error.error, error.cause);
      // Nothing where it has ended already; else a defect of the local cloud, which must not pass unseen.
      else execution.fail(ERRORS.runtime, String(error));
    }
  }

  #startChild({ plan }: Execution, { states, label, mapRunArn, input }: ChildStart): Execution {
    const machineArn = `${plan.machineArn.split("/")[0]}/${label}`;
    return this.start(
      { ...plan, states, machineArn, mapRunArn, timeoutSeconds: undefined },
      { name: randomUUID(), input },
    );
  }

  #ended(execution: Execution): void {
    this.#running.delete(execution);
    this.#metrics?.ended(execution);
    if (execution.plan.mapRunArn !== undefined) {
      this.#endedChildren.push(execution.arn);
      if (this.#endedChildren.length > MAX_ENDED_CHILDREN) this.#byArn.delete(this.#endedChildren.shift() ?? "");
    }
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
