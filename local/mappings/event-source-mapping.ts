import { AwsError } from "../api/errors.ts";
import type { Clock, Timer } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import type { ExecutionSlots } from "../lambda/concurrency.ts";
import type { FunctionInvoker, Invocation } from "../lambda/invoker.ts";
import type { Payload } from "../lambda/payload.ts";
import type { ConsumedQueue } from "../sqs/types.ts";
import { failedItems } from "./batch-response.ts";
import type { MappingConfiguration } from "./configuration.ts";
import { EventCounter } from "./event-counter.ts";
import { type Batch, type Entry, FormingBatch } from "./forming-batch.ts";
import type { MappingSettings } from "./settings.ts";
import { sqsEvent } from "./sqs-event.ts";

export interface MappingServices {
  queue: ConsumedQueue;
  invoker: FunctionInvoker;
  slots: ExecutionSlots;
  clock: Clock;
  /** By default nobody hears of the events' counts. */
  metrics?: MetricSink;
}

/**
 * How messages went since the start, as the metrics of the same names count them
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics). Whether
 * `FailedInvokeEventCount` counts the failed items or their whole batches is not documented [?]: here the items.
 */
export interface EventCounts {
  polled: number;
  invoked: number;
  failedInvoke: number;
  deleted: number;
}

/** Messages of one receive, as in SQS itself: few are taken in vain when large ones close a batch early. */
const MAX_RECEIVE = 10;

/** Pauses before a throttled batch is tried again: the first, and the longest. AWS documents no pace [?]. */
const RETRY_PAUSE_MS = { first: 1_000, longest: 10_000 };

/**
 * Polls a queue and invokes a function with batches of its messages
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html): what succeeds is deleted, what fails stays in flight
 * until its visibility timeout.
 *
 * Messages are taken only when this machine could run the function now: on AWS they would not wait for a slot while
 * their visibility timeout runs. While a batch fills, though, its slot is for whoever has a full one.
 */
export class EventSourceMapping {
  readonly #services: MappingServices;
  readonly #events: EventCounter<keyof EventCounts>;
  readonly #forming: FormingBatch;
  readonly #retries = new Set<() => void>();
  readonly #drained: (() => void)[] = [];
  #configuration: MappingConfiguration;
  #running = 0;
  #window: Timer | undefined;
  #windowOver = false;
  #awaitsSlot = false;
  #unsubscribe: (() => void) | undefined;

