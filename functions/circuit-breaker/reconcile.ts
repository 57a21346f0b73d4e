import { BREAKER_METRICS } from "../common/circuit.ts";
import { change } from "./change.ts";
import type { Circuit } from "./circuit.ts";
import { converge } from "./converge.ts";
import { needsProbe, onPick, onTick } from "./decide.ts";
import { type Invocation, SERVICE } from "./invocation.ts";
import { observe, pickProbe } from "./observe.ts";
import { wantsAnything } from "./plan.ts";
import type { Survey } from "./store.ts";
import { tell } from "./tell.ts";
import { isCounted } from "./transitions.ts";

/** Every so many ticks of a probe without verdict the log says so. */
const REMINDER_TICKS = 5;

/** What the schedule has done once a minute: counts the tick, decides, tells, and makes the mappings as they should be. */
export async function reconcile(scheduledTime: string, invocation: Invocation): Promise<void> {
  const { store, rules, clock, id } = invocation;
  const { circuit } = await change(store, id, async (now) => {
    if (isCounted(now, scheduledTime)) return undefined;
    const observed = await observe(now, invocation);
    return onTick(now, scheduledTime, observed, { now: clock.now(), rules });
  });
  gauge(circuit, invocation);
  await follow(circuit, invocation);
}

/**
 * What follows from the circuit, whoever made it what it is: the transitions are told, a probe is chosen, the mappings
 * are changed.
 *
 * @param stopAt Epoch milliseconds from which no mapping is changed any more.
 * @returns how the mappings were; undefined where nobody looked.
 */
export async function follow(
  circuit: Circuit,
  invocation: Invocation,
  stopAt = invocation.stopAt,
): Promise<Survey | undefined> {
  if (circuit.untold.length > 0) await tell(circuit, invocation);
  await chooseProbe(circuit, invocation);
  if (!wantsAnything(circuit)) return undefined;
  const survey = await converge(invocation, { isToAct: true, stopAt });
  if (survey !== undefined) count(invocation, { [BREAKER_METRICS.notAsWanted]: survey.pending });
  return survey;
}

async function chooseProbe(circuit: Circuit, invocation: Invocation): Promise<void> {
  const { store, clock, id } = invocation;
  if (!needsProbe(circuit)) return;
  const saved = await store.saved();
  if (saved.length === 0) return;
  await change(store, id, async (now) => {
    if (!needsProbe(now)) return undefined;
    return onPick(now, await pickProbe(now, saved, invocation), clock.now());
  });
}

function gauge({ state, probe, ticks, reason }: Circuit, invocation: Invocation): void {
  const isOpen = state !== "CLOSED";
  count(invocation, { [BREAKER_METRICS.open]: isOpen ? 1 : 0 });
  if (state !== "HALF_OPEN") return;
  count(invocation, { [BREAKER_METRICS.probeTicks]: ticks });
  if (ticks > 0 && ticks % REMINDER_TICKS === 0) {
    invocation.log.warn("the probe has no verdict yet", { ticks, topic: probe?.topic, reason });
  }
}

function count({ metrics, clock, functionName }: Invocation, counts: Readonly<Record<string, number>>): void {
  metrics({ timestamp: clock.now(), dimensions: { service: SERVICE, function_name: functionName }, counts });
}
