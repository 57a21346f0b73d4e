import { CIRCUIT_KEY, type CircuitState, type Hold } from "../common/circuit.ts";
import { type Circuit, SETTLED_TICKS, type UntoldTransition } from "./circuit.ts";

export interface Rules {
  /** Of the first cool-down; each further one is twice as long, up to the maximum. A tick is a minute. */
  coolDownTicks: number;
  maximumCoolDownTicks: number;
  /** Metrics come late: what a probe says before counts only if it is bad. */
  probeTicks: number;
  /** A probe with a larger share of failures is bad. */
  errorPercent: number;
  maximumHoldMinutes: number;
}

/** Why, and when by the function's clock (epoch milliseconds). */
export interface Cause {
  now: number;
  reason: string;
}

/** Of a reason that an alarm or an operator gives. */
const LONGEST_REASON = 500;

/** @param coolDownTicks of the cool-down that begins. */
export function opened(circuit: Circuit, cause: Cause, coolDownTicks: number, rest: Partial<Circuit> = {}): Circuit {
  const { tripping, crashedProbe } = circuit;
  return moved(circuit, "OPEN", cause, {
    coolDownTicks,
    ...defined({ tripping: circuit.state === "CLOSED" ? undefined : tripping, crashedProbe }),
    ...rest,
  });
}

/** A probe is chosen afterwards. */
export function halfOpened(circuit: Circuit, cause: Cause): Circuit {
  const { coolDownTicks, tripping, crashedProbe } = circuit;
  return moved(circuit, "HALF_OPEN", cause, defined({ coolDownTicks, tripping, crashedProbe }));
}

export function held(circuit: Circuit, cause: Cause, hold: Hold): Circuit {
  const { coolDownTicks, tripping, crashedProbe } = circuit;
  return moved(circuit, "HOLD", cause, { hold, ...defined({ coolDownTicks, tripping, crashedProbe }) });
}

export function closed(circuit: Circuit, cause: Cause): Circuit {
  return moved(circuit, "CLOSED", cause, { restoring: true });
}

/** The cool-down after a probe that failed; the first one of an outage is not doubled. */
export function nextCoolDown({ coolDownTicks }: Circuit, rules: Rules): number {
  return coolDownTicks === undefined
    ? rules.coolDownTicks
    : Math.min(2 * coolDownTicks, Math.max(rules.maximumCoolDownTicks, rules.coolDownTicks));
}

/** The same circuit with some of what it holds changed, as its next version. */
export function changed(circuit: Circuit, change: Partial<Circuit>): Circuit {
  return { ...circuit, ...change, version: circuit.version + 1 };
}

/** More are kept than can be under way at once. */
const COUNTED_TICKS = 5;

export function isCounted({ countedTicks }: Circuit, scheduledTime: string): boolean {
  return countedTicks.includes(scheduledTime);
}

/** @returns the same version of the circuit, whose ticks now hold this one. */
export function counted(circuit: Circuit, scheduledTime: string): Circuit {
  const { state, ticks, countedTicks, probe } = circuit;
  return {
    ...circuit,
    ticks: state === "CLOSED" ? Math.min(ticks + 1, SETTLED_TICKS) : ticks + 1,
    countedTicks: [...countedTicks, scheduledTime].slice(-COUNTED_TICKS),
    ...(probe === undefined ? {} : { probe: { ...probe, ticks: probe.ticks + 1 } }),
  };
}

function moved(circuit: Circuit, to: CircuitState, { now, reason }: Cause, rest: Partial<Circuit>): Circuit {
  // Two functions' clocks differ, but transitions must sort in their order.
  const at = new Date(Math.max(now, Date.parse(circuit.since) + 1)).toISOString();
  const { version: last, countedTicks, measuredTo } = circuit;
  const version = last + 1;
  const why = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
  const untold: UntoldTransition = {
    from: circuit.state,
    to,
    at,
    reason: why,
    version,
    ...defined({ minutes: rest.coolDownTicks }, to === "OPEN"),
    ...defined({ until: rest.hold?.until }),
  };
  return {
    ...CIRCUIT_KEY,
    state: to,
    since: at,
    reason: why,
    version,
    ticks: 0,
    countedTicks,
    untold: [...circuit.untold, untold],
    ...defined({ measuredTo }),
    ...rest,
  };
}

function defined<T extends object>(values: T, isWanted = true): Partial<T> {
  const entries = Object.entries(values).filter(([, value]) => isWanted && value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
