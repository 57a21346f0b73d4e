import { setTimeout as pause } from "node:timers/promises";
import { type Gateway, openGateway } from "../../local/api/gateway.ts";
import { systemClock } from "../../local/clock.ts";
import { openCloud } from "../../local/cloud.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { ProducerProcess } from "../../local/producer/process.ts";
import { isComplete, total } from "../../local/run/accounts.ts";
import { Ledger } from "../../local/run/ledger.ts";
import { accounts } from "../../local/run/observe.ts";
import { stackOutputs } from "../../local/run/outputs.ts";
import { pending } from "../../local/run/pending.ts";
import { cpuSeconds } from "../cpu.ts";
import { Latencies } from "../latencies.ts";
import { sharesOf } from "../profile.ts";
import { type Part, type Section, shown, spreadOf, verdict } from "../report.ts";

const RECORDS = 30_000;
/** Four times as many, so that the last second's buffer of the delivery stream is a small part of the time. */
const SUSTAINED = 120_000;
const BYTES = 1024;
/** Whose time is shown by parts in the table of shares; the rest is summed up. */
const LEAST_SHARE = 0.01;

interface Setting {
  records: number;
  batch: number;
  /** Seconds. */
  window: number;
  /** Whether all records are in the queues before the mappings begin to poll. */
  filled: boolean;
  times: number;
  /** Records/s, where there is one. */
  target?: number;
}

/** The first four at the dev stack's own settings. */
const SETTINGS: readonly Setting[] = [
  { records: RECORDS, batch: 100, window: 1, filled: false, times: 5, target: 11_710 },
  { records: RECORDS, batch: 100, window: 1, filled: true, times: 5, target: 20_000 },
  { records: SUSTAINED, batch: 100, window: 1, filled: false, times: 2 },
  { records: SUSTAINED, batch: 100, window: 1, filled: true, times: 2 },
  { records: RECORDS, batch: 10, window: 0, filled: true, times: 2 },
  { records: RECORDS, batch: 500, window: 1, filled: true, times: 2 },
];

interface Measured {
  recordsPerSecond: number;
  /** From send to RAW, milliseconds. */
  p50: number;
  p99: number;
  /** CPU seconds per 1,000 records, by process. */
  cpu: Readonly<Record<string, number>>;
}

export const part: Part = { name: "end-to-end", run };

async function run(): Promise<Section> {
  const gateway = await openGateway();
  try {
    return await measureAll(gateway);
  } finally {
    await gateway.close();
  }
}

async function measureAll(gateway: Gateway): Promise<Section> {
  const rates: (string | number)[][] = [];
  const cpus: (string | number)[][] = [];
  const shares: (string | number)[][] = [];
  const verdicts: string[] = [];
  for (const setting of SETTINGS) {
    const { records, batch, window, filled, target } = setting;
    const many = records === RECORDS ? "" : `${records.toLocaleString("en-US")} records, `;
    const label = `${many}${filled ? "queues filled before" : "live producer"}, batch ${batch}, window ${window} s`;
    const { cold, warm, parts } = await measureSetting(setting, gateway);
    const spread = (of: (one: Measured) => number) => spreadOf(warm.map(of));
    const rate = spread(({ recordsPerSecond }) => recordsPerSecond);
    const waits = filled
      ? ["–", "–"]
      : [
          shown(
            spread(({ p50 }) => p50),
            0,
          ),
          shown(
            spread(({ p99 }) => p99),
            0,
          ),
        ];
    rates.push([label, shown(rate, 0), ...waits, shown(spreadOf([cold.recordsPerSecond]), 0)]);
    const names = [...new Set([cold, ...warm].flatMap(({ cpu }) => Object.keys(cpu)))];
    for (const name of names) {
      const first = shown(spreadOf([cold.cpu[name] ?? 0]), 3);
      cpus.push([
        label,
        name,
        shown(
          spread(({ cpu }) => cpu[name] ?? 0),
          3,
        ),
        first,
      ]);
    }
    if (target !== undefined) verdicts.push(verdict(`${label}:`, rate.median, "≥", target, " records/s"));
    for (const [name, share] of parts) shares.push([label, name, `${(share * 100).toFixed(1)} %`]);
  }
  return {
    title: "End to end on the local cloud",
    method:
      `${RECORDS.toLocaleString("en-US")} records of ${BYTES} bytes over the dev stack's 3 topics, every call judged, from the ` +
      "first send (or from when the mappings of filled queues begin to poll) until every row is in RAW; then each record " +
      "is looked for by its id. Latency is from SQS's acceptance to the row's commit. Several times on one running stack; " +
      "the first time, when every process has just started, stands by itself.",
    tables: [
      { head: ["", "records/s", "p50 ms", "p99 ms", "the first time, records/s"], rows: rates },
      { head: ["", "process", "CPU s per 1,000 records", "the first time"], rows: cpus },
      { head: ["", "where the local cloud's own process is", "share of its time"], rows: shares },
    ],
    verdicts,
  };
}

