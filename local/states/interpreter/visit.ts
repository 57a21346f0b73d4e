import type { Caller } from "../../api/service.ts";
import type { Clock } from "../../clock.ts";
import type { State } from "../definition/definition.ts";
import type { Evaluation } from "../definition/expression.ts";
import type { Execution } from "../execution.ts";
import type { ServiceCall } from "../service-call.ts";
import { readClock } from "./clock-functions.ts";
import type { Variables } from "./variables.ts";

/** What the states of an execution run in. */
export interface Run {
  execution: Execution;
  /** The execution's input, parsed. */
  input: unknown;
  clock: Clock;
  call: ServiceCall;
  /** The machine's role. */
  caller: Caller;
  /** From 0 up to but not 1. */
  random(): number;
  /** Children of a distributed Map at once, whatever it asks for. */
  maxChildren: number;
  /** Starts a child of a distributed Map. */
  startChild(child: ChildStart): Execution;
}

export interface ChildStart {
  states: Execution["plan"]["states"];
  /** In the child's machine ARN. */
  label: string;
  mapRunArn: string;
  /** JSON text. */
  input: string;
}

/** Where in an execution states run: at its top, or in an iteration of a Map. */
export interface Frame {
  run: Run;
  variables: Variables;
  /** Aborts when the execution, or the Map around, has ended. */
  signal: AbortSignal;
  /** Of the inline Map around. */
  item: MapItem | undefined;
}

export interface MapItem {
  Index: number;
  Value: unknown;
}

/** A state that was entered. */
export class Visit<S extends State = State> {
  readonly state: S;
  readonly input: unknown;
  readonly frame: Frame;
  /** How often the state was tried again. */
  retries = 0;
  readonly #enteredTime: string;
  readonly #where: string;

  /** @param eventId Of the state's entry, in the history. */
  constructor(state: S, input: unknown, frame: Frame, eventId: number) {
    this.state = state;
    this.input = input;
    this.frame = frame;
    this.#enteredTime = new Date(frame.run.clock.now()).toISOString();
    this.#where = `An error occurred while executing the state '${state.name}' (entered at the event id #${eventId}).`;
  }

  /**
   * What the state's expressions see now.
   *
   * @param known A result, an error; or the item that a Map's `ItemSelector` is to make an input of.
   */
  evaluation({ item = this.frame.item, ...known }: Known = {}): Evaluation {
    const { variables, run } = this.frame;
    const states = { input: this.input, ...known, context: this.#context(item) };
    return { bindings: { ...readClock(run.clock), ...variables.visible(), states }, where: this.#where };
  }

  /** Begins a cause: in which state. */
  failureOf(what: string): string {
    return `${this.#where} ${what}`;
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  #context(item: MapItem | undefined): Record<string, unknown> {
    const { execution, input } = this.frame.run;
    return {
      Execution: {
        Id: execution.arn,
        Input: input,
        Name: execution.name,
        RoleArn: execution.plan.roleArn,
        StartTime: new Date(execution.startedAt).toISOString(),
        RedriveCount: 0,
      },
      State: { EnteredTime: this.#enteredTime, Name: this.state.name, RetryCount: this.retries },
      StateMachine: { Id: execution.plan.machineArn, Name: execution.plan.machineName },
      ...(item === undefined ? {} : { Map: { Item: item } }),
    };
  }
}

interface Known {
  result?: unknown;
  errorOutput?: { Error: string; Cause: string };
  item?: MapItem | undefined;
}
