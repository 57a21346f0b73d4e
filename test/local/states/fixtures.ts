import { AwsError } from "../../../local/api/errors.ts";
import type { Caller } from "../../../local/api/service.ts";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import type { Execution } from "../../../local/states/execution.ts";
import { stateMachinesOf } from "../../../local/states/from-graph.ts";
import { StepFunctionsService } from "../../../local/states/service.ts";
import type { ServiceCall } from "../../../local/states/service-call.ts";
import { graphOf } from "../../support/graph.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";

export const MACHINE_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:refinery";
export const ROLE_ARN = "arn:aws:iam::123456789012:role/refinery-role";
export const START = Date.UTC(2026, 0, 1);

export const INVOKE = "arn:aws:states:::lambda:invoke";
export const PUT_ITEM = "arn:aws:states:::dynamodb:putItem";

/** A machine of the given states, the first being where it starts. */
export function machineOf(states: Record<string, object>, more: object = {}) {
  return { QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states, ...more };
}

/** The machine as the graph has it. @param definition JSON, or its text. @throws ResourceError */
export function readMachine(definition: unknown, more: Record<string, unknown> = {}) {
  const text = typeof definition === "string" ? definition : JSON.stringify(definition);
  const inputs = { name: "refinery", roleArn: ROLE_ARN, definition: text, ...more };
  const [machine] = stateMachinesOf(graphOf([{ type: "aws:sfn/stateMachine:StateMachine", name: "refinery", inputs }]));
  if (machine === undefined) throw new Error("the graph has no state machine");
  return machine;
}

export type Handler = (input: Record<string, unknown>, caller: Caller) => unknown;

export interface Call {
  service: string;
  action: string;
  input: Record<string, unknown>;
  caller: Caller;
  /** Milliseconds since {@link START}. */
  at: number;
}

/** The services behind the integrations, with S3 in memory. */
export class FakeServices {
  readonly calls: Call[] = [];
  /** Texts by `BUCKET/KEY`. */
  readonly objects = new Map<string, string>();
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #clock: VirtualClock;

  /** @param handlers By `service:action`. */
  constructor(handlers: Readonly<Record<string, Handler>>, clock: VirtualClock) {
    this.#handlers = handlers;
    this.#clock = clock;
  }

  readonly call: ServiceCall = async (service, action, input, caller) => {
    this.calls.push({ service, action, input, caller, at: this.#clock.now() - START });
    const name = `${service}:${action}`;
    const handler = this.#handlers[name];
    if (handler !== undefined) return handler(input, caller);
    const key = `${input.Bucket}/${input.Key}`;
    if (name === "s3:GetObject") {
      const text = this.objects.get(key);
      if (text === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.", { status: 404 });
      return { Body: Buffer.from(text) };
    }
    if (name === "s3:PutObject") {
      this.objects.set(key, String(input.Body));
      return {};
    }
    throw new Error(`nothing answers ${name}`);
  };

  /** The JSON of an object in S3. */
  json(key: string): unknown {
    return JSON.parse(this.objects.get(key) ?? "undefined");
  }

  named(action: string): Call[] {
    return this.calls.filter((call) => call.action === action);
  }
}

/** A function's answer to `lambda:Invoke`. */
export function answered(payload: unknown) {
  return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: JSON.stringify(payload) };
}

/** A function that failed. */
export function functionFailed(errorType: string | undefined, errorMessage = "broken") {
  return { ...answered({ errorType, errorMessage }), FunctionError: "Unhandled" };
}

export interface Options {
  handlers?: Readonly<Record<string, Handler>>;
  random?: () => number;
  maxChildren?: number;
}

export function setUp(definition: unknown, { handlers = {}, ...options }: Options = {}) {
  const clock = virtualClock(START);
  const services = new FakeServices(handlers, clock);
  const metrics: { metric: MetricId; value: number }[] = [];
  const states = new StepFunctionsService([readMachine(definition)], {
    clock,
    call: services.call,
    metrics: { record: (metric, value) => metrics.push({ metric, value }) },
    ...options,
  });
  return {
    clock,
    services,
    states,
    metrics,
    start: (input: unknown = {}, name?: string): Execution =>
      states.execution(states.start(MACHINE_ARN, JSON.stringify(input), name)),
    /** Starts an execution and lets `ms` pass. */
    run: async (input: unknown = {}, ms = 0): Promise<Execution> => {
      const execution = states.execution(states.start(MACHINE_ARN, JSON.stringify(input)));
      await clock.advance(ms);
      return execution;
    },
  };
}

/** What an execution of a machine of the given states came to, at once. */
export async function runStates(states: Record<string, object>, input: unknown = {}, options: Options = {}) {
  return summaryOf(await setUp(machineOf(states), options).run(input));
}

/** How an execution ended, in short: its output, or its error and cause. */
export function summaryOf({ status, output, error, cause }: Execution) {
  if (status === "SUCCEEDED") return JSON.parse(output ?? "undefined");
  return { status, error, cause };
}
