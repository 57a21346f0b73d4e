import type { TableConfiguration } from "./configuration.ts";
import type { Output } from "./emulator.ts";

/** DynamoDB's input to make a table. */
export function createTableInput(table: TableConfiguration): Record<string, unknown> {
  const indexes = table.globalSecondaryIndexes.map(({ name, keys, projection, nonKeyAttributes }) => ({
    IndexName: name,
    KeySchema: keySchema(keys),
    Projection: {
      ProjectionType: projection,
      ...(projection === "INCLUDE" ? { NonKeyAttributes: nonKeyAttributes } : {}),
    },
  }));
  return {
    TableName: table.name,
    // Throughput is not metered, whatever the table's mode.
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(table.keys),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  };
}

function keySchema({ hash, range }: TableConfiguration["keys"]): Record<string, string>[] {
  const hashKey = { AttributeName: hash, KeyType: "HASH" };
  return range === undefined ? [hashKey] : [hashKey, { AttributeName: range, KeyType: "RANGE" }];
}

/** DescribeTable's answer, with the stack's own ARNs and the stream, which the emulator does not know. */
export function describedTable({ arn, stream }: TableConfiguration, { Table }: Output): Output {
  const { GlobalSecondaryIndexes: indexes, ...described } = Table as Record<string, unknown>;
  return {
    Table: {
      ...described,
      TableArn: arn,
      ...(Array.isArray(indexes)
        ? {
            GlobalSecondaryIndexes: indexes.map((index: Record<string, unknown>) => ({
              ...index,
              IndexArn: `${arn}/index/${String(index.IndexName)}`,
            })),
          }
        : {}),
      ...(stream === undefined
        ? {}
        : {
            StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
            LatestStreamArn: stream.arn,
            LatestStreamLabel: stream.label,
          }),
    },
  };
}
