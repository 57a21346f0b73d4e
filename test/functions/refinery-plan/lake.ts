import {
  ENVELOPE_COLUMNS,
  type LakeColumn,
  REJECTED_COLUMNS,
  SEMANTIC_ENVELOPE,
} from "../../../functions/common/lake-topic.ts";
import { rejectedName, type TopicTables, tableName, topicTables } from "../../../functions/refinery-plan/sql/tables.ts";
import { openEngine } from "../../../local/athena/engine.ts";
import { parseStatement } from "../../../local/athena/sql/statement.ts";
import { openTables, type Tables } from "../../../local/tables/duckdb.ts";
import type { Row } from "../../../local/tables/store.ts";

export const DATABASES = { raw: "dev_raw", curated: "dev_curated", semantic: "dev_semantic" };

/** 2026-01-10T00:00:00Z, in seconds. */
export const DAY_10 = Date.UTC(2026, 0, 10) / 1000;

/** A row of RAW; what is not given is as in an ordinary one. */
export interface RawRow {
  id: string | null;
  /** Epoch seconds. */
  ingested?: number | null;
  /** Epoch seconds. */
  published?: number | null;
  key?: string | null;
  /** JSON text. */
  payload?: string;
}

/** A column with a path of its own name. */
export function column(name: string, type: string, given: Partial<LakeColumn> = {}): LakeColumn {
  return { name, type, path: [name], required: false, ...given };
}

/** The tables of one topic in the local cloud's DuckDB, behind its Athena. */
export interface Lake {
  names: TopicTables;
  tables: Tables;
  /** Runs a statement as Athena does. @returns the rows of a query, as text. */
  run(sql: string | null | undefined): Promise<(string | null)[][]>;
  /** Adds rows to RAW. */
  ingest(...rows: readonly RawRow[]): Promise<void>;
  /** What DuckDB has, without Athena. */
  query(sql: string): Promise<Row[]>;
  close(): void;
}

/** @param columns that the SEMANTIC table has from the start. */
export async function openLake(topic: string, columns: readonly LakeColumn[] = []): Promise<Lake> {
  const names = topicTables(DATABASES, topic);
  const { raw, curated, semantic } = DATABASES;
  const table = (database: string, name: string, of: readonly { name: string; type: string }[]) => ({
    database,
    name,
    location: `s3://lake/${database}/${name}`,
    columns: of.map((one) => ({ name: one.name, type: ICEBERG[one.type] ?? one.type, required: false })),
  });
  const tables = await openTables({
    databases: [raw, curated, semantic],
    tables: [
      table(raw, tableName(topic), ENVELOPE_COLUMNS),
      table(curated, tableName(topic), ENVELOPE_COLUMNS),
      table(semantic, tableName(topic), [...SEMANTIC_ENVELOPE, ...columns]),
      table(semantic, rejectedName(topic), REJECTED_COLUMNS),
    ],
  });
  const engine = await openEngine(tables, () => undefined);
  const { signal } = new AbortController();
  return {
    names,
    tables,
    async run(sql) {
      if (sql === null || sql === undefined) return [];
      const statement = parseStatement(sql);
      await engine.parse(statement);
      const { rows } = await engine.run(statement, { database: undefined, signal, onScan: () => {} });
      return rows.map((row) => [...row]);
    },
    async ingest(...rows) {
      const target = tables.find(raw, tableName(topic));
      if (target === undefined) throw new Error("no RAW table");
      await tables.insert(
        target,
        rows.map((row) => rawRow(topic, row)),
      );
    },
    query: (sql) => tables.query(sql),
    close: () => tables.close(),
  };
}

function rawRow(topic: string, { id, ingested = DAY_10, published = DAY_10, key = null, payload = "{}" }: RawRow): Row {
  return {
    topic_name: topic,
    message_id: id,
    idempotency_key: key,
    period_reference: null,
    correlation_id: null,
    publish_time: published === null ? null : published * 1_000_000,
    ingestion_ts: ingested,
    json_payload: payload,
  };
}

/** Iceberg's words for Hive's. */
const ICEBERG: Readonly<Record<string, string>> = { bigint: "long" };
