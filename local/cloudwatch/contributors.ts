import { createHash } from "node:crypto";
import type { AlarmConfiguration, AlarmState } from "./alarm-configuration.ts";
import type { StateChange } from "./alarm-message.ts";
import { type Findings, stateReason } from "./alarm-reason.ts";
import { type Verdict, verdictOn } from "./alarm-verdict.ts";
import type { TimeSeries } from "./time-series.ts";

/** One of the time series of an alarm on several. */
export interface Contributor {
  id: string;
  attributes: Readonly<Record<string, string>>;
  /** "each time series (contributor) can only be in ALARM or OK state": https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Acting_Alarm_Changes.html */
  state: "ALARM" | "OK";
  reason: string;
  /** Epoch milliseconds. */
  since: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const MAX_IN_ALARM = 100;

const WITHOUT_ANY: Readonly<Record<AlarmConfiguration["treatMissingData"], AlarmState | undefined>> = {
  missing: "INSUFFICIENT_DATA",
  ignore: undefined,
  breaching: "ALARM",
  notBreaching: "OK",
};

/**
 * The time series of an alarm on a Metrics Insights query with GROUP BY. One that is no longer in the query's answer, as
 * it has no data or others have more, is no contributor any more; nobody is told of that [?].
 */
export class Contributors {
  readonly #alarm: AlarmConfiguration;
  /** By id. */
  #all = new Map<string, Contributor>();

  constructor(alarm: AlarmConfiguration) {
    this.#alarm = alarm;
  }

  /** @returns what changed in them; one that is new and OK did not change. */
  update(
    series: readonly TimeSeries[],
    findings: (one: TimeSeries, verdict: Verdict) => Findings,
    now: number,
  ): StateChange[] {
    const changes: StateChange[] = [];
    const all = new Map<string, Contributor>();
    for (const one of series) {
      const id = idOf(one);
      const before = this.#all.get(id) ?? { id, attributes: one.groups, state: "OK", reason: "", since: now };
      const verdict = verdictOn(one.values, this.#alarm);
      const state = verdict.state === "ALARM" || verdict.state === "OK" ? verdict.state : before.state;
      if (state === before.state) {
        all.set(id, before);
        continue;
      }
      const reason = stateReason(this.#alarm, state, findings(one, verdict));
      all.set(id, { ...before, state, reason, since: now });
      const contributor = { id, attributes: one.groups };
      changes.push({ alarm: this.#alarm, from: before.state, to: state, reason, at: now, contributor });
    }
    this.#all = all;
    return changes;
  }

  /** What they make of the alarm; without any, missing data is treated as always [?]. */
  summary(): { state: AlarmState | undefined; reason: string } {
    const inAlarm = [...this.#all.values()].filter(({ state }) => state === "ALARM").length;
    const count = inAlarm > MAX_IN_ALARM ? `${MAX_IN_ALARM}+` : `${inAlarm} out of ${this.#all.size}`;
    const reason = `${count} time series evaluated to ALARM`;
    if (this.#all.size === 0) return { state: WITHOUT_ANY[this.#alarm.treatMissingData], reason };
    return { state: inAlarm > 0 ? "ALARM" : "OK", reason };
  }

  /** Those in ALARM, as many as CloudWatch counts. */
  inAlarm(): Contributor[] {
    return [...this.#all.values()].filter(({ state }) => state === "ALARM").slice(0, MAX_IN_ALARM);
  }
}

/** Of 16 characters at most. */
function idOf({ groups }: TimeSeries): string {
  return createHash("sha256").update(JSON.stringify(groups)).digest("hex").slice(0, 16);
}
