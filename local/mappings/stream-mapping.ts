import type { Clock, Timer } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import { type ConsumedStream, STREAM_RETENTION_MS } from "../dynamodb/table-stream.ts";
import type { FunctionInvoker, Invocation } from "../lambda/invoker.ts";
import { failedItems } from "./batch-response.ts";
import { eventText } from "./sqs-event.ts";
import { FormingStreamBatch } from "./stream-batch.ts";
import type { StreamMappingConfiguration } from "./stream-configuration.ts";
import { type DiscardCondition, failureMessage } from "./stream-failure.ts";
import { readFilter } from "./stream-filter.ts";
import { type StreamEventCounts, StreamMetrics } from "./stream-metrics.ts";
import { afterFailure, afterThrottle, newBatch, type StreamBatch } from "./stream-retry.ts";

export interface StreamMappingServices {
  stream: ConsumedStream;
  invoker: FunctionInvoker;
  clock: Clock;
  /** By default nobody hears of the events' counts and ages. */
  metrics?: MetricSink;
  /** The queue of the configuration's on-failure destination, where there is one. */
  onFailure: { send(message: { body: string }): unknown } | undefined;
}

/** Lambda polls a stream four times a second: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const POLL_MS = 250;

/**
 * Reads a stream and invokes a function with batches of its records, in order and one batch at a time: a batch that
 * fails holds up everything behind it until it succeeds, its tries are used up, or its records are too old
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html).
 *
 * A batch's window opens with its first record [?].
 */
