import type { GetMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import type { Context } from "aws-lambda";
import { createHandler } from "../../../../functions/circuit-breaker/handler.ts";
import type { Clients } from "../../../../functions/circuit-breaker/invocation.ts";
import type { Store } from "../../../../functions/circuit-breaker/store.ts";
import type { Rules } from "../../../../functions/circuit-breaker/transitions.ts";
import type { ProbeSignals } from "../../../../functions/circuit-breaker/verdict.ts";
import type { BreakerAnswer, BreakerCommand } from "../../../../functions/common/circuit.ts";
import { sleep } from "../../../../functions/common/clock.ts";
import { createLog } from "../../../../functions/common/log.ts";
import type { MetricLine } from "../../../../functions/common/metrics.ts";
import { virtualClock } from "../../../support/virtual-clock.ts";
import { awsError, MemoryLambda, QUEUE_PREFIX } from "./memory-lambda.ts";
import { MemoryStore } from "./memory-store.ts";

export const PROCESSOR = "lean-ops-dev-sqs-processor";
export const ALARM = "lean-ops-dev-circuit-error-rate";
export const OTHER_ALARM = "lean-ops-dev-circuit-crashes";
export const MINUTE_MS = 60_000;

export const RULES: Rules = {
  coolDownTicks: 5,
  maximumCoolDownTicks: 15,
  probeTicks: 2,
  errorPercent: 50,
  maximumHoldMinutes: 48 * 60,
};

/** One invocation of the function. */
export interface Started {
  /** `running` until it answers, throws, crashes or is out of time. */
  outcome: "running" | "answered" | "threw" | "cut off";
  answer?: BreakerAnswer | undefined;
  error?: unknown;
}

export interface InvocationOptions {
  /** The process ends at this call of AWS's, counted from 1, before or after it takes effect. */
  crash?: { at: number; takesEffect: boolean };
  remainingMs?: number;
}

type AnyCall = (...args: never[]) => Promise<unknown>;

/** AWS as the circuit breaker sees it, in memory and on a virtual clock. */
export class World {
  readonly clock = virtualClock();
  readonly lambda = new MemoryLambda(this.clock);
  readonly store = new MemoryStore();
  readonly notices: { subject: string; text: string }[] = [];
  readonly logged: Record<string, unknown>[] = [];
  readonly metrics: MetricLine[] = [];
  /** By name, when each came into its state. */
  readonly alarms = new Map<string, { state: string; at: number }>();
  /** Messages that wait, by topic. */
  readonly backlogs = new Map<string, number>();
  /** What is measured in each minute of a probe. */
  signals: Partial<ProbeSignals> = {};
  /** Epoch milliseconds under which that is counted; by default the time of the question. */
  signalsAt: number | undefined;
  trippingTopic: string | undefined;
  readonly metricQueries: GetMetricDataCommandInput[] = [];
  /** Names of calls that fail until further notice. */
  readonly broken = new Set<string>();
  /** Of every call of AWS's, in order. */
  readonly calls: string[] = [];
  latencyMs = 20;
  /** Of the table's calls, where it differs. */
  tableLatencyMs: number | undefined;
  readonly #started: Started[] = [];

  get state(): string {
    return this.store.circuit?.state ?? "CLOSED";
  }

  /** `from → to` of each transition that was recorded. */
  get transitions(): string[] {
    return this.store.noted.map(({ from, to }) => `${from} → ${to}`);
  }

  /** How many invocations are under way. */
  get busy(): number {
    return this.#started.filter(({ outcome }) => outcome === "running").length;
  }

  /** Begins an invocation; it goes on as the clock does. */
  start(event: unknown, { crash, remainingMs = 30_000 }: InvocationOptions = {}): Started {
    const { clock } = this;
    const started: Started = { outcome: "running" };
    const end = clock.now() + remainingMs;
    let made = 0;
    // What has no process any more never goes on.
    const gone = () => new Promise<never>(() => {});
    const through = (latencyMs: () => number) => (name: string, call: AnyCall) => {
      return async (...args: never[]) => {
        if (started.outcome !== "running") return gone();
        this.calls.push(name);
        const isCrash = ++made === crash?.at;
        if (isCrash && !crash?.takesEffect) {
          started.outcome = "cut off";
          return gone();
        }
        await sleep(clock, latencyMs());
        // What is on its way arrives, but nobody hears of it.
        if (this.broken.has(name)) throw awsError("Broken");
        const result = await call(...args);
        if (isCrash) started.outcome = "cut off";
        return started.outcome === "running" ? result : gone();
      };
    };
    const handler = createHandler({
      processorFunction: PROCESSOR,
      alarms: [ALARM, OTHER_ALARM],
      topicQueuePrefix: QUEUE_PREFIX,
      rules: RULES,
      clients: wrapped(
        this.#clients(),
        through(() => this.latencyMs),
      ) as Clients,
      storeFor: () =>
        wrapped(
          methodsOf(this.store),
          through(() => this.tableLatencyMs ?? this.latencyMs),
        ) as unknown as Store,
      clock,
      log: createLog({ write: (line) => this.logged.push(JSON.parse(line)), now: clock.now, fields: {} }),
      metrics: (line) => this.metrics.push(line),
    });
    const context = {
      functionName: "lean-ops-dev-circuit-breaker",
      awsRequestId: `request-${this.#started.push(started)}`,
      getRemainingTimeInMillis: () => end - clock.now(),
    } as Context;
    clock.after(remainingMs, () => {
      if (started.outcome === "running") started.outcome = "cut off";
    });
    handler(event, context).then(
      (answer) => Object.assign(started, { outcome: "answered", answer }),
      (error: unknown) => Object.assign(started, { outcome: "threw", error }),
    );
    return started;
  }

  /** Invokes, and lets the time of one invocation pass. */
  async invoke(event: unknown, options?: InvocationOptions): Promise<Started> {
    const started = this.start(event, options);
    await this.clock.advance(30_000);
    return started;
  }

  async command(command: BreakerCommand): Promise<BreakerAnswer | undefined> {
    return (await this.invoke(command)).answer;
  }

  /** The alarm goes off. @returns the event with its message. */
  alarm(name = ALARM): unknown {
    this.alarms.set(name, { state: "ALARM", at: this.clock.now() });
    return alarmEvent(name, this.clock.now());
  }

  tickEvent(at = this.clock.now()): unknown {
    return { command: "reconcile", scheduledTime: new Date(at).toISOString() };
  }

  /** Lets minutes pass, each with a tick at its beginning. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      this.start(this.tickEvent());
      await this.clock.advance(MINUTE_MS);
    }
  }

  /** The sum of a metric. */
  sum(name: string): number {
    return this.metrics.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
  }

  #clients(): Clients {
    return {
      ...(methodsOf(this.lambda) as Pick<Clients, "listMappings" | "getMapping" | "updateMapping">),
      describeAlarms: async (names) =>
        names.flatMap((AlarmName) => {
          const { state: StateValue, at } = this.alarms.get(AlarmName) ?? {};
          if (at === undefined) return [];
          return [
            { AlarmName, StateValue: StateValue as "ALARM", StateReason: "", StateTransitionedTimestamp: new Date(at) },
          ];
        }),
      getMetricData: async (input) => {
        this.metricQueries.push(input);
        const now = this.clock.now();
        const results = (input.MetricDataQueries ?? []).map(({ Id, Expression }) => {
          if (Expression === undefined) {
            return {
              Id,
              Timestamps: [new Date(this.signalsAt ?? now)],
              Values: [this.signals[Id as keyof ProbeSignals] ?? 0],
            };
          }
          return { Id, Label: this.trippingTopic, Values: this.trippingTopic === undefined ? [] : [1] };
        });
        return { MetricDataResults: results as never };
      },
      publish: async (subject, text) => {
        this.notices.push({ subject, text });
      },
      backlog: async (topic) => this.backlogs.get(topic) ?? 0,
    };
  }
}

export function alarmEvent(AlarmName: string, at: number, NewStateValue = "ALARM"): unknown {
  const StateChangeTime = new Date(at).toISOString().replace("Z", "+0000");
  const Message = JSON.stringify({ AlarmName, NewStateValue, NewStateReason: "51 % of 100", StateChangeTime });
  return { Records: [{ EventSource: "aws:sns", Sns: { Message, MessageId: "m" } }] };
}

function methodsOf(object: object): Record<string, AnyCall> {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
  const methods = Object.fromEntries(
    names
      .filter((name) => name !== "constructor")
      .map((name) => [name, (object as Record<string, unknown>)[name]] as const)
      .filter(([, value]) => typeof value === "function"),
  ) as Record<string, AnyCall>;
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, method.bind(object)]));
}

function wrapped(calls: object, through: (name: string, call: AnyCall) => AnyCall): object {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, through(name, call as AnyCall)]));
}
