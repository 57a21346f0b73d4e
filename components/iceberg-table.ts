import * as glue from "@pulumi/aws/glue/index.js";
import type * as pulumi from "@pulumi/pulumi";

/** A column with its type in Athena's words, which are Hive's: `bigint`, `decimal(18,2)`. */
export interface TableColumn {
  name: string;
  type: string;
}

export interface IcebergTableArgs {
  tableName: string;
  database: glue.CatalogDatabase;
  /** Where its files are: an `s3://` URL that ends with a slash. */
  location: pulumi.Output<string>;
  columns: readonly TableColumn[];
  partition: Partition;
}

export interface Partition {
  /** Of type timestamp. */
  column: string;
  by: "day" | "month";
}

/** Iceberg's words where they are not Hive's: https://iceberg.apache.org/spec/#primitive-types */
const ICEBERG_TYPES: Readonly<Record<string, string>> = { bigint: "long" };

/** Iceberg numbers partition fields from here: https://iceberg.apache.org/spec/#partition-specs */
const FIRST_PARTITION_FIELD_ID = 1000;

/** A table in Iceberg's second format, the only one that Firehose and Athena both write. */
export function icebergTable(
  name: string,
  { tableName, database, location, columns, partition }: IcebergTableArgs,
  { parent, protect }: { parent: pulumi.Resource; protect: boolean },
): glue.CatalogTable {
  return new glue.CatalogTable(
    name,
    {
      name: tableName,
      databaseName: database.name,
      openTableFormatInput: {
        icebergInput: {
          metadataOperation: "CREATE",
          version: "2",
          icebergTableInput: location.apply((url) => tableInput(url, columns, partition)),
        },
      },
    },
    {
      parent,
      protect,
      // From here on the table is Iceberg's: each commit moves `metadata_location` in the parameters, and Glue
      // writes the columns itself. The provider would take that for drift, and an update by it drops the pointer,
      // and with it the table (https://github.com/hashicorp/terraform-provider-aws/issues/33370,
      // https://github.com/pulumi/pulumi-aws/issues/4618). Columns are changed with Athena's ALTER TABLE only.
      ignoreChanges: ["openTableFormatInput", "parameters", "storageDescriptor"],
    },
  );
}

/** What Glue needs to make a table's first metadata file. */
function tableInput(location: string, columns: readonly TableColumn[], { column, by }: Partition) {
  return {
    location,
    schema: {
      schemaId: 0,
      type: "struct",
      fields: columns.map(({ name, type }, index) => ({
        id: index + 1,
        name,
        // The provider takes a type as JSON, and a primitive one is a JSON string.
        type: JSON.stringify(ICEBERG_TYPES[type] ?? type),
        // Athena's ALTER TABLE could never take the constraint back.
        required: false,
      })),
    },
    partitionSpec: {
      specId: 0,
      fields: [
        {
          fieldId: FIRST_PARTITION_FIELD_ID,
          sourceId: columns.findIndex(({ name }) => name === column) + 1,
          name: `${column}_${by}`,
          transform: by,
        },
      ],
    },
  };
}
