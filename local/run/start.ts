import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Gateway, openGateway } from "../api/gateway.ts";
import { systemClock } from "../clock.ts";
import { type Cloud, openCloud } from "../cloud.ts";
import { count } from "../console.ts";
import { evaluate, ROOT } from "../graph/evaluate.ts";
import type { Registration } from "../graph/registration.ts";
import { readStackFiles } from "../graph/stack-files.ts";
import { customResources } from "../graph/types.ts";
import { OPERATOR_KEY } from "../iam/access-keys.ts";
import { principalName } from "../iam/principal.ts";
import { type ProducerIdentity, sendersByTopic } from "../iam/producers.ts";
import { ProducerProcess } from "../producer/process.ts";
import { conclude } from "./conclusion.ts";
import { Display } from "./display.ts";
import { FunctionLogs } from "./function-logs.ts";
import { Interrupt } from "./interrupt.ts";
import { Ledger } from "./ledger.ts";
import type { RunOptions } from "./options.ts";
import { stackOutputs } from "./outputs.ts";
import { pending, settled } from "./pending.ts";
import { Policies } from "./policies.ts";
import { Refusals } from "./refusals.ts";
import type { Run } from "./run.ts";

/** Between two looks at whether everything has arrived, in milliseconds. */
const LOOK_INTERVAL = 20;

/** How long a run goes on after the first refusal, in milliseconds. */
const REFUSALS_MS = 3_000;

/** What a run has to do with besides its options. */
export interface Surroundings {
  stream?: NodeJS.WriteStream;
  /** Another policy pack than the project's. */
  pack?: string;
}

/**
 * Runs one stack on the local cloud, as `npm start` does.
 *
 * @returns the process's exit code: 0 only when no mandatory policy is broken, every accepted message arrived or is
 *   accounted for, and every event was accepted.
 */
export async function start(
  options: RunOptions,
  { stream = process.stdout, pack }: Surroundings = {},
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
    display.heading(`Lean-Ops, stack ${options.stack}, on the local cloud`);
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
    const logs = new FunctionLogs(join(".local", options.stack, "logs"));
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
        }),
      (opened, seconds) => display.step("realise", inventory(opened), seconds),
    );
    if (!(await policies.admit(display))) return 1;
    const [, ...named] = cloud.authority.access.outsiders.producers;
    for (const one of named) display.line(`  producer  ${described(one)}`);
    await producer?.ready;
    const run = { options, graph, outputs, cloud, ledger, gateway, display, interrupt, logs, producer };
    return await (options.serve ? serve(run) : send(run));
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

async function send(run: Run): Promise<number> {
  const { options, ledger, cloud, display, interrupt } = run;
  const started = performance.now();
  const expected = () => (options.input === undefined ? options.records : ledger.count);
  const endProgress = display.arrivals(() => settled(run), expected);
  let refusals: Refusals;
  try {
    refusals = await sendEvents(run);
    while (!interrupt.requested && pending(cloud) > 0 && !(await isOver(cloud))) {
      await pause(LOOK_INTERVAL);
    }
  } finally {
    endProgress();
  }
  return conclude(run, refusals, (performance.now() - started) / 1000);
}

/** What was refused stays so: whatever depends on it would never end. Others get the time to be refused as well. */
async function isOver({ authority }: Cloud): Promise<boolean> {
  if (authority.denied.length === 0) return false;
  await pause(REFUSALS_MS);
  return true;
}

async function serve(run: Run): Promise<number> {
  const { graph, outputs, gateway, cloud, display, interrupt } = run;
  display.line();
  display.line(`  AWS_ENDPOINT_URL=${gateway.endpoint}`);
  display.line(`  AWS_REGION=${graph.region}  AWS_ACCESS_KEY_ID=${OPERATOR_KEY}  AWS_SECRET_ACCESS_KEY=local`);
  const others = cloud.authority.access.outsiders.producers.map(({ accessKeyId }) => accessKeyId);
  display.line(
    `  ${OPERATOR_KEY} is an administrator; ${others.join(", ")} may send, and a role's name is a session of it.`,
  );
  display.line();
  for (const [topic, url] of outputs.queueUrls) {
    display.line(`  ${topic.padEnd(20)}${url}`);
  }
  display.line();
  display.line(`  Functions log to ${run.logs.folder}. Ctrl-C ends.`);
  const started = performance.now();
  const refusals = await sendEvents(run);
  await interrupt.received;
  if (pending(cloud) > 0) {
    display.line();
    display.line(`  Waiting for ${count(pending(cloud))} messages on their way. Ctrl-C again ends without them.`);
  }
  while (!interrupt.repeated && pending(cloud) > 0) {
    await pause(LOOK_INTERVAL);
  }
  return conclude(run, refusals, (performance.now() - started) / 1000);
}

async function sendEvents(run: Run): Promise<Refusals> {
  const { options, outputs, graph, gateway, interrupt, producer, cloud } = run;
  const refusals = new Refusals();
  void interrupt.received.then(() => producer?.stop());
  const { records, malformed, poison, bytes, seed, input, topic } = options;
  const job = { records, malformed, poison, bytes, seed, input, topic };
  const senders = [...sendersByTopic(cloud.authority.access.outsiders.producers)];
  const where = { endpoint: gateway.endpoint, region: graph.region, queueUrls: [...outputs.queueUrls], senders };
  await producer?.send({ ...job, ...where }, (refusal) => refusals.add(refusal));
  return refusals;
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
