import type * as glue from "@pulumi/aws/glue/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS, SEMANTIC_ENVELOPE } from "../functions/common/lake-topic.ts";
import type { Layer, Names } from "../settings/names.ts";
import type { TopicSettings } from "../settings/settings.ts";
import { icebergTable, type Partition, type TableColumn } from "./iceberg-table.ts";

/** A topic's tables. Its `_current` view is the refinery's: a view follows its table's columns. */
export interface TopicTables {
  raw: glue.CatalogTable;
  curated: glue.CatalogTable;
  semantic: glue.CatalogTable;
  rejected: glue.CatalogTable;
}

export interface TopicTablesArgs {
  names: Names;
  topic: string;
  settings: Pick<TopicSettings, "columns">;
  /** The bucket's name. */
  bucket: pulumi.Output<string>;
  databases: Readonly<Record<Layer, glue.CatalogDatabase>>;
}

/** Rows are looked for by when they were published, and Firehose writes those of a day or two at a time. */
const RAW_PARTITION: Partition = { column: "publish_time", by: "day" };

/** A statement of Athena's writes to 100 partitions at most: https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html */
const REFINED_PARTITION: Partition = { column: "publish_time", by: "month" };

/**
 * Makes a topic's tables with the columns that are declared when they are made. Columns that are declared later are
 * added by the refinery, with ALTER TABLE, before it writes to them.
 */
export function topicTables(
  name: string,
  { names, topic, settings, bucket, databases }: TopicTablesArgs,
  options: { parent: pulumi.Resource; protect: boolean },
): TopicTables {
  const make = (
    layer: Layer,
    kind: keyof TopicTables,
    tableName: string,
    { columns, partition }: { columns: readonly TableColumn[]; partition: Partition },
  ) => {
    const location = pulumi.interpolate`s3://${bucket}/${layer}/${tableName}/`;
    const args = { tableName, database: databases[layer], location, columns, partition };
    return icebergTable(`${name}-${kind}-${topic}`, args, options);
  };
  const refined = (columns: readonly TableColumn[]) => ({ columns, partition: REFINED_PARTITION });
  return {
    raw: make("raw", "raw", names.table(topic), { columns: ENVELOPE_COLUMNS, partition: RAW_PARTITION }),
    curated: make("curated", "curated", names.table(topic), refined(ENVELOPE_COLUMNS)),
    semantic: make("semantic", "semantic", names.table(topic), refined([...SEMANTIC_ENVELOPE, ...settings.columns])),
    rejected: make("semantic", "rejected", names.rejectedTable(topic), refined(REJECTED_COLUMNS)),
  };
}
