import type { Clock } from "../clock.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import { awsMilliseconds } from "../lambda/metrics.ts";
import { type BufferHints, RecordBuffer } from "./buffer.ts";
import type { FailedRecord } from "./error-output.ts";
import { Held } from "./held.ts";
import type { Metrics } from "./metrics.ts";
import { splitRequests, type TransformRequest, transformEvent } from "./transform-request.ts";
import { readTransformResponse, type TransformAnswer } from "./transform-response.ts";
import type { AcceptedRecord, DeliveryRecord, Failure } from "./types.ts";
import { InFlight, retryDelay, type Timers } from "./waiting.ts";

export interface TransformConfig {
  /** As configured, `:$LATEST` included where it is given. */
  lambdaArn: string;
  buffer: BufferHints;
  /** Invocations after the first one that failed. */
  retries: number;
}

interface TransformParts {
  stream: { arn: string; region: string };
  config: TransformConfig;
  invoker: FunctionInvoker;
  clock: Clock;
  timers: Timers;
  metrics: Metrics;
  onOk(record: DeliveryRecord): void;
  onFailed(record: FailedRecord): void;
  onDropped(records: number): void;
}

/**
 * Invocations at a time. AWS allows five per shard (https://docs.aws.amazon.com/firehose/latest/dev/limits.html); how
 * many shards a Direct PUT stream has is not told, here it is one [?].
 */
const OUTSTANDING_INVOCATIONS = 5;

/** What the buffer handed on. */
interface Batch {
  records: readonly AcceptedRecord[];
  bytes: number;
}

/** The Lambda stage of a stream (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html). */
export class Transform {
  readonly #parts: TransformParts;
  readonly #buffer: RecordBuffer<AcceptedRecord>;
  /** Waiting for one of the outstanding invocations to end. */
  readonly #batches: Batch[] = [];
  #requests: TransformRequest[] = [];
  readonly #inFlight = new InFlight();
  /** Records that have not left this stage. */
  readonly held = new Held();

  constructor(parts: TransformParts) {
    this.#parts = parts;
    this.#buffer = new RecordBuffer(parts.config.buffer, parts.timers, (records, bytes) => {
      this.#batches.push({ records, bytes });
      this.#start();
    });
  }

  add(record: AcceptedRecord): void {
    this.held.add(record);
    this.#buffer.add(record, record.bytes);
  }

  /** Invokes for what waits, as far as that is allowed. */
  #start(): void {
    while (this.#inFlight.size < OUTSTANDING_INVOCATIONS && !this.#parts.timers.ended) {
      if (this.#requests.length === 0) this.#requests = splitRequests(this.#next());
      const request = this.#requests.shift();
      if (!request) return;
      this.#inFlight.track(this.#process(request), () => this.#start());
    }
  }

  /** As many waiting batches as fit the buffer's size, so that a short interval makes no crowd of small requests. */
  #next(): AcceptedRecord[] {
    const [first, ...others] = this.#batches;
    let bytes = first?.bytes ?? 0;
    const tooMuch = others.findIndex((batch) => {
      bytes += batch.bytes;
      return bytes > this.#parts.config.buffer.bytes;
    });
    const taken = this.#batches.splice(0, tooMuch < 0 ? this.#batches.length : tooMuch + 1);
    return taken.flatMap(({ records }) => records);
  }

  async #process(request: TransformRequest): Promise<void> {
    const { config, clock, timers, onFailed } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#invoke(request);
      if (!("code" in answer)) return this.#handOn(request, answer, attempt);
      if (attempt > config.retries) {
        this.held.remove(request.records);
        const endedAt = clock.now();
        for (const record of request.records) onFailed(this.#failed(record, answer, attempt, endedAt));
        return;
      }
      if (!(await timers.wait(retryDelay(attempt)))) return;
    }
  }

  async #invoke(request: TransformRequest): Promise<TransformAnswer | Failure> {
    const { clock, metrics } = this.#parts;
    const start = clock.now();
    const answer = await this.#ask(request).catch(invokeFailed);
    metrics.add("ExecuteProcessing.Duration", awsMilliseconds(clock, clock.now() - start));
    metrics.add("ExecuteProcessing.Success", "code" in answer ? 0 : 1);
    return answer;
  }

  async #ask(request: TransformRequest): Promise<TransformAnswer | Failure> {
    const { stream, config, invoker } = this.#parts;
    const event = transformEvent(request, stream.arn, stream.region);
    const invocation = await invoker.invoke(config.lambdaArn, event.bytes).finally(() => event.release());
    return invocation.functionError ? functionFailed(invocation.payload) : readTransformResponse(invocation, request);
  }

  #handOn({ records }: TransformRequest, { ok, failed, dropped }: TransformAnswer, attempts: number): void {
    const { clock, metrics, onOk, onFailed, onDropped } = this.#parts;
    this.held.remove(records);
    let bytes = 0;
    for (const record of ok) {
      bytes += record.bytes;
      onOk(record);
    }
    metrics.add("SucceedProcessing.Records", ok.length);
    metrics.add("SucceedProcessing.Bytes", bytes);
    const endedAt = clock.now();
    for (const { record, failure } of failed) onFailed(this.#failed(record, failure, attempts, endedAt));
    onDropped(dropped);
  }

  #failed({ data, arrival }: AcceptedRecord, failure: Failure, attempts: number, endedAt: number): FailedRecord {
    return { ...failure, data, arrival, attempts, endedAt, lambdaArn: this.#parts.config.lambdaArn };
  }

  cut(): void {
    this.#buffer.cut();
  }

  /** Resolves when no invocation is under way, nor waiting for its turn. */
  done(): Promise<void> {
    return this.#inFlight.done();
  }
}

/** Firehose's codes for what the Lambda service answers; AWS documents them as log messages only [?]. */
const INVOKE_CODES: Readonly<Record<string, string>> = {
  TooManyRequestsException: "Lambda.InvokeLimitExceeded",
  AccessDeniedException: "Lambda.InvokeAccessDenied",
  ResourceNotFoundException: "Lambda.ResourceNotFound",
};

/** Whatever goes wrong, the records must not be lost with it. */
function invokeFailed(error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { code: INVOKE_CODES[name] ?? "Lambda.InvokeFailed", message: `${name}: ${message}` };
}

/** Of a function's error: it stands in the error document of each record. */
const MAX_ERROR_LENGTH = 500;

/** Says what the function said, which AWS does not: nobody reads a stack trace out of a second log here. */
function functionFailed(payload: string): Failure {
  const said = payload.slice(0, MAX_ERROR_LENGTH);
  return { code: "Lambda.FunctionError", message: `The Lambda function was invoked and failed: ${said}` };
}
