import type { Cloud } from "../cloud.ts";
import type { StackOutputs } from "./outputs.ts";

/** How the layers of one topic's tables compare, counted in the tables themselves. */
export interface Layers {
  /** Rows of RAW, duplicates included. */
  rawRows: number;
  curated: number;
  semantic: number;
  rejected: number;
  /** Rows of RAW beyond the first of a `message_id`. */
  duplicates: number;
  /** Rows of SEMANTIC that the current view replaces by a later one. */
  superseded: number;
  /** How many rows were rejected for each reason. */
  reasons: Readonly<Record<string, number>>;
  /** Messages that a layer lacks, or that it has without the row of the layer before, or twice. */
  wrong: number;
}

/** Counts each topic's layers, independently of the water balance. */
export async function layers(
  cloud: Pick<Cloud, "tables">,
  outputs: StackOutputs,
): Promise<ReadonlyMap<string, Layers>> {
  const byTopic = new Map<string, Layers>();
  for (const [topic, raw] of outputs.rawTables) {
    const of = (tables: ReadonlyMap<string, string>) => tables.get(topic) ?? "";
    const names = { raw, curated: of(outputs.curatedTables), semantic: of(outputs.semanticTables) };
    byTopic.set(topic, await layersOf(cloud, { ...names, rejected: of(outputs.rejectedTables) }));
  }
  return byTopic;
}

interface TableNames {
  raw: string;
  curated: string;
  semantic: string;
  rejected: string;
}

async function layersOf({ tables }: Pick<Cloud, "tables">, names: TableNames): Promise<Layers> {
  const ids = Object.entries(names).map(([layer, table]) => `SELECT message_id, '${layer}' AS layer FROM ${table}`);
  const [counts = {}] = await tables.query(`
    WITH ids AS (
      SELECT message_id, count(*) FILTER (layer = 'raw') AS raw, count(*) FILTER (layer = 'curated') AS curated,
        count(*) FILTER (layer = 'semantic') AS semantic, count(*) FILTER (layer = 'rejected') AS rejected
      FROM (${ids.join(" UNION ALL ")}) GROUP BY message_id
    )
    SELECT sum(raw) AS "rawRows", sum(curated) AS curated, sum(semantic) AS semantic, sum(rejected) AS rejected,
      sum(greatest(raw - 1, 0)) AS duplicates,
      count(*) FILTER (curated <> 1 OR semantic + rejected <> 1 OR raw = 0) AS wrong
    FROM ids`);
  // As the current view has it: the last row by key, and every row without one.
  const [current = {}] = await tables.query(
    `SELECT count(idempotency_key) - count(DISTINCT idempotency_key) AS superseded FROM ${names.semantic}`,
  );
  const reasons = await tables.query(
    `SELECT reason, count(*) AS rows FROM ${names.rejected} GROUP BY reason ORDER BY rows DESC, reason`,
  );
  return {
    rawRows: Number(counts.rawRows),
    curated: Number(counts.curated),
    semantic: Number(counts.semantic),
    rejected: Number(counts.rejected),
    duplicates: Number(counts.duplicates),
    superseded: Number(current.superseded),
    reasons: Object.fromEntries(reasons.map(({ reason, rows }) => [String(reason), Number(rows)])),
    wrong: Number(counts.wrong),
  };
}

/** The sum over topics. */
export function totalOf(all: Iterable<Layers>): Layers {
  const sum = {
    rawRows: 0,
    curated: 0,
    semantic: 0,
    rejected: 0,
    duplicates: 0,
    superseded: 0,
    wrong: 0,
  };
  const reasons: Record<string, number> = {};
  for (const one of all) {
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += one[key];
    for (const [reason, rows] of Object.entries(one.reasons)) reasons[reason] = (reasons[reason] ?? 0) + rows;
  }
  return { ...sum, reasons };
}
