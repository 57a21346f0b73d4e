import type { Clock, Timer } from "../clock.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import type { ExecutionStarter } from "../states/service.ts";
import type { ScheduleConfiguration } from "./from-graph.ts";
import { payloadOf } from "./payload.ts";

/** How a schedule's firings went. */
export interface FiringCounts {
  fired: number;
  /** The function failed or could not be invoked, or the execution could not be started. */
  failed: number;
}

export interface Targets {
  invoker: FunctionInvoker;
  /** Needed where a schedule starts executions. */
  executions?: ExecutionStarter;
  clock: Clock;
}

/**
 * EventBridge Scheduler: invokes functions and starts executions of state machines at a regular rate, whether or not the
 * last one has ended. AWS's fires for the first time when a schedule is created, which is before this one starts; so
 * here the first firing comes one period after the start. AWS's may be up to a minute late; this one is punctual
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 *
 * A schedule invokes a function asynchronously: Lambda would try a function that fails twice more
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html), which is not done here: the next
 * firing is the next try. What becomes of an execution is nothing to its schedule.
 */
export class Scheduler {
  /** By schedule ARN. */
  readonly counts: ReadonlyMap<string, FiringCounts>;
  readonly #schedules: readonly Schedule[];
  readonly #services: Targets;
  readonly #running = new Set<Promise<void>>();

  /** Does nothing until {@link start}. @throws Error for a state machine without what starts its executions. */
  constructor(schedules: readonly ScheduleConfiguration[], services: Targets) {
    const machine = schedules.find(({ target }) => target.kind === "stateMachine");
    if (machine !== undefined && services.executions === undefined) {
      throw new Error(`nothing here starts executions, as the schedule ${machine.name} does`);
    }
    this.#services = services;
    this.#schedules = schedules.map((configuration) => ({
      configuration,
      counts: { fired: 0, failed: 0 },
      timer: undefined,
    }));
    this.counts = new Map(this.#schedules.map(({ configuration, counts }) => [configuration.arn, counts]));
  }

  /** Invocations of functions that have not ended. */
  get running(): number {
    return this.#running.size;
  }

  start(): void {
    for (const schedule of this.#schedules) {
      if (schedule.configuration.enabled) this.#await(schedule);
    }
  }

  /** Fires no more, and resolves when no invocation is under way. */
  async stop(): Promise<void> {
    for (const { timer } of this.#schedules) this.#services.clock.clear(timer);
    await Promise.all(this.#running);
  }

  #await(schedule: Schedule): void {
    const { clock } = this.#services;
    schedule.timer = clock.after(schedule.configuration.periodMs, () => {
      this.#await(schedule);
      const firing = this.#fire(schedule, clock.now()).finally(() => this.#running.delete(firing));
      this.#running.add(firing);
    });
  }

  async #fire({ configuration, counts }: Schedule, scheduledAt: number): Promise<void> {
    const { arn: scheduleArn, target, input } = configuration;
    counts.fired += 1;
    try {
      const payload = payloadOf(input, { scheduleArn, scheduledAt });
      if (target.kind === "stateMachine") {
        this.#services.executions?.start(target.arn, payload);
        return;
      }
      const { functionError } = await this.#services.invoker.invoke(target.arn, payload);
      if (functionError !== undefined) counts.failed += 1;
    } catch {
      counts.failed += 1;
    }
  }
}

interface Schedule {
  configuration: ScheduleConfiguration;
  counts: FiringCounts;
  /** Of the next firing. */
  timer: Timer;
}