interface Found {
  cold: Measured;
  warm: readonly Measured[];
  /** Of one more run, under the profiler; empty where nothing is asked of the setting. */
  parts: readonly [name: string, share: number][];
}

async function measureSetting(setting: Setting, gateway: Gateway): Promise<Found> {
  const graph = await graphOf(setting, gateway);
  const stack = await openStack(graph, gateway);
  try {
    const cold = await measure(stack, setting);
    const warm: Measured[] = [];
    for (let time = 0; time < setting.times; time += 1) warm.push(await measure(stack, setting));
    let parts: [string, number][] = [];
    if (setting.target !== undefined) {
      await measure(stack, setting, async (work) => {
        parts = await sharesOf(work);
      });
    }
    const { cloud, outputs, ledger } = stack;
    await cloud.drain();
    const sum = total((await accounts(cloud, outputs, ledger)).values());
    if (!isComplete(sum) || sum.raw !== ledger.count)
      throw new Error(`not every record arrived: ${JSON.stringify(sum)}`);
    return { cold, warm, parts: withRest(parts) };
  } finally {
    stack.producer.close();
    await stack.cloud.stop();
  }
}

/** The large parts, and the sum of all others. */
function withRest(parts: readonly [string, number][]): [string, number][] {
  if (parts.length === 0) return [];
  const large = parts.filter(([, share]) => share >= LEAST_SHARE);
  return [...large, ["all others", 1 - large.reduce((sum, [, share]) => sum + share, 0)]];
}

async function openStack(graph: StackGraph, gateway: Gateway) {
  const producer = new ProducerProcess();
  const outputs = stackOutputs(graph);
  const ledger = new Ledger(outputs.queueNames.values());
  const latencies = new Latencies();
  const cloud = await openCloud(graph, {
    gateway,
    clock: systemClock(1),
    log: () => undefined,
    sqsDoor: (sqs) => latencies.sent(ledger.before(sqs)),
    tablesDoor: (tables) => latencies.arrived(tables),
  });
  await producer.ready;
  let seed = 0;
  /** Resolves when the queues have taken all records, each time others. */
  const send = (records: number) =>
    producer.send(
      {
        records,
        bytes: BYTES,
        malformed: 0,
        poison: 0,
        seed: ++seed,
        endpoint: gateway.endpoint,
        region: graph.region,
        queueUrls: [...outputs.queueUrls],
      },
      ({ reason }) => {
        throw new Error(reason);
      },
    );
  const queues = new Set(outputs.queueNames.values());
  const topics = cloud.mappings.filter(({ configuration }) =>
    queues.has(configuration.queueArn.split(":").at(-1) ?? ""),
  );
  return { producer, outputs, ledger, latencies, cloud, send, topics };
}

async function measure(
  { cloud, producer, latencies, send, topics }: Awaited<ReturnType<typeof openStack>>,
  { filled, records }: Setting,
  around: (work: () => Promise<void>) => Promise<void> = (work) => work(),
): Promise<Measured> {
  const processes = () => [
    ["local cloud", process.pid] as const,
    ["producer", producer.pid] as const,
    ...cloud.lambda.environments().map(({ functionName, pid }) => [functionName, pid] as const),
  ];
  const setPolling = (enabled: boolean) => {
    for (const mapping of topics) mapping.setEnabled(enabled);
  };
  latencies.clear();
  if (filled) {
    setPolling(false);
    await send(records);
  }
  const before = cpuSeconds(processes());
  const started = performance.now();
  await around(async () => {
    if (filled) setPolling(true);
    else await send(records);
    while (pending(cloud) > 0) await pause(5);
  });
  const seconds = (performance.now() - started) / 1000;
  const cpu = Object.entries(cpuSeconds(processes())).map(
    ([name, spent]) => [name, ((spent - (before[name] ?? 0)) / records) * 1000] as const,
  );
  const busy = cpu.filter(([, spent]) => spent >= 0.001);
  return { recordsPerSecond: records / seconds, ...latencies.percentiles(), cpu: Object.fromEntries(busy) };
}

function graphOf({ batch, window }: Setting, { endpoint }: Gateway): Promise<StackGraph> {
  const { config } = readStackFiles(new URL("../../", import.meta.url).pathname, "dev");
  const processor = JSON.stringify({ batchSize: batch, batchWindowSeconds: window });
  return evaluate("dev", { queueEndpoint: endpoint, config: { ...config, "lean-ops:processor": processor } });
}
