import { inParallel } from "../../functions/common/in-parallel.ts";
import { table, text } from "../../functions/refinery-plan/sql/text.ts";
import type { Names } from "../../settings/names.ts";
import type { Query } from "./athena.ts";
import { correlationPrefix } from "./sent.ts";

export const LAYERS = ["raw", "curated", "semantic", "rejected"] as const;

export type Layer = (typeof LAYERS)[number];

/** Rows of one topic by `message_id`, in each layer. */
export type TopicRows = Readonly<Record<Layer, ReadonlyMap<string, number>>>;

/** By topic. */
export type Rows = ReadonlyMap<string, TopicRows>;

export interface LayerSearch {
  names: Names;
  topics: readonly string[];
  /** The id of the run. */
  run: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

/** A statement that Athena reads in well under its 256 KB, and answers with one table after the other. */
const TABLES_IN_STATEMENT = 40;
const QUERIES_IN_FLIGHT = 4;
const DAY_MS = 86_400_000;

/** Finds the rows of a run's messages in some of the layers; the other ones come out empty. */
export async function findRows(query: Query, search: LayerSearch, layers: readonly Layer[]): Promise<Rows> {
  const { topics } = search;
  const found = new Map(topics.map((topic) => [topic, noRows()]));
  const selects = topics.flatMap((topic) => layers.map((layer) => select(search, topic, layer)));
  const statements = Array.from({ length: Math.ceil(selects.length / TABLES_IN_STATEMENT) }, (_, n) =>
    selects.slice(n * TABLES_IN_STATEMENT, (n + 1) * TABLES_IN_STATEMENT).join("\nUNION ALL\n"),
  );
  await inParallel(statements, QUERIES_IN_FLIGHT, async (statement) => {
    for (const { topic = "", layer = "", message_id = "", copies } of await query(statement)) {
      found.get(topic)?.[layer as Layer].set(message_id, Number(copies));
    }
  });
  return found;
}

function noRows(): Record<Layer, Map<string, number>> {
  return { raw: new Map(), curated: new Map(), semantic: new Map(), rejected: new Map() };
}

function select(search: LayerSearch, topic: string, layer: Layer): string {
  const columns = `${text(topic)} AS topic, ${text(layer)} AS layer, message_id, count(*) AS copies`;
  return `SELECT ${columns} ${rowsOf(search, topic, layer)} GROUP BY message_id`;
}

/** A run's rows by what only they have; by the day as well, since that is what the tables are partitioned by. */
function rowsOf({ names, run, startedAt }: LayerSearch, topic: string, layer: Layer): string {
  const database = names.database(layer === "rejected" ? "semantic" : layer);
  const name = layer === "rejected" ? names.rejectedTable(topic) : names.table(topic);
  // A day earlier: the clock here may be another than SQS's.
  const from = new Date(startedAt - DAY_MS).toISOString().slice(0, 10);
  return (
    `FROM ${table(database, name)} WHERE publish_time >= TIMESTAMP ${text(`${from} 00:00:00`)} ` +
    `AND starts_with(correlation_id, ${text(correlationPrefix(run))})`
  );
}

/** Why rows of the run were rejected: how many for each reason, the most frequent first. */
export async function findReasons(query: Query, search: LayerSearch): Promise<[reason: string, rows: number][]> {
  const sums = new Map<string, number>();
  for (const topic of search.topics) {
    const from = rowsOf(search, topic, "rejected");
    for (const { reason = "", copies } of await query(`SELECT reason, count(*) AS copies ${from} GROUP BY reason`)) {
      sums.set(reason, (sums.get(reason) ?? 0) + Number(copies));
    }
  }
  return [...sums].toSorted(([, one], [, other]) => other - one);
}
