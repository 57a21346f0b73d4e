import { z } from "zod";
import { AWS, choice, decimal, type SettingMeta, section, whole } from "./values.ts";

/** What a stack may say of its tables, and of what keeps them: part of schema.ts. */

const ICEBERG_TYPES = `${AWS}/athena/latest/ug/querying-iceberg-supported-data-types.html`;
const ATHENA_QUOTAS = `${AWS}/general/latest/gr/athena.html`;
const MERGE = `${AWS}/athena/latest/ug/merge-into-statement.html`;
const DASHBOARD_METRICS = `${AWS}/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html`;
const SCHEDULES = `${AWS}/scheduler/latest/UserGuide/schedule-types.html`;

/** White space in a decimal's parentheses is allowed, and means nothing. */
export const COLUMN_TYPE = /^(string|boolean|int|bigint|double|date|timestamp|decimal\(\s*\d+\s*,\s*\d+\s*\))$/;

const COLUMN_TYPE_RULE =
  "must be a type: string, boolean, int, bigint, double, date, timestamp, or decimal(precision,scale)";

const type = z.string({ error: COLUMN_TYPE_RULE }).regex(COLUMN_TYPE, COLUMN_TYPE_RULE);

const column = z.union(
  [
    type.meta({
      description: "The type of a column whose value has the column's name, at the payload's top level.",
      page: ICEBERG_TYPES,
    } satisfies SettingMeta),
    section({
      type: type.meta({
        description: "The column's type, in the words of Athena's DDL.",
        page: ICEBERG_TYPES,
      } satisfies SettingMeta),
      path: z
        .array(z.string().min(1), { error: "must be a list of keys" })
        .min(1, "must be a list of keys")
        .optional()
        .meta({
          description: "Where the value is in the payload: the keys, from the top level down.",
          derived: "the column's name, at the top level",
        } satisfies SettingMeta),
    }),
  ],
  { error: `${COLUMN_TYPE_RULE}; or a mapping of type, path` },
);

/** What a topic says of its tables. */
export const topicTables = {
  columns: z
    .record(z.string(), column, { error: "must be a mapping of column names to their types" })
    .default({})
    .meta({
      description:
        "The typed columns of the topic's SEMANTIC table besides those of the envelope. New ones are added to the table, and filled in the rows that are there.",
    } satisfies SettingMeta),
  required: z
    .array(z.string(), { error: "must be a list of column names" })
    .default([])
    .meta({
      description: "Columns without which a row is rejected; a value that does not fit its type is rejected anyway.",
    } satisfies SettingMeta),
  retired: z
    .boolean({ error: "must be true or false" })
    .default(false)
    .meta({
      description:
        "Whether the topic is closed: its queue takes no new messages and is drained, and what its tables hold is kept.",
    } satisfies SettingMeta),
};

const lake = section({
  optimizers: choice(["table", "catalog"])
    .default("table")
    .meta({
      description:
        "Who compacts the tables and removes old snapshots and orphan files: optimizers on each table, or the account's Glue catalog, which is switched on once by hand with the stack's output `catalogOptimization`.",
      page: `${AWS}/glue/latest/dg/catalog-level-optimizers.html`,
    } satisfies SettingMeta),
  scanLimitGb: whole(1, 100_000)
    .default(100)
    .meta({
      description:
        "What one query may scan at most, an analyst's or the refinery's; Athena stops one that scans more. The price of a query follows from it.",
      unit: "GB",
      page: `${AWS}/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html`,
    } satisfies SettingMeta),
  resultDays: whole(1, 365)
    .default(7)
    .meta({
      description: "How long the answers of queries are kept, and what the refinery's runs wrote down.",
      unit: "days",
      page: `${AWS}/athena/latest/ug/querying.html`,
    } satisfies SettingMeta),
});

const refinery = section({
  everyMinutes: whole(1, 1440)
    .optional()
    .meta({
      description: "How often RAW is brought to CURATED and SEMANTIC, and the layers are counted.",
      unit: "minutes",
      derived: "15, or what the queries of all topics take",
      page: SCHEDULES,
    } satisfies SettingMeta),
  concurrency: whole(1, 1000)
    .default(10)
    .meta({
      description: "Topics that are refined at the same time; each has one of Athena's queries at a time.",
      unit: "topics",
      page: ATHENA_QUOTAS,
    } satisfies SettingMeta),
  deduplicationDays: whole(15, 3650, "a dead letter can come back for 14 days")
    .optional()
    .meta({
      description:
        "A message that comes again after this long counts as another one. Less is to be scanned with it, in tables that hold years.",
      unit: "days",
      derived: "no limit: a message_id is one message for ever",
      page: MERGE,
    } satisfies SettingMeta),
});

const balance = section({
  days: whole(2, 90)
    .default(7)
    .meta({
      description: "How many days of ingestion are counted in each run, today included.",
      unit: "days",
      page: `${AWS}/athena/latest/ug/querying-iceberg.html`,
    } satisfies SettingMeta),
  graceMinutes: whole(2, 10_080)
    .optional()
    .meta({
      description: "How old a difference between the layers may become before an alarm tells of it.",
      unit: "minutes",
      derived: "3 × refinery.everyMinutes, or once that and Firehose's buffers where they are longer",
      page: `${AWS}/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html`,
    } satisfies SettingMeta),
  tolerancePercent: decimal(0, 20)
    .default(1)
    .meta({
      description:
        "By how much the metrics of the ingestion may disagree before an alarm tells of it: a function that crashes does not tell what it did.",
      unit: "percent",
      page: DASHBOARD_METRICS,
    } satisfies SettingMeta),
});

export const lakeSections = {
  lake: lake.prefault({}),
  refinery: refinery.prefault({}),
  balance: balance.prefault({}),
};
