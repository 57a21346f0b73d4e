import type { BreakerCommand, Hold } from "../common/circuit.ts";
import { type Circuit, type Probe, SETTLED_TICKS } from "./circuit.ts";
import {
  changed,
  closed,
  counted,
  halfOpened,
  held,
  isCounted,
  nextCoolDown,
  opened,
  type Rules,
} from "./transitions.ts";
import type { Verdict } from "./verdict.ts";

/** An alarm that is in state ALARM. */
export interface RaisedAlarm {
  name: string;
  reason: string;
  /** Epoch milliseconds at which it came into this state. */
  at: number;
}

/** What a tick finds out, as far as the circuit's state asks for it. */
export interface Observations {
  /** In `CLOSED`. */
  alarms?: readonly RaisedAlarm[];
  /** In `OPEN`. */
  tripping?: Circuit["tripping"];
  /** In `HALF_OPEN`. */
  verdict?: Verdict;
  /** In `HALF_OPEN`: nothing is saved that could be enabled. */
  isNothingToProbe?: boolean;
  /** In `HALF_OPEN`: the probe's mapping is gone. */
  isProbeGone?: boolean;
  /** In `HALF_OPEN`: another, or the first one. */
  pick?: ProbePick;
}

/** What a measurement of backlogs ended with. */
export interface ProbePick {
  probe?: Pick<Probe, "uuid" | "topic" | "hasWholeMinute">;
  measuredTo?: string;
}

interface Moment {
  /** Epoch milliseconds. */
  now: number;
  rules: Rules;
}

/** Mappings are saved by the invocation that opens the circuit, or the first tick; later none are to be expected. */
const TICKS_WITHOUT_PROBE = 2;

/** @returns the circuit that follows; undefined where the alarm changes nothing. */
export function onAlarm(circuit: Circuit, alarm: RaisedAlarm, { now, rules }: Moment): Circuit | undefined {
  // A message that comes late tells of what the last transition has already dealt with.
  if (alarm.at <= Date.parse(circuit.since)) return undefined;
  const cause = { now, reason: `alarm ${alarm.name}: ${alarm.reason}` };
  if (circuit.state === "CLOSED") return opened(circuit, cause, rules.coolDownTicks);
  if (circuit.state === "HALF_OPEN") return opened(circuit, cause, nextCoolDown(circuit, rules));
  return undefined;
}

/**
 * What a tick of the schedule changes. Cool-down and probe are counted in ticks, not by the clock.
 *
 * @returns the circuit that follows; undefined where nothing changes.
 */
export function onTick(
  circuit: Circuit,
  scheduledTime: string,
  observed: Observations,
  moment: Moment,
): Circuit | undefined {
  if (isCounted(circuit, scheduledTime)) return undefined;
  const now = counted(circuit, scheduledTime);
  switch (circuit.state) {
    case "CLOSED":
      return missedAlarm(now, observed, moment) ?? (now.ticks === circuit.ticks ? undefined : changed(now, {}));
    case "OPEN":
      return coolingDown(now, observed, moment);
    case "HALF_OPEN":
      return probed(now, observed, moment);
    case "HOLD":
      return heldToItsEnd(now, moment);
  }
}

function missedAlarm(circuit: Circuit, { alarms = [] }: Observations, { now, rules }: Moment): Circuit | undefined {
  const isNews = ({ at }: RaisedAlarm) => circuit.ticks >= SETTLED_TICKS || at > Date.parse(circuit.since);
  const alarm = alarms.find(isNews);
  if (alarm === undefined) return undefined;
  return opened(
    circuit,
    { now, reason: `alarm ${alarm.name}, as a tick found it: ${alarm.reason}` },
    rules.coolDownTicks,
  );
}

function coolingDown(circuit: Circuit, { tripping }: Observations, { now, rules }: Moment): Circuit {
  const known = tripping === undefined ? circuit : { ...circuit, tripping };
  const { ticks, coolDownTicks = rules.coolDownTicks } = known;
  if (ticks < coolDownTicks) return changed(known, {});
  return halfOpened(known, { now, reason: `the cool-down of ${minutes(coolDownTicks)} is over` });
}

