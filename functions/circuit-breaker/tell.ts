import { BREAKER_METRICS, TRANSITION_DAYS, type TransitionItem } from "../common/circuit.ts";
import { callBefore } from "../common/deadline.ts";
import { describeFailure } from "../common/failure.ts";
import { change } from "./change.ts";
import type { Circuit, UntoldTransition } from "./circuit.ts";
import { type Invocation, SERVICE } from "./invocation.ts";
import { noticeOf } from "./notice.ts";
import { changed } from "./transitions.ts";

/** Telling must not keep the circuit from what it has to do. */
const LONGEST_NOTICE_MS = 3000;

/** An item holds 400 KB; a notice that could not be sent through so many transitions is not sent. */
const MOST_UNTOLD = 100;

/**
 * Tells of every transition that the circuit's item carries as untold: an item of its own, a log line, a metric, a
 * notice. It is taken off the list afterwards, so that whatever ends this in the middle, the next tick tells again: at
 * least once, and in their order. What fails is logged, and left to the next tick.
 */
export async function tell(circuit: Circuit, invocation: Invocation): Promise<void> {
  const { store, log, id } = invocation;
  const noted = new Set<number>();
  const told = new Set<number>();
  try {
    for (const transition of circuit.untold) {
      if (!transition.noted) await note(transition, invocation);
      noted.add(transition.version);
    }
    for (const transition of circuit.untold) {
      await notify(transition, invocation);
      told.add(transition.version);
    }
  } catch (error) {
    log.error("transitions not told", { untold: circuit.untold.length - told.size, ...describeFailure(error) });
  }
  if (noted.size === 0) return;
  try {
    await change(store, id, (now) => {
      const untold = now.untold
        .filter(({ version }) => !told.has(version))
        .map((transition) => (noted.has(transition.version) ? { ...transition, noted: true } : transition))
        .slice(-MOST_UNTOLD);
      const isSame =
        untold.length === now.untold.length && untold.every(({ noted }, index) => noted === now.untold[index]?.noted);
      return isSame ? undefined : changed(now, { untold });
    });
  } catch (error) {
    log.error("transitions not marked as told", describeFailure(error));
  }
}

async function note(transition: UntoldTransition, { store, log, metrics, functionName }: Invocation): Promise<void> {
  const { from, to, at, reason, version } = transition;
  await store.note(transitionItem(transition));
  log.warn("circuit", { from, to, at, reason, version });
  const dimensions = { service: SERVICE, function_name: functionName, to };
  metrics({ timestamp: Date.parse(at), dimensions, counts: { [BREAKER_METRICS.transitions]: 1 } });
}

async function notify(transition: UntoldTransition, invocation: Invocation): Promise<void> {
  const { clients, clock, deadline, processorFunction } = invocation;
  const { subject, text } = noticeOf(transition, processorFunction);
  const latest = Math.min(deadline, clock.now() + LONGEST_NOTICE_MS);
  await callBefore(clock, latest, (signal) => clients.publish(subject, text, signal));
}

const DAY_SECONDS = 86_400;

export function transitionItem({ from, to, at, reason, version }: UntoldTransition): TransitionItem {
  const expires_at = Math.floor(Date.parse(at) / 1000) + TRANSITION_DAYS * DAY_SECONDS;
  return { kind: "TRANSITION", id: `${at}#${version}`, from, to, at, reason, expires_at };
}
