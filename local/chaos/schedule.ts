import type { AskedFault, FaultName } from "../faults/asked-fault.ts";

/**
 * A share of what each fault counts: calls, records, messages or invocations. What strikes single records or calls is
 * frequent, since functions try those again at once. What sends messages back to their queue is rare: a batch in which
 * one returns is handled in steps, so that with much of it every batch would be, and nothing else would happen.
 */
const RATES: Readonly<Record<Exclude<FaultName, "firehose-outage">, number>> = {
  "firehose-throttle": 0.05,
  "firehose-partial": 0.12,
  "processor-crash": 0.01,
  "processor-timeout": 0.01,
  "unanswered-call": 0.01,
  "archive-down": 0.15,
  "tracker-throttle": 0.15,
  "duplicate-delivery": 0.0005,
  "transform-failure": 0.1,
  "schema-mismatch": 0.015,
};

/**
 * When Firehose is away altogether, as shares of the time. That opens the circuit, which takes a quarter of an hour of
 * AWS's time to close again: a soak has room for it, two minutes have not.
 */
const OUTAGE = { from: 0.4, to: 0.45 };
const SOAK_SECONDS = 600;

/**
 * Every fault at once, until {@link Faults.end}.
 *
 * @param sendingSeconds real seconds. @param speed how many times faster AWS's time passes.
 */
export function faultsFor(sendingSeconds: number, speed: number): AskedFault[] {
  const end = sendingSeconds * speed;
  const steady = Object.entries(RATES).map(([name, rate]) => ({
    name: name as FaultName,
    rate,
    from: 0,
    to: Number.POSITIVE_INFINITY,
  }));
  if (sendingSeconds < SOAK_SECONDS) return steady;
  return [...steady, { name: "firehose-outage", rate: 1, from: end * OUTAGE.from, to: end * OUTAGE.to }];
}

/**
 * Shares of events that are bad, and that are poisonous: each of these ends ten processes, sends the messages beside it
 * back, and takes about seven minutes of AWS's time, which only a soak has.
 */
export function badEvents(sendingSeconds: number): { malformed: number; poison: number } {
  return { malformed: 0.02, poison: sendingSeconds < SOAK_SECONDS ? 0 : 0.00002 };
}
