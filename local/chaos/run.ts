import { setTimeout as pause } from "node:timers/promises";
import { count } from "../console.ts";
import { sendersByTopic } from "../iam/producers.ts";
import type { ProducerProcess } from "../producer/process.ts";
import { conclude } from "../run/conclusion.ts";
import { pending, settled } from "../run/pending.ts";
import { Refusals } from "../run/refusals.ts";
import type { Run } from "../run/run.ts";
import { withRun } from "../run/with-run.ts";
import { Killer } from "./killer.ts";
import { MemoryWatch } from "./memory.ts";
import type { ChaosOptions } from "./options.ts";
import { badEvents, faultsFor } from "./schedule.ts";

/** Events a second: what is in memory at the end of a soak must fit there. */
const PACE = 500;
/** Sent at once, before the next wave begins. */
const WAVE = 2_500;
/**
 * Batches with messages that return go to Firehose in steps, each of which waits for an answer: more processes than cores
 * have something to do meanwhile.
 */
const PROCESSES_PER_FUNCTION = 4;
/** Beyond this many on their way, the next wave waits. */
const MOST_UNDER_WAY = 20_000;
const BYTES = 1024;

/**
 * AWS's time for what is left when the faults end: the longest delay of a message that has failed several times, and the
 * receives that it then has before it.
 */
const LAST_SECONDS = 30 * 60;

const LOOK_INTERVAL_MS = 50;
const LINE_INTERVAL_MS = 15_000;

/**
 * Sends events through a stack while all that can fail does, lets everything come to its end without faults, and accounts
 * for every message.
 *
 * @returns the process's exit code: 0 only when nothing is lost, nothing is left under way and every layer balances.
 */
export function chaos(options: ChaosOptions, stream: NodeJS.WriteStream = process.stdout): Promise<number> {
  const { minutes, records, speed, seed, ...others } = options;
  const faults = faultsFor(minutes * 60, speed);
  const run = { ...others, ...badEvents(minutes * 60), records, bytes: BYTES, speed, seed, faults, serve: false };
  const heading =
    `Lean-Ops, stack ${options.stack}, on the local cloud: chaos for ${minutes} minutes and ${count(records)} events, ` +
    `seed ${seed}, at ${speed} times AWS's speed`;
  return withRun(run, { heading, stream, processesPerFunction: PROCESSES_PER_FUNCTION }, (run) => under(run, options));
}

async function under(run: Run, options: ChaosOptions): Promise<number> {
  const { cloud, display, interrupt, ledger } = run;
  const { lambda } = cloud;
  const killer = new Killer(() => lambda.environments(), options.seed);
  const memory = new MemoryWatch(() => lambda.environments());
  const refusals = new Refusals();
  const started = performance.now();
  const progress = display.arrivals(
    () => settled(run),
    () => ledger.count,
    LINE_INTERVAL_MS,
  );
  memory.start();
  killer.start();
  try {
    await sendWaves(run, options, refusals);
    killer.stop();
    cloud.faults.end();
    const deadline = performance.now() + (LAST_SECONDS / options.speed) * 1000;
    while (pending(cloud) > 0 && performance.now() < deadline && !interrupt.requested) await pause(LOOK_INTERVAL_MS);
  } finally {
    killer.stop();
    memory.stop();
    progress();
  }
  const { killed } = killer;
  const chaos = { killed, started: lambda.started, memory: memory.uses() };
  show(run, chaos);
  return conclude({ ...run, chaos }, refusals, (performance.now() - started) / 1000);
}

async function sendWaves(run: Run, { minutes, records, seed }: ChaosOptions, refusals: Refusals): Promise<void> {
  const { cloud, graph, gateway, interrupt, ledger, outputs } = run;
  const producer = run.producer as ProducerProcess;
  void interrupt.received.then(() => producer.stop());
  const senders = [...sendersByTopic(cloud.authority.access.outsiders.producers)];
  const where = { endpoint: gateway.endpoint, region: graph.region, queueUrls: [...outputs.queueUrls], senders };
  const started = performance.now();
  const isOver = () => performance.now() - started >= minutes * 60_000 && ledger.count >= records;
  for (let wave = 0; !interrupt.requested && !isOver(); wave += 1) {
    const at = started + (wave * WAVE * 1000) / PACE;
    while (!interrupt.requested && (performance.now() < at || pending(cloud) > MOST_UNDER_WAY)) {
      if (isOver()) return;
      await pause(LOOK_INTERVAL_MS);
    }
    // A seed of its own gives each wave ids of its own.
    const events = { ...badEvents(minutes * 60), records: WAVE, bytes: BYTES, seed: seed * 1000 + wave };
    await producer.send({ ...events, ...where }, (refusal) => refusals.add(refusal));
  }
}

function show({ display }: Run, { killed, started, memory }: NonNullable<Run["chaos"]>): void {
  display.line();
  display.table(
    ["function", "killed"],
    Object.entries(killed).map(([name, times]): [string, number] => [name, times]),
  );
  display.line(`  ${count(started)} processes were started.`);
  display.line();
  display.table(
    ["process", "peak MiB", "first third", "last third"],
    Object.entries(memory).map(([name, { peak, early, late }]): [string, number, number, number] => [
      name,
      peak,
      early,
      late,
    ]),
  );
}
