import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import dynalite from "dynalite";
import { TRACKER_KEYS, type TrackerItem } from "../../../functions/common/error-tracker.ts";

/** An error_tracker table of its own, empty, in a DynamoDB that evaluates expressions. */
export interface TrackerTable {
  name: string;
  endpoint: string;
  client: DynamoDBClient;
  put(item: TrackerItem): Promise<void>;
  get(key: Pick<TrackerItem, "topic" | "date_message_id">): Promise<TrackerItem | undefined>;
  close(): Promise<void>;
}

export async function openTrackerTable(name = "error-tracker"): Promise<TrackerTable> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "id", secretAccessKey: "key" },
    maxAttempts: 1,
  });
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: TRACKER_KEYS.hash, KeyType: "HASH" },
        { AttributeName: TRACKER_KEYS.range, KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: TRACKER_KEYS.hash, AttributeType: "S" },
        { AttributeName: TRACKER_KEYS.range, AttributeType: "S" },
      ],
    }),
  );
  const describe = new DescribeTableCommand({ TableName: name });
  while ((await client.send(describe)).Table?.TableStatus !== "ACTIVE") await setImmediate();
  return {
    name,
    endpoint,
    client,
    async put(item) {
      const Item = marshall(item, { removeUndefinedValues: true });
      await client.send(new PutItemCommand({ TableName: name, Item }));
    },
    async get({ topic, date_message_id }) {
      const Key = marshall({ topic, date_message_id });
      const { Item } = await client.send(new GetItemCommand({ TableName: name, Key, ConsistentRead: true }));
      return Item && (unmarshall(Item) as TrackerItem);
    },
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