function probed(circuit: Circuit, observed: Observations, { now, rules }: Moment): Circuit {
  const { verdict, isNothingToProbe, isProbeGone, pick } = observed;
  const { probe, ...others } = circuit;
  if (verdict !== undefined && probe !== undefined) {
    const cause = { now, reason: `the probe, topic ${probe.topic}: ${verdict.reason}` };
    if (verdict.is === "good") return closed(circuit, cause);
    const crashed = verdict.isCrash ? { crashedProbe: probe.uuid } : { crashedProbe: undefined };
    return opened(circuit, cause, nextCoolDown(circuit, rules), crashed);
  }
  if (isNothingToProbe && circuit.ticks >= TICKS_WITHOUT_PROBE) {
    return closed(circuit, { now, reason: "no mapping was enabled before, so that there is nothing to probe" });
  }
  const next = changed(isProbeGone ? others : circuit, {});
  return pick === undefined ? next : picked(next, pick, now);
}

/** Takes a probe, or another one. The circuit's version stays. */
function picked(circuit: Circuit, { probe, measuredTo }: ProbePick, now: number): Circuit {
  const isNew = probe !== undefined && probe.uuid !== circuit.probe?.uuid;
  return {
    ...circuit,
    ...(measuredTo === undefined ? {} : { measuredTo }),
    ...(isNew ? { probe: { ...probe, since: new Date(now).toISOString(), ticks: 0 } } : {}),
  };
}

/** A circuit that has just become half-open gets its probe. @returns undefined where it needs none. */
export function onPick(circuit: Circuit, pick: ProbePick, now: number): Circuit | undefined {
  if (!needsProbe(circuit)) return undefined;
  return picked(changed(circuit, {}), pick, now);
}

export function needsProbe({ state, probe }: Circuit): boolean {
  return state === "HALF_OPEN" && probe === undefined;
}

function heldToItsEnd(circuit: Circuit, { now }: Moment): Circuit | undefined {
  if (circuit.hold !== undefined && now < Date.parse(circuit.hold.until)) return undefined;
  return halfOpened(circuit, { now, reason: `the hold${circuit.hold ? ` of ${circuit.hold.by}` : ""} has ended` });
}

/** Nothing is changed; the sentence says why. */
export class Refused {
  readonly rule: string;

  constructor(rule: string) {
    this.rule = rule;
  }
}

/** What an operator's command changes. */
export function onCommand(
  circuit: Circuit,
  command: Exclude<BreakerCommand, { command: "status" }>,
  { now, rules }: Moment,
): Circuit | Refused {
  const { state, hold } = circuit;
  const { by, reason } = command;
  const cause = { now, reason: reason === undefined ? `${command.command} by ${by}` : `${by}: ${reason}` };
  switch (command.command) {
    case "open":
      if (state === "OPEN")
        return new Refused(`open: the circuit must not be open already, is OPEN since ${circuit.since}`);
      if (state === "HOLD")
        return new Refused(`open: the circuit must not be held, is held by ${hold?.by}; release it first`);
      return opened(circuit, cause, circuit.coolDownTicks ?? rules.coolDownTicks);
    case "close":
      if (state === "CLOSED") return new Refused("close: the circuit must not be closed already, is CLOSED");
      if (state === "HOLD")
        return new Refused(`close: the circuit must not be held, is held by ${hold?.by}; release it first`);
      return closed(circuit, cause);
    case "release":
      if (state !== "HOLD") return new Refused(`release: the circuit must be held, is ${state}`);
      return halfOpened(circuit, cause);
    case "hold": {
      const next = holdOf(circuit, command, { now, rules });
      return next instanceof Refused ? next : held(circuit, cause, next);
    }
  }
}

/** A hold may be made longer or shorter by another one; the longest that is allowed counts from the first. */
function holdOf(
  { hold }: Circuit,
  { by, reason, minutes: asked }: Extract<BreakerCommand, { command: "hold" }>,
  { now, rules }: Moment,
): Hold | Refused {
  const since = hold?.since ?? new Date(now).toISOString();
  const longest = Date.parse(since) + rules.maximumHoldMinutes * MINUTE_MS;
  const until = asked === undefined ? longest : now + asked * MINUTE_MS;
  if (until > longest) {
    const left = Math.max(0, Math.floor((longest - now) / MINUTE_MS));
    return new Refused(
      `minutes: must be at most ${left} (a hold lasts half of the queues' retention at most: what expires in a topic's ` +
        `queue reaches no dead-letter queue)${hold ? `, since it is held since ${since}` : ""}, is ${asked}`,
    );
  }
  return { by, reason, since, until: new Date(until).toISOString() };
}

const MINUTE_MS = 60_000;

function minutes(ticks: number): string {
  return ticks === 1 ? "1 minute" : `${ticks} minutes`;
}
