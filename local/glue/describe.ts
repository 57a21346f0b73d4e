import { hiveType, parseIcebergType } from "../tables/iceberg-types.ts";
import type { View } from "../tables/live-catalog.ts";
import { LiveTable } from "../tables/live-table.ts";

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html */
export function describeTable(table: LiveTable | View, catalogId: string): unknown {
  const named = { Name: table.name, DatabaseName: table.database, CatalogId: catalogId };
  return { ...named, ...(table instanceof LiveTable ? describeIceberg(table) : describeView(table)) };
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html */
export function describeDatabase(name: string, catalogId: string): unknown {
  return { Name: name, CatalogId: catalogId };
}

/** As Iceberg writes it to Glue: https://iceberg.apache.org/docs/latest/aws/#glue-catalog */
function describeIceberg({ location, metadataLocation, previousMetadataLocation, fields }: LiveTable): object {
  return {
    TableType: "EXTERNAL_TABLE",
    Parameters: {
      table_type: "ICEBERG",
      metadata_location: metadataLocation,
      ...(previousMetadataLocation === undefined ? {} : { previous_metadata_location: previousMetadataLocation }),
    },
    StorageDescriptor: {
      Location: location,
      Columns: fields.map(({ id, name, type, required }) => ({
        Name: name,
        Type: hiveType(parseIcebergType(type)),
        Parameters: {
          "iceberg.field.current": "true",
          "iceberg.field.id": String(id),
          "iceberg.field.optional": String(!required),
        },
      })),
    },
  };
}

/** As Athena writes it; what it keeps of the query in base64 has more in it than this [?]. */
function describeView({ sql, columns }: View): object {
  const definition = JSON.stringify({ originalSql: sql, columns });
  return {
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    ViewOriginalText: `/* Presto View: ${Buffer.from(definition).toString("base64")} */`,
    ViewExpandedText: "/* Presto View */",
    StorageDescriptor: { Location: "", Columns: columns.map(({ name, type }) => ({ Name: name, Type: type })) },
  };
}
