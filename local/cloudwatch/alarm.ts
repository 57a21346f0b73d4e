import type { AlarmConfiguration, AlarmState } from "./alarm-configuration.ts";
import type { StateChange } from "./alarm-message.ts";
import { type Findings, stateReason, stateReasonData } from "./alarm-reason.ts";
import { evaluationRange, type Verdict, verdictOn } from "./alarm-verdict.ts";
import { Contributors } from "./contributors.ts";
import type { MetricSource } from "./insights.ts";
import type { Minutes } from "./minutes.ts";
import type { Grid, TimeSeries } from "./time-series.ts";

/** What an evaluation sees. */
export interface AlarmView {
  source: MetricSource;
  minutes: Minutes;
  /** The first minute that is not over. */
  end: number;
  /** Epoch milliseconds. */
  now: number;
}

/** What DescribeAlarms says of a state. */
export interface CurrentState {
  value: AlarmState;
  reason: string;
  /** JSON text. */
  reasonData: string | undefined;
  /** Epoch milliseconds. */
  since: number;
}

/** One alarm and its state. */
export class Alarm {
  readonly configuration: AlarmConfiguration;
  /** Of an alarm on a query with GROUP BY; empty otherwise. */
  readonly contributors: Contributors;
  actionsEnabled: boolean;
  /** Whether Metrics Insights had to leave something out at the last evaluation. */
  isPartial = false;
  #state: CurrentState;

  /** @param now Epoch milliseconds. */
  constructor(configuration: AlarmConfiguration, now: number) {
    this.configuration = configuration;
    this.contributors = new Contributors(configuration);
    this.actionsEnabled = configuration.actionsEnabled;
    this.#state = {
      value: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      reasonData: undefined,
      since: now,
    };
  }

  get state(): Readonly<CurrentState> {
    return this.#state;
  }

  /**
   * Looks at the periods that end with the last full minute: "at the end of minute 6, the alarm is evaluated based on the
   * data from minutes 2 to 6" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html).
   *
   * @returns what changed, contributors first.
   */
  evaluate({ source, minutes, end, now }: AlarmView): StateChange[] {
    const { watched, periodSeconds, evaluationPeriods } = this.configuration;
    const length = evaluationRange(evaluationPeriods);
    const periodMinutes = periodSeconds / 60;
    const grid = { start: end - length * periodMinutes, periodMinutes, length };
    const { series, partial } = watched.set.evaluation(grid, source).answer(watched.id);
    this.isPartial = partial;
    const findings = (one: TimeSeries, verdict: Verdict): Findings => findingsOf(one, verdict, grid, minutes);
    if (watched.isGrouped) {
      const changes = this.contributors.update(series, findings, now);
      const { state, reason } = this.contributors.summary();
      return changes.concat(state === undefined ? [] : this.set(state, reason, undefined, now));
    }
    const [only] = series;
    if (only === undefined) return [];
    const verdict = verdictOn(only.values, this.configuration);
    if (verdict.state === undefined || verdict.state === this.#state.value) return [];
    const found = findings(only, verdict);
    const reason = stateReason(this.configuration, verdict.state, found);
    return this.set(verdict.state, reason, stateReasonData(this.configuration, found, now), now);
  }

  /** @returns the change, if it is one. */
  set(value: AlarmState, reason: string, reasonData: string | undefined, now: number): StateChange[] {
    const { value: from } = this.#state;
    if (value === from) return [];
    this.#state = { value, reason, reasonData, since: now };
    return [{ alarm: this.configuration, from, to: value, reason, at: now }];
  }
}

function findingsOf({ values }: TimeSeries, { evaluated, filled }: Verdict, grid: Grid, minutes: Minutes): Findings {
  const points = evaluated.map((index) => ({
    timestamp: minutes.startOf(grid.start + index * grid.periodMinutes),
    value: values[index] as number,
  }));
  return { points, filled };
}
