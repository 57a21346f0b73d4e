import { setImmediate } from "node:timers/promises";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { CIRCUIT_KEY, type CircuitItem } from "../../../functions/common/circuit.ts";

/** A circuit breaker's table. */
export interface CircuitTable {
  put(item: CircuitItem): Promise<void>;
  remove(): Promise<void>;
}

/** Makes an empty one in a DynamoDB that is there already. */
export async function createCircuitTable(client: DynamoDBClient, TableName: string): Promise<CircuitTable> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "kind", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "kind", AttributeType: "S" },
        { AttributeName: "id", AttributeType: "S" },
      ],
    }),
  );
  const describe = new DescribeTableCommand({ TableName });
  while ((await client.send(describe)).Table?.TableStatus !== "ACTIVE") await setImmediate();
  return {
    async put(item) {
      const Item = marshall(item, { removeUndefinedValues: true });
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    async remove() {
      await client.send(new DeleteTableCommand({ TableName }));
    },
  };
}

/** An open circuit, unless told. */
export function circuitItem(given: Partial<CircuitItem> = {}): CircuitItem {
  return {
    ...CIRCUIT_KEY,
    state: "OPEN",
    since: "2026-01-10T06:30:00.000Z",
    reason: "Firehose is away",
    version: 1,
    ...given,
  };
}

export const HOLD = {
  by: "jane",
  reason: "maintenance",
  since: "2026-01-10T06:00:00.000Z",
  until: "2026-01-10T08:00:00.000Z",
};
