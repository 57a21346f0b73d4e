import type { BreakerAnswer, BreakerCommand, BreakerStatus } from "../common/circuit.ts";
import { describeFailure } from "../common/failure.ts";
import { change, readCircuit } from "./change.ts";
import { converge } from "./converge.ts";
import { onCommand, Refused } from "./decide.ts";
import type { Invocation } from "./invocation.ts";
import { follow } from "./reconcile.ts";
import type { Survey } from "./store.ts";

/** Somebody waits for the answer; what is left is left to the next tick. */
const LONGEST_WAIT_MS = 10_000;

const TRANSITIONS_SHOWN = 10;

/** Does what an operator asks for, and answers how the circuit is then. */
export async function operate(command: BreakerCommand, invocation: Invocation): Promise<BreakerAnswer> {
  const { store, rules, clock, log, id, stopAt } = invocation;
  const latest = Math.min(stopAt, clock.now() + LONGEST_WAIT_MS);
  const look = () => converge(invocation, { isToAct: false, stopAt: latest });
  if (command.command === "status") return { ok: true, status: await statusNow(look, invocation) };

  let refused: Refused | undefined;
  const { circuit } = await change(store, id, (now) => {
    const next = onCommand(now, command, { now: clock.now(), rules });
    refused = next instanceof Refused ? next : undefined;
    return next instanceof Refused ? undefined : next;
  });
  if (refused !== undefined) {
    log.warn("command refused", { command: command.command, by: command.by, rule: refused.rule });
    return { ok: false, error: refused.rule, status: await statusNow(look, invocation) };
  }
  log.info("command", { ...command });
  return { ok: true, status: await statusNow(() => follow(circuit, invocation, latest), invocation) };
}

/** @param look What finds out how the mappings are. The circuit is told even where that fails. */
async function statusNow(
  look: () => Promise<Survey | undefined>,
  { store, log, rules }: Invocation,
): Promise<BreakerStatus> {
  let survey: Survey | undefined;
  try {
    survey = await look();
  } catch (error) {
    log.error("mappings not known", describeFailure(error));
  }
  survey ??= await store.survey();
  const circuit = await readCircuit(store);
  const { state, since, reason, hold, version, ticks, coolDownTicks = rules.coolDownTicks, probe } = circuit;
  return {
    state,
    ...(version === 0 ? {} : { since, reason }),
    ...(hold === undefined ? {} : { hold }),
    mappings: survey?.mappings ?? {},
    pending: survey?.pending ?? 0,
    ...(state === "OPEN" ? { minutesToProbe: Math.max(0, coolDownTicks - ticks) } : {}),
    ...(probe === undefined ? {} : { probe: probe.topic }),
    transitions: await store.transitions(TRANSITIONS_SHOWN),
  };
}