export class StreamMapping {
  readonly configuration: StreamMappingConfiguration;
  readonly #metrics: StreamMetrics;
  readonly #services: StreamMappingServices;
  readonly #forming: FormingStreamBatch;
  /** What failed and comes before all that is still in the stream. */
  readonly #failed: StreamBatch[] = [];
  readonly #drained: (() => void)[] = [];
  #running: StreamBatch | undefined;
  #isRunning = false;
  #window: Timer | undefined;
  #windowOver = false;
  #endPause: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  /** Its position in the stream is that of its creation. It does nothing until {@link start}. */
  constructor(configuration: StreamMappingConfiguration, services: StreamMappingServices) {
    const { stream } = services;
    this.configuration = configuration;
    this.#services = services;
    this.#metrics = new StreamMetrics(configuration, services);
    this.#forming = new FormingStreamBatch(
      { stream, batchSize: configuration.batchSize, filters: configuration.filters.map(readFilter) },
      configuration.startingPosition === "LATEST" ? stream.next : stream.oldest,
    );
  }

  get counts(): StreamEventCounts {
    return this.#metrics.counts;
  }

  /** Begins to poll, unless the mapping was created disabled. */
  start(): void {
    this.setEnabled(this.configuration.enabled);
  }

  get enabled(): boolean {
    return this.#unsubscribe !== undefined;
  }

  /** Records that it has still to deal with: unread, waiting for their batch or another try, or with the function. */
  get behind(): number {
    const batches = [...this.#failed, ...(this.#running === undefined ? [] : [this.#running])];
    return batches.reduce((sum, { entries }) => sum + entries.length, this.#forming.unread + this.#forming.length);
  }

  /** Disabling lets the batch that is with the function finish, and goes on where it stopped when enabled again. */
  setEnabled(enabled: boolean): void {
    if (enabled && !this.enabled) {
      this.#unsubscribe = this.#services.stream.onRecord(() => this.#wake());
    } else if (!enabled && this.enabled) {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
      this.#closeWindow();
      this.#endPause?.();
    }
    this.#wake();
  }

  /** Disables the mapping, and resolves when no batch is with the function. */
  stop(): Promise<void> {
    this.setEnabled(false);
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#tellIfDrained();
    });
  }

  #wake(): void {
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      this.#running = batch;
      await this.#pause(batch.pauseMs);
      const left = this.enabled ? await this.#process(batch) : [{ ...batch, pauseMs: 0 }];
      this.#running = undefined;
      this.#failed.unshift(...left);
    }
    this.#isRunning = false;
    this.#tellIfDrained();
  }

  /** Undefined while there is nothing to do. */
  #next(): StreamBatch | undefined {
    if (!this.enabled) {
      return undefined;
    }
    return this.#failed.shift() ?? this.#collect();
  }

  #collect(): StreamBatch | undefined {
    const { polled, filteredOut } = this.#forming.read();
    this.#metrics.add("polled", polled);
    this.#metrics.add("filteredOut", filteredOut);
    if (this.#forming.length === 0) {
      return undefined;
    }
    if (!this.#forming.isFull && !this.#windowOver) {
      this.#openWindow();
      return undefined;
    }
    this.#closeWindow();
    return newBatch(this.#forming.take());
  }

  #openWindow(): void {
    this.#window ??= this.#services.clock.after(this.configuration.windowSeconds * 1000 || POLL_MS, () => {
      this.#windowOver = true;
      this.#wake();
    });
  }

  #closeWindow(): void {
    this.#services.clock.clear(this.#window);
    this.#window = undefined;
    this.#windowOver = false;
  }

  /** @returns what of the batch has to be tried again. */
  async #process(batch: StreamBatch): Promise<StreamBatch[]> {
    const expired = this.#expired(batch);
    if (expired > 0) {
      this.#discard({ ...batch, entries: batch.entries.slice(0, expired) }, "RecordAgeExceeded");
      const rest = batch.entries.slice(expired);
      return rest.length === 0 ? [] : [{ ...batch, entries: rest, pauseMs: 0 }];
    }
    const invocation = await this.#invoke(batch);
    if (invocation === undefined) {
      return [afterThrottle(batch)];
    }
    const { functionError } = invocation;
    const ids = batch.entries.map(({ sequenceNumber }) => sequenceNumber);
    const failed = failedItems(invocation, ids, this.configuration.reportsItemFailures);
    this.#metrics.add("invoked", ids.length);
    if (failed.size === 0) {
      return [];
    }
    const tried: StreamBatch = { ...batch, invocations: batch.invocations + 1, functionError };
    const { retry, discard } = afterFailure(tried, failed, this.configuration);
    this.#metrics.add("failedInvoke", failed.size);
    if (discard !== undefined) {
      this.#discard(discard, "RetryAttemptsExhausted");
    }
    return retry;
  }

  /** Undefined when the function was not reached: throttled, or any other error of the service. */
  async #invoke({ entries }: StreamBatch): Promise<Invocation | undefined> {
    const last = entries.at(-1);
    if (last !== undefined) this.#metrics.measureAge(last.createdAt);
    try {
      return await this.#services.invoker.invoke(
        this.configuration.functionArn,
        eventText(entries.map(({ record }) => record)),
      );
    } catch {
      return undefined;
    }
  }

  /** How many records, from the first on, are older than the mapping takes or the stream keeps. */
  #expired({ entries }: StreamBatch): number {
    const { clock } = this.#services;
    const { maximumRecordAgeSeconds = Number.POSITIVE_INFINITY } = this.configuration;
    const oldest = clock.now() - clock.span(Math.min(maximumRecordAgeSeconds * 1000, STREAM_RETENTION_MS));
    const kept = entries.findIndex(({ createdAt }) => createdAt > oldest);
    return kept === -1 ? entries.length : kept;
  }

  #discard(batch: StreamBatch, condition: DiscardCondition): void {
    const { stream, clock, onFailure } = this.#services;
    this.#metrics.add("dropped", batch.entries.length);
    if (onFailure !== undefined) {
      const { functionArn, streamArn } = this.configuration;
      const body = failureMessage({
        batch,
        condition,
        functionArn,
        streamArn,
        shardId: stream.shardId,
        at: clock.now(),
      });
      onFailure.send({ body });
      this.#metrics.add("onFailureDestinationDelivered", 1);
    }
  }

  /** Ends early when the mapping is disabled. */
  #pause(ms: number): Promise<void> {
    if (ms === 0) {
      return Promise.resolve();
    }
    const { clock } = this.#services;
    return new Promise((resolve) => {
      const end = (): void => {
        clock.clear(timer);
        this.#endPause = undefined;
        resolve();
      };
      const timer = clock.after(ms, end);
      this.#endPause = end;
    });
  }

  #tellIfDrained(): void {
    if (!this.#isRunning) {
      for (const resolve of this.#drained.splice(0)) resolve();
    }
  }
}
