import type { Rules } from "./transitions.ts";

/** What was measured since a probe began: sums. */
export interface ProbeSignals {
  forwarded: number;
  failures: number;
  throttles: number;
  dropped: number;
  batchesStarted: number;
  invocations: number;
  /** Invocations that ended in an error. */
  errors: number;
}

export interface Verdict {
  is: "good" | "bad";
  /** The function itself failed, not what it depends on. */
  isCrash?: boolean;
  reason: string;
}

/** So many times as long as a good probe must last, one may be without verdict whose function crashes on most batches. */
const PATIENCE = 5;

/**
 * What a probe shows. Bad messages show nothing about Firehose, and where there is no traffic there is no verdict.
 *
 * @param ticks that the probe has lasted.
 */
export function judge(signals: ProbeSignals, ticks: number, rules: Rules): Verdict | undefined {
  const { forwarded, invocations, errors } = signals;
  const failing = signals.failures + signals.throttles;
  const attempts = forwarded + failing;
  const said = `${forwarded} of ${attempts} messages forwarded`;
  if (failing * 100 > rules.errorPercent * attempts) return { is: "bad", reason: said };
  if (ticks < rules.probeTicks) return undefined;
  if (errors * 2 > invocations) {
    const isHopeless = forwarded === 0 || ticks >= PATIENCE * rules.probeTicks;
    const reason = `${errors} of ${invocations} invocations ended in an error, ${said}`;
    return isHopeless ? { is: "bad", isCrash: true, reason } : undefined;
  }
  return forwarded > 0 ? { is: "good", reason: said } : undefined;
}

/** Whether nothing at all came through the probe. */
export function isIdle({ batchesStarted, invocations, errors }: ProbeSignals): boolean {
  return batchesStarted === 0 && invocations === 0 && errors === 0;
}
