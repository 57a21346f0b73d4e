import type { Caller, JsonService } from "../../../local/api/service.ts";
import type { AskedFault, FaultName } from "../../../local/faults/asked-fault.ts";
import type { Execution, Executions, Fault, FaultParts, FaultTargets } from "../../../local/faults/fault.ts";
import { Trigger } from "../../../local/faults/trigger.ts";
import { FirehoseService } from "../../../local/firehose/service.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";
import { configuration, FakeFunction, FakeObjects, FakeTables, onlyOrders, record } from "../firehose/fixtures.ts";

export const targets: FaultTargets = {
  sqsProcessor: "sqs-processor",
  archiveBucket: "archive",
  errorTracker: "error-tracker",
};

/** A process that notes what is done to it. */
export class FakeExecution implements Execution {
  readonly functionName: string;
  requestId: string | undefined = "request-1";
  kills = 0;
  stalls = 0;

  constructor(functionName = targets.sqsProcessor) {
    this.functionName = functionName;
  }

  async kill(): Promise<void> {
    this.kills += 1;
  }

  stall(): void {
    this.stalls += 1;
  }
}

/** Processes by the session tokens under which they call. */
export function executionsOf(byToken: Record<string, Execution>): Executions {
  return { execution: (sessionToken) => byToken[sessionToken] };
}

export function callerWith(sessionToken: string | undefined): Caller {
  return { accessKeyId: "role", sessionToken };
}

export interface Scene {
  clock: VirtualClock;
  trigger: Trigger;
  parts: FaultParts;
  /** The sqs-processor's process, and how it calls. */
  execution: FakeExecution;
  caller: Caller;
}

/** What a fault is made of, after the first send. By default it strikes always. */
export function scene(name: FaultName, asked: Partial<AskedFault> & { seed?: number } = {}): Scene {
  const clock = virtualClock();
  const { seed = 1, ...when } = asked;
  const trigger = new Trigger({ name, rate: 1, from: 0, to: Number.POSITIVE_INFINITY, ...when }, seed, clock);
  trigger.begin();
  const execution = new FakeExecution();
  const executions = executionsOf({ processor: execution, other: new FakeExecution("dlq-processor") });
  return { clock, trigger, parts: { trigger, targets, executions, clock }, execution, caller: callerWith("processor") };
}

/** A service that notes its calls. */
export class FakeService implements JsonService {
  readonly name: string;
  readonly contentType = "application/x-amz-json-1.0";
  readonly calls: { action: string; input: Record<string, unknown>; caller: Caller | undefined }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async call(action: string, input: Record<string, unknown>, caller?: Caller): Promise<unknown> {
    this.calls.push({ action, input, caller });
    return { answered: this.calls.length };
  }
}

export interface Firehose {
  service: FirehoseService;
  tables: FakeTables;
}

/** Firehose with a stream `events` that puts every record into the table of orders. */
export function firehoseOf(clock: VirtualClock): Firehose {
  const tables = new FakeTables();
  const config = configuration({ transform: undefined, delivery: { destinations: onlyOrders } });
  const services = { tables, clock, objects: new FakeObjects(), invoker: new FakeFunction() };
  return { service: new FirehoseService([config], services), tables };
}

export interface PutAnswer {
  FailedPutCount: number;
  RequestResponses: { RecordId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

/** The input of a PutRecordBatch of orders with these ids. */
export function batchOf(ids: readonly string[]): Record<string, unknown> {
  return { DeliveryStreamName: "events", Records: ids.map((id) => ({ Data: record({ id, n: 1 }).data })) };
}

/** `a0`, `a1`, … */
export function idsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `a${index}`);
}

/** How often of `count` times `strikes` said yes, by its place. */
export function placesOf(count: number, strikes: () => boolean): number[] {
  return Array.from({ length: count }, strikes).flatMap((struck, index) => (struck ? [index] : []));
}

export interface Unanswered {
  answers: number;
  injected: number;
  stalls: number;
  /** Calls that took effect. */
  effective: number;
}

/** What comes of one call in each of 100 invocations, where a fault that strikes always leaves calls unanswered. */
export async function hundredCalls(name: FaultName, make: (parts: FaultParts) => Fault): Promise<Unanswered> {
  const { parts, execution, caller, clock, trigger } = scene(name);
  const firehose = new FakeService("firehose");
  const faulty = make(parts).service?.(firehose);
  let answers = 0;
  const answered = () => {
    answers += 1;
  };
  for (let invocation = 0; invocation < 100; invocation += 1) {
    execution.requestId = `request-${invocation}`;
    faulty?.call("PutRecordBatch", {}, caller).then(answered, answered);
    await clock.advance(0);
  }
  await clock.advance(3_600_000);
  return { answers, injected: trigger.injected, stalls: execution.stalls, effective: firehose.calls.length };
}

/** What a call of another function's is answered, and what was done to the processor. */
export async function anothersCall(name: FaultName, make: (parts: FaultParts) => Fault) {
  const { parts, execution, trigger } = scene(name);
  const faulty = make(parts).service?.(new FakeService("firehose"));
  const answer = await faulty?.call("PutRecord", {}, callerWith("other"));
  return { answer, stalls: execution.stalls, injected: trigger.injected };
}
