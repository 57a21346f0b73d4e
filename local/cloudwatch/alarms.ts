import type { Clock, Timer } from "../clock.ts";
import { Alarm } from "./alarm.ts";
import type { AlarmConfiguration, AlarmState } from "./alarm-configuration.ts";
import { type Notification, notificationOf, type StateChange } from "./alarm-message.ts";
import type { MetricSource } from "./insights.ts";
import type { Minutes } from "./minutes.ts";

/** Sends what an alarm says to a topic. */
export type Publish = (topicArn: string, notification: Notification) => Promise<void>;

/** An alarm's change of state, for reports. */
export interface Transition {
  alarm: string;
  from: AlarmState;
  to: AlarmState;
  reason: string;
  /** Epoch milliseconds. */
  at: number;
}

/** A message that could not be sent. Nobody sends it again. */
export interface FailedAction {
  alarm: string;
  topicArn: string;
  error: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface AlarmServices {
  clock: Clock;
  minutes: Minutes;
  source: MetricSource;
  publish: Publish;
}

/**
 * How long after a minute's end its alarms are evaluated. Counts arrive after the minute that they belong to: those of
 * functions through their logs, those of services when they have been gathered. How long CloudWatch waits for them it
 * does not say [?].
 */
const EVALUATION_DELAY_MS = 20_000;

/**
 * The alarms of one stack. "For any period of one minute or longer, an alarm is evaluated every minute"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html). Actions happen on transitions
 * only.
 */
export class Alarms {
  /** Transitions of alarms, not of their contributors, oldest first. */
  readonly history: Transition[] = [];
  readonly failedActions: FailedAction[] = [];
  /** By name. */
  readonly #alarms: ReadonlyMap<string, Alarm>;
  readonly #services: AlarmServices;
  readonly #madeAt: number;
  readonly #running = new Set<Promise<void>>();
  #timer: Timer;

  /** Does nothing until {@link start}. */
  constructor(configurations: readonly AlarmConfiguration[], services: AlarmServices) {
    this.#services = services;
    this.#madeAt = services.clock.now();
    this.#alarms = new Map(
      configurations
        .map((configuration) => [configuration.name, new Alarm(configuration, this.#madeAt)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  /** When the alarms were made, in epoch milliseconds. */
  get madeAt(): number {
    return this.#madeAt;
  }

  /** In the order of their names. */
  all(): Alarm[] {
    return [...this.#alarms.values()];
  }

  find(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  /** Evaluates all alarms once a minute, for the first time when the current minute is over. */
  start(): void {
    this.#await(this.#services.minutes.at(this.#services.clock.now()));
  }

  /** Evaluates no more, and resolves when no message is on its way. */
  async stop(): Promise<void> {
    this.#services.clock.clear(this.#timer);
    await Promise.all(this.#running);
  }

  /** Sets an alarm's state until its next evaluation, with the actions that go with it. */
  set(alarm: Alarm, state: AlarmState, reason: string, reasonData: string | undefined): void {
    this.#tell(alarm, alarm.set(state, reason, reasonData, this.#services.clock.now()));
  }

  #await(minute: number): void {
    const { clock, minutes } = this.#services;
    const delay = clock.span(EVALUATION_DELAY_MS);
    this.#timer = clock.at(Math.ceil(minutes.startOf(minute + 1) + delay), () => {
      const now = clock.now();
      // A minute whose evaluation is late is evaluated with the next one.
      const end = Math.max(minute + 1, minutes.at(now - delay));
      this.#await(end);
      this.#evaluate(end, now);
    });
  }

  #evaluate(end: number, now: number): void {
    const { minutes, source } = this.#services;
    for (const alarm of this.#alarms.values()) this.#tell(alarm, alarm.evaluate({ source, minutes, end, now }));
  }

  #tell(alarm: Alarm, changes: readonly StateChange[]): void {
    for (const change of changes) {
      const { from, to, reason, at, contributor } = change;
      if (contributor === undefined) this.history.push({ alarm: alarm.configuration.name, from, to, reason, at });
      if (!alarm.actionsEnabled) continue;
      const notification = notificationOf(change, this.#madeAt);
      for (const topicArn of alarm.configuration.actions[to]) this.#send(alarm, topicArn, notification);
    }
  }

  #send(alarm: Alarm, topicArn: string, notification: Notification): void {
    const { publish, clock } = this.#services;
    const sending = Promise.resolve()
      .then(() => publish(topicArn, notification))
      .catch((error: unknown) => {
        this.failedActions.push({ alarm: alarm.configuration.name, topicArn, error: String(error), at: clock.now() });
      })
      .finally(() => this.#running.delete(sending));
    this.#running.add(sending);
  }
}
