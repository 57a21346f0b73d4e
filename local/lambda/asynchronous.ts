import { AwsError } from "../api/errors.ts";
import type { Clock, Timer } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import { MAX_EVENT_BYTES } from "./configuration.ts";
import { functionNameOf } from "./function-name.ts";
import type { FunctionInvoker } from "./invoker.ts";
import { awsMilliseconds, lambdaMetric } from "./metrics.ts";

interface AsynchronousServices {
  invoker: FunctionInvoker;
  clock: Clock;
  metrics?: MetricSink;
}

interface Event {
  functionArn: string;
  payload: string;
  receivedAt: number;
  expiresAt: number;
  /** Tries that ended in a function error. */
  failures: number;
  /** Tries that AWS itself turned away. */
  refusals: number;
  /** Until the next try. */
  timer: Timer;
}

/** Before the second try and the third; there is no fourth. */
const PAUSES_AFTER_FAILURE_MS = [60_000, 120_000];

/** "Increases exponentially from 1 second after the first attempt to a maximum of 5 minutes"; doubled here [?]. */
const PAUSE_AFTER_REFUSAL_MS = { first: 1_000, longest: 300_000 };

const MAX_EVENT_AGE_MS = 6 * 3_600_000;

/**
 * Lambda's queue of events, from asynchronous invocations: by callers with `InvocationType: Event`, and by services
 * such as SNS. Its defaults hold
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html): a function error is followed by up
 * to two more tries, a throttle or an error of Lambda's own by tries for six hours; then the event is dropped, and the
 * metric `AsyncEventsDropped` is all that tells. There are no destinations, dead-letter queues or other settings, and
 * no duplicates.
 */
export class AsynchronousInvocations {
  readonly #services: AsynchronousServices;
  readonly #pending = new Set<Event>();
  #running = 0;
  #stopped = false;
  readonly #idle: (() => void)[] = [];

  constructor(services: AsynchronousServices) {
    this.#services = services;
  }

  /** Events that are with their function, or wait for another try. */
  get pending(): number {
    return this.#pending.size;
  }

  /**
   * Takes an event, and begins its first try.
   *
   * @param payload JSON text of at most 1 MiB.
   * @throws AwsError `RequestTooLargeException`, or `ServiceException` after {@link stop}.
   */
  invokeAsync(functionArn: string, payload: string): void {
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAX_EVENT_BYTES) {
      throw new AwsError(
        "RequestTooLargeException",
        `${bytes} byte payload is too large for the Event invocation type (limit ${MAX_EVENT_BYTES} bytes)`,
        { status: 413 },
      );
    }
    if (this.#stopped) {
      throw new AwsError("ServiceException", "the local cloud has stopped", { status: 500 });
    }
    const { clock } = this.#services;
    const event = {
      functionArn,
      payload,
      receivedAt: clock.now(),
      expiresAt: clock.deadline(MAX_EVENT_AGE_MS),
      failures: 0,
      refusals: 0,
      timer: undefined,
    };
    this.#pending.add(event);
    this.#record("AsyncEventsReceived", event, 1);
    void this.#try(event);
  }

  /** Resolves when nothing is pending, events that wait for another try included. */
  async drained(): Promise<void> {
    while (this.#pending.size > 0) {
      await this.#settled();
    }
  }

  /** Takes no more events, forgets those that wait for another try, and resolves when none is with its function. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const event of this.#pending) {
      if (event.timer !== undefined) {
        this.#services.clock.clear(event.timer);
        this.#pending.delete(event);
      }
    }
    this.#tellIdle();
    while (this.#running > 0) {
      await this.#settled();
    }
  }

  async #try(event: Event): Promise<void> {
    const { clock } = this.#services;
    event.timer = undefined;
    this.#running += 1;
    this.#record("AsyncEventAge", event, awsMilliseconds(clock, clock.now() - event.receivedAt));
    const outcome = await this.#invoke(event);
    this.#running -= 1;
    if (typeof outcome === "number" && !this.#stopped && clock.deadline(outcome) <= event.expiresAt) {
      event.timer = clock.after(outcome, () => void this.#try(event));
    } else {
      this.#pending.delete(event);
      if (outcome !== "succeeded") this.#record("AsyncEventsDropped", event, 1);
    }
    this.#tellIdle();
  }

  /** @returns How it ended, or the milliseconds before another try. */
  async #invoke(event: Event): Promise<"succeeded" | "failed" | number> {
    try {
      const { functionError } = await this.#services.invoker.invoke(event.functionArn, event.payload);
      if (functionError === undefined) return "succeeded";
    } catch (error) {
      if (!isPassing(error)) return "failed";
      event.refusals += 1;
      return Math.min(PAUSE_AFTER_REFUSAL_MS.first * 2 ** (event.refusals - 1), PAUSE_AFTER_REFUSAL_MS.longest);
    }
    event.failures += 1;
    return PAUSES_AFTER_FAILURE_MS[event.failures - 1] ?? "failed";
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #tellIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #record(name: string, { functionArn }: Event, value: number): void {
    const { metrics, clock } = this.#services;
    metrics?.record(lambdaMetric(name, { FunctionName: functionNameOf(functionArn) }), value, clock.now());
  }
}

/** A throttle, or an error of Lambda's own; anything else stays wrong. */
function isPassing(error: unknown): boolean {
  return !(error instanceof AwsError) || error.status === 429 || error.status >= 500;
}
