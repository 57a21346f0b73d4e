import { setImmediate } from "node:timers/promises";
import type { GetQueryResultsOutput, QueryExecution } from "@aws-sdk/client-athena";
import type { Intercept } from "../../../local/athena/engine.ts";
import { type AthenaService, openAthena } from "../../../local/athena/service.ts";
import type { Workgroup } from "../../../local/athena/workgroup.ts";
import { systemClock } from "../../../local/clock.ts";
import type { ObjectStore } from "../../../local/objects/store.ts";
import { openTables, type Tables } from "../../../local/tables/duckdb.ts";
import type { Row } from "../../../local/tables/store.ts";

const column = (name: string, type: string) => ({ name, type, required: false });

const ENVELOPE = [
  column("message_id", "string"),
  column("publish_time", "timestamp"),
  column("ingestion_ts", "long"),
  column("json_payload", "string"),
];

const CATALOG = {
  databases: ["raw", "curated", "semantic"],
  tables: [
    { database: "raw", name: "orders", location: "s3://lake/raw/orders", columns: ENVELOPE },
    { database: "curated", name: "orders", location: "s3://lake/curated/orders", columns: ENVELOPE },
    {
      database: "semantic",
      name: "orders",
      location: "s3://lake/semantic/orders",
      columns: [
        { name: "message_id", type: "string", required: true },
        column("amount", "decimal(18,2)"),
        column("quantity", "int"),
        column("rate", "float"),
        column("opened", "timestamp"),
        column("day", "date"),
        column("paid", "boolean"),
      ],
    },
  ],
};

export const RESULTS = "s3://results/athena/";

/** Runs until it is stopped, where RAW has some thousand rows. */
export const ENDLESS = `SELECT count(*) AS n FROM ${Array.from({ length: 9 }, (_, n) => `(SELECT * FROM raw.orders) AS t${n}`).join(" CROSS JOIN ")}`;

/** A workgroup that says where results go. */
export function workgroup(given: Partial<Workgroup> = {}): Workgroup {
  return {
    name: "refinery",
    description: undefined,
    enabled: true,
    enforced: true,
    results: { outputLocation: RESULTS, encryption: undefined },
    scanLimit: undefined,
    publishesMetrics: false,
    ...given,
  };
}

/** What became of a query; the rows are those of its first page, its header included. */
export interface Ended {
  state: string | undefined;
  reason: string | undefined;
  rows: (string | null)[][];
  updateCount: number | undefined;
  execution: QueryExecution;
}

export interface Lake {
  tables: Tables;
  athena: AthenaService;
  /** Objects by bucket and key. */
  files: Map<string, string>;
  start(sql: string, input?: Record<string, unknown>): Promise<string>;
  ended(id: string): Promise<Ended>;
  run(sql: string, input?: Record<string, unknown>): Promise<Ended>;
  /** The rows of a query, without the header. @throws Error where it fails. */
  rows(sql: string): Promise<(string | null)[][]>;
  /** Rows of RAW, by message id. */
  ingest(...rows: Row[]): Promise<void>;
  close(): Promise<void>;
}

export interface LakeOptions {
  workgroups?: readonly Workgroup[];
  intercept?: Intercept;
  region?: string;
  objects?: ObjectStore;
}

/** Athena over three databases with a table of orders in each. */
export async function openLake(options: LakeOptions = {}): Promise<Lake> {
  const { workgroups = [workgroup()], intercept, region = "eu-west-1" } = options;
  const tables = await openTables(CATALOG);
  const files = new Map<string, string>();
  const objects = options.objects ?? {
    async put(bucket: string, key: string, body: string | Uint8Array) {
      files.set(`${bucket}/${key}`, String(body));
    },
  };
  const clock = systemClock();
  const athena = await openAthena({ workgroups, tables, objects, clock, region, ...(intercept && { intercept }) });

  const start = async (QueryString: string, input: Record<string, unknown> = {}): Promise<string> => {
    const answer = await athena.call("StartQueryExecution", { QueryString, WorkGroup: "refinery", ...input });
    return (answer as { QueryExecutionId: string }).QueryExecutionId;
  };
  const ended = async (QueryExecutionId: string): Promise<Ended> => {
    for (;;) {
      const answer = await athena.call("GetQueryExecution", { QueryExecutionId });
      const execution = (answer as { QueryExecution: QueryExecution }).QueryExecution;
      const { State: state, StateChangeReason: reason } = execution.Status ?? {};
      if (state === "FAILED" || state === "CANCELLED") {
        return { state, reason, rows: [], updateCount: undefined, execution };
      }
      if (state === "SUCCEEDED") {
        const result = (await athena.call("GetQueryResults", { QueryExecutionId })) as GetQueryResultsOutput;
        const rows = (result.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
          Data.map((value) => value.VarCharValue ?? null),
        );
        return { state, reason, rows, updateCount: result.UpdateCount, execution };
      }
      await setImmediate();
    }
  };
  const run = async (sql: string, input?: Record<string, unknown>) => ended(await start(sql, input));
  return {
    tables,
    athena,
    files,
    start,
    ended,
    run,
    async rows(sql) {
      const { state, reason, rows } = await run(sql);
      if (state !== "SUCCEEDED") throw new Error(`${state}: ${reason}`);
      return rows.slice(1);
    },
    async ingest(...rows) {
      const orders = tables.find("raw", "orders");
      if (orders === undefined) throw new Error("there is no table raw.orders");
      await tables.insert(orders, rows);
    },
    async close() {
      await athena.close();
      tables.close();
    },
  };
}
