import { setTimeout as pause } from "node:timers/promises";
import { openGateway } from "../local/api/gateway.ts";
import { systemClock } from "../local/clock.ts";
import { openCloud } from "../local/cloud.ts";
import { evaluate } from "../local/graph/evaluate.ts";
import { customResources } from "../local/graph/types.ts";
import { ProducerProcess } from "../local/producer/process.ts";
import { isComplete, total } from "../local/run/accounts.ts";
import { Ledger } from "../local/run/ledger.ts";
import { accounts } from "../local/run/observe.ts";
import { stackOutputs } from "../local/run/outputs.ts";
import { pending } from "../local/run/pending.ts";
import { isBalanced, refine } from "../local/run/refinery.ts";
import type { ScaleRun } from "./parts/scale.ts";
import { topicSettings } from "./topics.ts";

/* A run of a stack with many topics on the local cloud, in a process of its own: prints what it took as JSON. */
const [topics = "1000", records = "20000"] = process.argv.slice(2);
const steps: Record<string, number> = {};

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  steps[name] = (performance.now() - started) / 1000;
  const mebibytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.error(`${name.padEnd(10)}${steps[name].toFixed(1)} s, ${mebibytes} MiB`);
  return result;
}

const producer = new ProducerProcess();
const gateway = await openGateway();
const config = topicSettings(Number(topics));
const graph = await timed("evaluate", () => evaluate("dev", { queueEndpoint: gateway.endpoint, config }));
const outputs = stackOutputs(graph);
const ledger = new Ledger(outputs.queueNames.values());
const cloud = await timed("realise", () =>
  openCloud(graph, {
    gateway,
    clock: systemClock(1),
    log: () => undefined,
    sqsDoor: (sqs) => ledger.before(sqs),
  }),
);
const job = {
  records: Number(records),
  bytes: 1024,
  malformed: 0,
  poison: 0,
  seed: 1,
  endpoint: gateway.endpoint,
  region: graph.region,
  queueUrls: [...outputs.queueUrls],
};
await timed("arrive", async () => {
  await producer.send(job, ({ where, reason }) => {
    throw new Error(`${where}: ${reason}`);
  });
  while (pending(cloud) > 0) await pause(20);
});
await cloud.drain();
const { sent, raw, lost, ...others } = await timed("account", async () =>
  total((await accounts(cloud, outputs, ledger)).values()),
);
console.error(`sent ${sent}, in RAW ${raw}, lost ${lost}`);
const refinery = await timed("refine", () => refine(cloud, outputs));
const found: ScaleRun = {
  resources: customResources(graph).length,
  mappings: cloud.mappings.length,
  steps,
  sent,
  raw,
  lost,
  isWhole: isComplete({ sent, raw, lost, ...others }) && isBalanced(refinery),
  balance: refinery.problem ?? refinery.summary,
  mebibytes: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(found));
producer.close();
await cloud.stop();
await gateway.close();
