import { describeFailure, errorName } from "../common/failure.ts";
import { inParallel } from "../common/in-parallel.ts";
import type { Circuit, Probe } from "./circuit.ts";
import type { Observations, ProbePick, RaisedAlarm } from "./decide.ts";
import type { Invocation } from "./invocation.ts";
import type { SavedMapping } from "./mapping.ts";
import { isMinuteQuiet, signalsSince, trippingTopic } from "./metric-queries.ts";
import { candidatesOf, pickOf, toMeasure } from "./probe-candidates.ts";
import { isIdle, judge, type ProbeSignals } from "./verdict.ts";

const MEASUREMENTS_IN_FLIGHT = 10;

/**
 * What a tick must know in this state of the circuit. What cannot be found out is logged, and left to the next tick.
 *
 * @throws what the store throws.
 */
export async function observe(circuit: Circuit, invocation: Invocation): Promise<Observations> {
  switch (circuit.state) {
    case "CLOSED":
      return { alarms: (await tried("alarms", invocation, () => raisedAlarms(invocation))) ?? [] };
    case "OPEN":
      return circuit.tripping === undefined
        ? ((await tried("tripping topic", invocation, () => askTripping(circuit, invocation))) ?? {})
        : {};
    case "HALF_OPEN":
      return lookAtProbe(circuit, invocation);
    case "HOLD":
      return {};
  }
}

async function raisedAlarms({ clients, alarms, within }: Invocation): Promise<RaisedAlarm[]> {
  const found = await within((signal) => clients.describeAlarms(alarms, signal));
  return found
    .filter(({ AlarmName = "", StateValue }) => StateValue === "ALARM" && alarms.includes(AlarmName))
    .map(({ AlarmName = "", StateReason = "", StateTransitionedTimestamp }) => ({
      name: AlarmName,
      reason: StateReason,
      at: StateTransitionedTimestamp?.getTime() ?? 0,
    }));
}

async function askTripping(
  { since }: Circuit,
  { clients, clock, within, processorFunction }: Invocation,
): Promise<Pick<Observations, "tripping">> {
  const topic = await trippingTopic(
    (input) => within((signal) => clients.getMetricData(input, signal)),
    processorFunction,
    Date.parse(since),
    clock.now(),
  );
  return { tripping: topic === undefined ? {} : { topic } };
}

async function lookAtProbe(circuit: Circuit, invocation: Invocation): Promise<Observations> {
  const { store, rules } = invocation;
  const { probe } = circuit;
  const saved = await store.saved();
  if (saved.length === 0) return { isNothingToProbe: true, isProbeGone: probe !== undefined };
  if (probe === undefined || !saved.some(({ id }) => id === probe.uuid)) {
    const { probe: _gone, ...others } = circuit;
    return { isProbeGone: probe !== undefined, pick: await pickProbe(others, saved, invocation) };
  }
  const signals = await tried("signals of the probe", invocation, () => askSignals(probe, invocation));
  if (signals === undefined) return {};
  const ticks = probe.ticks + 1;
  const verdict = judge(signals, ticks, rules);
  if (verdict !== undefined) return { verdict };
  // Metrics come late: for a while silence says nothing.
  if (ticks < rules.probeTicks || !isIdle(signals)) return {};
  return { pick: await pickProbe(circuit, saved, invocation) };
}

function askSignals(
  { since, hasWholeMinute = false }: Probe,
  { clients, clock, within, processorFunction }: Invocation,
): Promise<ProbeSignals> {
  return signalsSince(
    (input) => within((signal) => clients.getMetricData(input, signal)),
    processorFunction,
    Date.parse(since),
    clock.now(),
    hasWholeMinute,
  );
}

/** Measures backlogs, and takes a mapping as the probe. */
export async function pickProbe(
  circuit: Circuit,
  saved: readonly SavedMapping[],
  invocation: Invocation,
): Promise<ProbePick> {
  const { clients, within, log, topicQueuePrefix } = invocation;
  const measured = toMeasure(candidatesOf(saved, topicQueuePrefix), circuit);
  const errors: Record<string, number> = {};
  const backlogs = await inParallel(measured.list, MEASUREMENTS_IN_FLIGHT, async ({ topic }) => {
    if (topic === undefined) return 0;
    try {
      return await within((signal) => clients.backlog(topic, signal));
    } catch (error) {
      errors[errorName(error)] = (errors[errorName(error)] ?? 0) + 1;
      return 0;
    }
  });
  if (Object.keys(errors).length > 0) log.warn("backlogs not measured", { errors });
  const pick = pickOf(measured, backlogs, circuit);
  if (pick.probe === undefined || pick.probe.uuid === circuit.probe?.uuid) return pick;
  const hasWholeMinute = await tried("whether all is quiet", invocation, () => askQuiet(invocation));
  return hasWholeMinute ? { ...pick, probe: { ...pick.probe, hasWholeMinute } } : pick;
}

function askQuiet({ clients, clock, within, processorFunction }: Invocation): Promise<boolean> {
  return isMinuteQuiet(
    (input) => within((signal) => clients.getMetricData(input, signal)),
    processorFunction,
    clock.now(),
  );
}

async function tried<T>(what: string, { log }: Invocation, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    log.error(`not known: ${what}`, describeFailure(error));
    return undefined;
  }
}
