import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { evaluate } from "../../local/graph/evaluate.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { type Bill, billOf } from "../costs/bill.ts";
import { usagesOf } from "../costs/model.ts";
import { PRICES_OF } from "../costs/prices.ts";
import { type MappingSettings, topicMapping } from "../costs/stack.ts";
import { batchOf, type Load, type Measured, rateOf } from "../costs/traffic.ts";
import type { Part, Section, Table } from "../report.ts";
import { topicSettings } from "../topics.ts";

const MAIN = fileURLToPath(new URL("../../local/main.ts", import.meta.url));
const TOPICS = [3, 700];
/** Messages a month. */
const LOADS = [0, 1e6, 100e6, 1e9];
const BYTES = 1024;
/** Of the first Lean-Ops. */
const FIRST: MappingSettings = { batchSize: 10, windowSeconds: 0 };
const CANDIDATES: readonly MappingSettings[] = [
  FIRST,
  { batchSize: 10, windowSeconds: 1 },
  { batchSize: 100, windowSeconds: 1 },
  { batchSize: 100, windowSeconds: 5 },
  { batchSize: 500, windowSeconds: 20 },
];

export const part: Part = { name: "costs", run };

async function run(): Promise<Section> {
  const measured = await measure();
  const tables: Table[] = [];
  const verdicts: string[] = [];
  for (const topics of TOPICS) {
    const graph = await evaluate("prod", { config: topicSettings(topics, "prod") });
    tables.push(byLoad(graph, topics, measured), bySettings(graph, topics, measured));
    verdicts.push(verdictOf(graph, topics, measured));
  }
  const { invocationMs } = measured;
  const durations = Object.entries(invocationMs).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`);
  return {
    title: "What it costs",
    method:
      `US dollars at AWS's list prices (${PRICES_OF}; bench/costs/prices.ts), prod's settings with so many topics, ` +
      `messages of ${BYTES} bytes spread evenly; without the wait for AWS's answers, each invocation takes what it ` +
      `took on the local cloud, stretched by its share of a core (${durations.join(", ")})`,
    tables,
    verdicts,
  };
}

/** Has the dev stack run, and takes the functions' times from its report. */
async function measure(): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "lean-ops-costs-"));
  try {
    const report = join(folder, "report.json");
    await promisify(execFile)(process.execPath, [
      MAIN,
      "--records",
      "10000",
      "--bytes",
      String(BYTES),
      "--report",
      report,
    ]);
    const { functions } = JSON.parse(await readFile(report, "utf8")) as {
      functions: Record<string, { meanMs: number }>;
    };
    const times = Object.entries(functions).map(([name, { meanMs }]) => [name.replace("lean-ops-dev-", ""), meanMs]);
    return { invocationMs: { ...NOT_INVOKED, ...Object.fromEntries(times) } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Run by schedules that a short run does not see: taken as long as what they mostly do, one call or two [?]. */
const NOT_INVOKED = { "circuit-breaker": 50, "error-sweep": 50 };

function byLoad(graph: StackGraph, topics: number, measured: Measured): Table {
  const bills = LOADS.map((messages) =>
    billOf(usagesOf(graph, { messages, bytes: BYTES }, topicMapping(graph), measured)),
  );
  const services = [...new Set(bills.flatMap(({ byService }) => [...byService.keys()]))];
  const row = (name: string, of: (bill: Bill) => number | undefined) => [
    name,
    ...bills.map((bill) => money(of(bill) ?? 0)),
  ];
  return {
    head: [`${topics} topics, $ a month`, ...LOADS.map((messages) => `${messages / 1e6} million`)],
    rows: [
      ...services.map((service) => row(service, ({ byService }) => byService.get(service))),
      row("**all**", ({ total }) => total),
      row("of it without a message", ({ standing }) => standing),
      ["$ per million messages", ...bills.map(({ total }, at) => perMillion(total, LOADS[at] ?? 0))],
      [
        "$ per million more messages",
        ...bills.map((bill, at) => perMillion(bill.total - bill.standing, LOADS[at] ?? 0)),
      ],
    ],
  };
}

/** What the batches' settings change: everything else is as it was. */
function bySettings(graph: StackGraph, topics: number, measured: Measured): Table {
  const loads = LOADS.filter((messages) => messages > 0);
  const cost = (mapping: MappingSettings, messages: number) =>
    billOf(usagesOf(graph, { messages, bytes: BYTES }, mapping, measured)).total;
  return {
    head: [
      `${topics} topics: batch, window`,
      ...loads.flatMap((messages) => [`messages a batch at ${messages / 1e6} million`, "$ a month", "of the first's"]),
    ],
    rows: CANDIDATES.map((mapping) => [
      `${mapping.batchSize}, ${mapping.windowSeconds} s${mapping === FIRST ? " (the first Lean-Ops)" : ""}`,
      ...loads.flatMap((messages) => [
        batchOf(rateOf({ messages, bytes: BYTES }, topics), mapping).toFixed(1),
        money(cost(mapping, messages)),
        `${((100 * cost(mapping, messages)) / cost(FIRST, messages)).toFixed(0)} %`,
      ]),
    ]),
  };
}

function verdictOf(graph: StackGraph, topics: number, measured: Measured): string {
  const load: Load = { messages: 100e6, bytes: BYTES };
  const own = billOf(usagesOf(graph, load, topicMapping(graph), measured));
  const first = billOf(usagesOf(graph, load, FIRST, measured));
  const [[dearest, most] = ["", 0]] = own.byService;
  return (
    `${topics} topics, 100 million messages a month: ${perMillion(own.total, load.messages)} $ a million, with the first ` +
    `Lean-Ops's batches ${perMillion(first.total, load.messages)}; most of it is ${dearest} (${money(most)} $ a month)`
  );
}

function money(dollars: number): string {
  return dollars.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function perMillion(dollars: number, messages: number): string {
  return messages === 0 ? "–" : money((dollars / messages) * 1e6);
}
