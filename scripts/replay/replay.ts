import type { Clock } from "../../functions/common/clock.ts";
import { count } from "../../local/console.ts";
import { openCircuit, type ReadCircuit } from "../common/circuit.ts";
import { CircuitGate } from "./circuit.ts";
import type { Display } from "./display.ts";
import type { ReplayOptions } from "./options.ts";
import { Plan } from "./plan.ts";
import { type Requests, requestReplays } from "./request.ts";
import type { Tracker } from "./tracker.ts";

export interface ReplayTools {
  tracker: Tracker;
  /** Of the stack that consumes what is replayed. */
  readCircuit: ReadCircuit;
  clock: Clock;
  display: Display;
}

/**
 * Finds what an operator selected and says so; with `yes` marks it for replay as well. To be repeated at will: what is
 * marked or replayed by then is left out.
 *
 * @throws OperatorError with `yes`, where the circuit is not closed, or does not stay so. What is replayed would only
 *   wait in the queues, or be one more call to what is away.
 */
export async function replay(options: ReplayOptions, tools: ReplayTools): Promise<void> {
  const { tracker, readCircuit, clock, display } = tools;
  const gate = new CircuitGate(readCircuit, clock);
  if (options.yes) await gate.pass();
  else await warnOfOpenCircuit(tools);

  const plan = new Plan();
  for await (const item of tracker.find(options)) plan.add(item, clock.now());
  display.plan(plan);
  const { items } = plan;
  if (items.length === 0) return display.line("There is nothing to replay.");
  if (!options.yes) {
    return display.line(`Nothing was changed. With --yes, the replay of ${messages(items.length)} is asked for.`);
  }

  const requests: Requests = { requested: 0, changed: 0 };
  const endProgress = display.requests(requests, items.length);
  const request: Tracker["request"] = async (item) => {
    await gate.pass();
    return tracker.request(item);
  };
  try {
    await requestReplays(items, requests, { tracker: { request }, clock, rate: options.rate });
  } finally {
    endProgress();
    const { requested, changed } = requests;
    const others = changed === 0 ? "" : `; ${messages(changed)} changed meanwhile, and were left as they are`;
    display.line(`The replay of ${messages(requested)} is asked for${others}.`);
  }
}

async function warnOfOpenCircuit({ readCircuit, display }: ReplayTools): Promise<void> {
  const open = openCircuit(await readCircuit());
  if (open !== undefined) display.warning(`${open}: until it is closed, --yes is refused.`);
}

function messages(number: number): string {
  return `${count(number)} message${number === 1 ? "" : "s"}`;
}