  /** Does nothing until {@link start}. */
  constructor(configuration: MappingConfiguration, services: MappingServices) {
    const { metrics, clock } = services;
    this.#configuration = configuration;
    this.#services = services;
    this.#events = new EventCounter(["polled", "invoked", "failedInvoke", "deleted"], configuration.uuid, {
      sink: configuration.emitsEventCounts ? metrics : undefined,
      clock,
    });
    this.#forming = new FormingBatch(configuration.queueArn, configuration.batchSize);
  }

  /** As created, with the settings of the last {@link update}. */
  get configuration(): MappingConfiguration {
    return this.#configuration;
  }

  get counts(): EventCounts {
    return this.#events.counts;
  }

  /** Begins to poll, unless the mapping was created disabled. */
  start(): void {
    this.setEnabled(this.#configuration.enabled);
  }

  get enabled(): boolean {
    return this.#unsubscribe !== undefined;
  }

  /** Disabling takes no more messages from the queue; those already taken are still processed. */
  setEnabled(enabled: boolean): void {
    if (enabled && !this.enabled) {
      this.#unsubscribe = this.#services.queue.onVisible(() => this.#pump());
    } else if (!enabled && this.enabled) {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
      for (const retry of this.#retries) {
        retry();
      }
    }
    this.#pump();
  }

  /** From now on these settings hold. What was taken from the queue stays taken, and goes in batches of the new size. */
  update(settings: MappingSettings): void {
    if (settings.windowSeconds !== this.#configuration.windowSeconds) {
      this.#services.clock.clear(this.#window);
      this.#window = undefined;
    }
    this.#configuration = { ...this.#configuration, ...settings };
    this.#forming.resize(settings.batchSize);
    this.#pump();
  }

  /** Disables the mapping, and resolves when no batch is under way. */
  stop(): Promise<void> {
    this.setEnabled(false);
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#tellIfDrained();
    });
  }

  #pump(): void {
    while (this.#running < (this.#configuration.maximumConcurrency ?? Number.POSITIVE_INFINITY)) {
      if (!this.enabled && this.#forming.isEmpty) {
        return;
      }
      if (this.#services.slots.freeSlots(this.#configuration.functionArn) === 0) {
        this.#awaitSlot();
        return;
      }
      this.#collect();
      if (this.#forming.isEmpty || !this.#isClosed()) {
        return;
      }
      this.#dispatch(this.#forming.take());
    }
  }

  #awaitSlot(): void {
    if (!this.#awaitsSlot) {
      this.#awaitsSlot = true;
      this.#services.slots.whenFree(this.#configuration.functionArn, () => {
        this.#awaitsSlot = false;
        this.#pump();
      });
    }
  }

  #collect(): void {
    const { queue, clock } = this.#services;
    while (this.enabled && this.#forming.room > 0) {
      const wanted = Math.min(this.#forming.room, MAX_RECEIVE);
      const messages = queue.receive(wanted);
      this.#events.add("polled", messages.length);
      this.#forming.add(messages, clock.deadline(queue.visibilityTimeoutSeconds * 1000));
      if (messages.length < wanted) {
        return;
      }
    }
  }

  /**
   * Opens the batching window with the first message of a batch; AWS says of the next window only that it begins when
   * the previous invocation completes [?]
   * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching).
   */
  #isClosed(): boolean {
    if (this.#forming.isFull || this.#windowOver || !this.enabled) {
      return true;
    }
    const window = this.#configuration.windowSeconds * 1000;
    if (window === 0) {
      return true;
    }
    this.#window ??= this.#services.clock.after(window, () => {
      this.#windowOver = true;
      this.#pump();
    });
    return false;
  }

  #dispatch({ entries, records, bytes }: Batch): void {
    this.#services.clock.clear(this.#window);
    this.#window = undefined;
    this.#windowOver = false;
    this.#running += 1;
    this.#events.add("invoked", entries.length);
    void this.#process(entries, sqsEvent(records, bytes)).finally(() => {
      this.#running -= 1;
      this.#pump();
      this.#tellIfDrained();
    });
  }

  async #process(batch: readonly Entry[], event: Payload): Promise<void> {
    const invocation = await this.#invoke(batch, event);
    const ids = batch.map(({ message }) => message.messageId);
    const failed =
      invocation === undefined ? new Set(ids) : failedItems(invocation, ids, this.#configuration.reportsItemFailures);
    const done = batch.filter(({ message }) => !failed.has(message.messageId));
    this.#services.queue.delete(done.map(({ message }) => message.receiptHandle));
    this.#events.add("deleted", done.length);
    this.#events.add("failedInvoke", batch.length - done.length);
  }

  /**
   * A throttled batch is tried again until its messages become visible
   * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy).
   * Undefined when the function was never reached.
   */
  async #invoke(batch: readonly Entry[], event: Payload): Promise<Invocation | undefined> {
    const { invoker, clock } = this.#services;
    const visibleAt = batch[0]?.visibleAt ?? 0;
    try {
      for (let pause = RETRY_PAUSE_MS.first; ; pause = Math.min(pause * 2, RETRY_PAUSE_MS.longest)) {
        try {
          return await invoker.invoke(this.#configuration.functionArn, event.bytes);
        } catch (error) {
          const throttled = error instanceof AwsError && error.name === "TooManyRequestsException";
          if (!throttled || !this.enabled || clock.deadline(pause) >= visibleAt) {
            return undefined;
          }
        }
        await this.#pause(pause);
      }
    } finally {
      event.release();
    }
  }

  /** Ends early when the mapping is disabled. */
  #pause(ms: number): Promise<void> {
    const { clock } = this.#services;
    return new Promise((resolve) => {
      const end = () => {
        clock.clear(timer);
        this.#retries.delete(end);
        resolve();
      };
      const timer = clock.after(ms, end);
      this.#retries.add(end);
    });
  }

  #tellIfDrained(): void {
    if (this.#running === 0 && this.#forming.isEmpty) {
      for (const resolve of this.#drained.splice(0)) {
        resolve();
      }
    }
  }
}
