/** The columns of every RAW table, with their Iceberg types: https://iceberg.apache.org/spec/#primitive-types */
export const RAW_COLUMNS = [
  { name: "topic_name", type: "string" },
  { name: "message_id", type: "string" },
  { name: "idempotency_key", type: "string" },
  { name: "period_reference", type: "string" },
  { name: "correlation_id", type: "string" },
  { name: "publish_time", type: "timestamp" },
  /** Seconds since 1970. */
  { name: "ingestion_ts", type: "long" },
  { name: "json_payload", type: "string" },
] as const;

const PARTITIONED_BY = "publish_time";

/** Iceberg numbers partition fields from here: https://iceberg.apache.org/spec/#partition-specs */
const FIRST_PARTITION_FIELD_ID = 1000;

/** What Glue needs to make a RAW table's first metadata file. */
export function rawTableInput(location: string) {
  return {
    location,
    schema: {
      schemaId: 0,
      type: "struct",
      fields: RAW_COLUMNS.map(({ name, type }, index) => ({
        id: index + 1,
        name,
        // The provider takes a type as JSON, and a primitive one is a JSON string.
        type: JSON.stringify(type),
        // Athena's ALTER TABLE could never take the constraint back.
        required: false,
      })),
    },
    partitionSpec: {
      specId: 0,
      fields: [
        {
          fieldId: FIRST_PARTITION_FIELD_ID,
          sourceId: RAW_COLUMNS.findIndex(({ name }) => name === PARTITIONED_BY) + 1,
          name: `${PARTITIONED_BY}_day`,
          transform: "day",
        },
      ],
    },
  };
}
