import { setTimeout as pause } from "node:timers/promises";
import { count } from "../console.ts";
import { OPERATOR_KEY } from "../iam/access-keys.ts";
import { sendersByTopic } from "../iam/producers.ts";
import type { Companions } from "./companions.ts";
import { conclude } from "./conclusion.ts";
import type { RunOptions } from "./options.ts";
import { pending, settled } from "./pending.ts";
import { warmRefinery } from "./refinery.ts";
import { Refusals } from "./refusals.ts";
import type { Run } from "./run.ts";
import { withRun } from "./with-run.ts";

/** Between two looks at whether everything has arrived, in milliseconds. */
const LOOK_INTERVAL = 20;

/** What a run has to do with besides its options. */
export interface Surroundings {
  stream?: NodeJS.WriteStream;
  /** Where they were started before, or with another policy pack than the project's. */
  companions?: Companions;
}

/**
 * Runs one stack on the local cloud, as `npm start` does.
 *
 * @returns the process's exit code: 0 only when no mandatory policy is broken, every accepted message arrived or is
 *   accounted for, and every event was accepted.
 */
export function start(
  options: RunOptions,
  { stream = process.stdout, companions }: Surroundings = {},
): Promise<number> {
  const heading = `Lean-Ops, stack ${options.stack}, on the local cloud`;
  return withRun(options, { heading, stream, companions }, (run) => (options.serve ? serve(run) : send(run)));
}

/** Sends to a stack, waits until all has arrived, and accounts for it. @returns the process's exit code. */
export async function send(run: Run): Promise<number> {
  const { options, graph, outputs, ledger, cloud, display, interrupt, over, producer } = run;
  let isOver = false;
  void over.then(() => {
    isOver = true;
    producer?.stop();
  });
  const started = performance.now();
  const expected = () => (options.input === undefined ? options.records : ledger.count);
  const endProgress = display.arrivals(() => settled(run), expected);
  let refusals: Refusals;
  try {
    refusals = await sendEvents(run);
    // All is sent, and some of it waits for a window or a buffer to end.
    warmRefinery(cloud, graph, outputs);
    while (!interrupt.requested && pending(cloud) > 0 && !isOver) {
      await pause(LOOK_INTERVAL);
    }
  } finally {
    endProgress();
  }
  return conclude(run, refusals, (performance.now() - started) / 1000);
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
