import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Gateway } from "../api/gateway.ts";
import { systemClock } from "../clock.ts";
import { type Cloud, openCloud } from "../cloud.ts";
import { count } from "../console.ts";
import type { StackGraph } from "../graph/types.ts";
import { deniedLines } from "../iam/denied.ts";
import { principalName } from "../iam/principal.ts";
import type { ProducerIdentity } from "../iam/producers.ts";
import type { ProducerProcess } from "../producer/process.ts";
import type { Display } from "./display.ts";
import { FunctionLogs } from "./function-logs.ts";
import type { Interrupt } from "./interrupt.ts";
import { Ledger } from "./ledger.ts";
import type { RunOptions } from "./options.ts";
import { stackOutputs } from "./outputs.ts";
import type { Run } from "./run.ts";
import { explain, timed } from "./tell.ts";

/** How long a run goes on after the first refusal, in milliseconds. */
const REFUSALS_MS = 2_000;

/** Where and how a stack is run. */
export interface Stage {
  gateway: Gateway;
  display: Display;
  interrupt: Interrupt;
  /** Undefined where there is nothing to send. */
  producer: ProducerProcess | undefined;
  /** Asked once the stack is realised: whether anything may be sent to it. */
  admit(): Promise<boolean>;
  /** Of each function, at the same time; by default as many as the machine has cores. */
  processesPerFunction?: number | undefined;
}

/**
 * Realises a stack, and ends all of it when `work` has ended, however that was.
 *
 * @returns the process's exit code: what `work` answers; 1 where it is not admitted, or anything is thrown.
 */
export async function withStack(
  graph: StackGraph,
  options: RunOptions,
  { admit, processesPerFunction, ...stage }: Stage,
  work: (run: Run) => Promise<number>,
): Promise<number> {
  const { gateway, display, producer } = stage;
  let cloud: Cloud | undefined;
  try {
    const outputs = stackOutputs(graph);
    const ledger = new Ledger(outputs.queueNames.values());
    const logs = new FunctionLogs(join(".local", options.stack, "logs"));
    cloud = await timed(
      () =>
        openCloud(graph, {
          gateway,
          clock: systemClock(options.speed),
          log: (functionName, line) => logs.write(functionName, line),
          sqsDoor: (sqs) => ledger.before(sqs),
          refused: (denied) => {
            for (const line of deniedLines([denied])) {
              logs.write("refusals", line);
              // The client that waits for its answer is a person's own.
              if (options.serve) display.problem(line);
            }
          },
          // Events of a user's own may hold the marker too.
          faults: {
            asked: options.faults,
            poison: options.poison > 0 || options.input !== undefined || options.serve,
            seed: options.seed,
          },
          ...(processesPerFunction === undefined ? {} : { processesPerFunction }),
        }),
      (opened, seconds) => display.step("realise", inventory(opened), seconds),
    );
    if (!(await admit())) return 1;
    const [, ...named] = cloud.authority.access.outsiders.producers;
    for (const one of named) display.line(`  producer  ${described(one)}`);
    await producer?.ready;
    return await work({ ...stage, options, graph, outputs, cloud, ledger, logs, over: overAfter(cloud, options) });
  } catch (error) {
    display.problem(explain(error));
    return 1;
  } finally {
    producer?.close();
    if (cloud !== undefined && !options.serve && cloud.authority.denied.length > 0) await cloud.halt();
    await cloud?.stop();
  }
}

/** What was refused stays so: whatever depends on it would never end. Others get the time to be refused as well. */
async function overAfter({ authority }: Cloud, { serve }: RunOptions): Promise<void> {
  if (serve) return new Promise(() => undefined);
  await authority.refused;
  await pause(REFUSALS_MS, undefined, { ref: false });
}

function described({ name, principal }: ProducerIdentity): string {
  return `${name}, as ${principalName(principal)}`;
}

function inventory({ sqs, functionCount, mappings, streamMappings, firehose, tableCount }: Cloud): string {
  const parts: [number, string][] = [
    [sqs.queues.size, "queue"],
    [functionCount, "function"],
    [mappings.length + streamMappings.length, "event source mapping"],
    [firehose.streams.size, "delivery stream"],
    [tableCount, "table"],
  ];
  return parts.map(([number, noun]) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`).join(", ");
}
