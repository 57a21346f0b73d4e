import { join } from "node:path";
import { type Gateway, openGateway } from "../api/gateway.ts";
import { systemClock } from "../clock.ts";
import { type Cloud, openCloud } from "../cloud.ts";
import { count } from "../console.ts";
import { evaluate, ROOT } from "../graph/evaluate.ts";
import type { Registration } from "../graph/registration.ts";
import { readStackFiles } from "../graph/stack-files.ts";
import { customResources } from "../graph/types.ts";
import { principalName } from "../iam/principal.ts";
import type { ProducerIdentity } from "../iam/producers.ts";
import { ProducerProcess } from "../producer/process.ts";
import { Display } from "./display.ts";
import { FunctionLogs } from "./function-logs.ts";
import { Interrupt } from "./interrupt.ts";
import { Ledger } from "./ledger.ts";
import type { RunOptions } from "./options.ts";
import { stackOutputs } from "./outputs.ts";
import { Policies } from "./policies.ts";
import type { Run } from "./run.ts";

export interface RunSurroundings {
  heading: string;
  stream: NodeJS.WriteStream;
  /** The policy pack's folder; by default the project's own. */
  pack?: string | undefined;
  /** Of each function, at the same time; by default as many as the machine has cores. */
  processesPerFunction?: number;
}

/**
 * Evaluates the program of a stack, judges it by the policies, realises it, and ends all of it when `work` has ended,
 * however that was.
 *
 * @returns the process's exit code: what `work` answers; 1 where a mandatory policy is broken, or anything is thrown.
 */
export async function withRun(
  options: RunOptions,
  { heading, stream, pack, processesPerFunction }: RunSurroundings,
  work: (run: Run) => Promise<number>,
): Promise<number> {
  const display = new Display(stream);
  const interrupt = new Interrupt();
  // It loads what it needs while the program is evaluated.
  const producer = sends(options) ? new ProducerProcess() : undefined;
  let gateway: Gateway | undefined;
  let cloud: Cloud | undefined;
  let policies: Policies | undefined;
  try {
    gateway = await openGateway();
    display.heading(heading);
    const { stack } = options;
    const { project } = readStackFiles(ROOT, stack);
    const registrations: Registration[] = [];
    const registered = (registration: Registration) => registrations.push(registration);
    const evaluated = timed(
      () => evaluate(stack, { queueEndpoint: gateway?.endpoint, registered }),
      (graph, seconds) => display.step("evaluate", `${count(customResources(graph).length)} resources`, seconds),
    );
    policies = new Policies({ project, stack, pack, registrations: evaluated.then(() => registrations) });
    const graph = await evaluated;
    const outputs = stackOutputs(graph);
    const ledger = new Ledger(outputs.queueNames.values());
    const logs = new FunctionLogs(join(".local", stack, "logs"));
    cloud = await timed(
      () =>
        openCloud(graph, {
          gateway: gateway as Gateway,
          clock: systemClock(options.speed),
          log: (functionName, line) => logs.write(functionName, line),
          sqsDoor: (sqs) => ledger.before(sqs),
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
    if (!(await policies.admit(display))) return 1;
    const [, ...named] = cloud.authority.access.outsiders.producers;
    for (const one of named) display.line(`  producer  ${described(one)}`);
    await producer?.ready;
    return await work({ options, graph, outputs, cloud, ledger, gateway, display, interrupt, logs, producer });
  } catch (error) {
    display.problem(explain(error));
    return 1;
  } finally {
    interrupt.dispose();
    producer?.close();
    await cloud?.stop();
    await gateway?.close();
    await policies?.ended();
  }
}

function described({ name, principal }: ProducerIdentity): string {
  return `${name}, as ${principalName(principal)}`;
}

/** Whether there is anything to send at all. */
function sends({ records, input, serve }: RunOptions): boolean {
  return !serve || records > 0 || input !== undefined;
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

async function timed<T>(work: () => Promise<T>, tell: (result: T, seconds: number) => void): Promise<T> {
  const started = performance.now();
  const result = await work();
  tell(result, (performance.now() - started) / 1000);
  return result;
}

/** What the user can act on as one text; a defect with its stack trace. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isDefect ? (error.stack ?? error.message) : error.message;
}
