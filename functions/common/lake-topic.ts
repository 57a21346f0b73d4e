import { readTopics } from "./topics.ts";

/** A topic's typed columns, as its settings declare them; written into the bundles that work on the tables. */
export interface LakeTopic {
  topic: string;
  /** In alphabetical order. */
  columns: readonly LakeColumn[];
}

export interface LakeColumn {
  name: string;
  /** As Athena writes it in DDL: `string`, `boolean`, `int`, `bigint`, `double`, `decimal(18,2)`, `date`, `timestamp`. */
  type: string;
  /** Where the value is in the payload: keys from the top level down, `["pull_request", "created_at"]`. */
  path: readonly string[];
  required: boolean;
}

/** The columns of RAW and of CURATED, with their types in Athena's DDL. */
export const ENVELOPE_COLUMNS = [
  { name: "topic_name", type: "string" },
  { name: "message_id", type: "string" },
  { name: "idempotency_key", type: "string" },
  { name: "period_reference", type: "string" },
  { name: "correlation_id", type: "string" },
  { name: "publish_time", type: "timestamp" },
  /** Seconds since 1970. */
  { name: "ingestion_ts", type: "bigint" },
  { name: "json_payload", type: "string" },
] as const;

/** What every SEMANTIC table begins with; the payload itself stays in CURATED. */
export const SEMANTIC_ENVELOPE = ENVELOPE_COLUMNS.filter(({ name }) => name !== "json_payload");

/** What a rejected table holds: the curated row, and what is wrong with it. */
export const REJECTED_COLUMNS = [...ENVELOPE_COLUMNS, { name: "reason", type: "string" }] as const;

/** What a function's archive says of each topic: {@link readTopics}, with a list in the file. */
export function readLakeTopics(moduleUrl: string): readonly LakeTopic[] {
  return readTopics(moduleUrl) as unknown as readonly LakeTopic[];
}
