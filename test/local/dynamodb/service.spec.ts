import assert from "node:assert/strict";
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import type { StreamViewType } from "../../../local/dynamodb/configuration.ts";
import { type DynamoDbService, openDynamoDb } from "../../../local/dynamodb/service.ts";
import type { DynamoDbRecord } from "../../../local/dynamodb/stream-record.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { streamArn, tableOf } from "./fixtures.ts";

const TableName = "errors";
const Key = { topic: { S: "orders" }, id: { S: "1" } };
const item = { ...Key, status: { S: "ARCHIVED" }, count: { N: "1" } };

describe("DynamoDB through the AWS SDK", () => {
  const clock = virtualClock();
  let service: DynamoDbService;
  let gateway: Gateway;
  let client: DynamoDBClient;

  async function open(viewType?: StreamViewType): Promise<void> {
    service = await openDynamoDb([tableOf(viewType)], clock);
    gateway = await openGateway();
    gateway.attach([service]);
    client = new DynamoDBClient({
      region: "eu-west-1",
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  }

  afterEach(async () => {
    client.destroy();
    await gateway.close();
    await service.close();
  });

  /** Of the table's stream, from the oldest. */
  function records(): DynamoDbRecord[] {
    const stream = service.streams.get(streamArn);
    assert.ok(stream);
    return Array.from({ length: stream.next }, (_, position) => stream.read(position)?.record).filter(
      (record) => record !== undefined,
    );
  }

  const summary = () =>
    records().map(({ eventName, dynamodb: { OldImage, NewImage } }) => [
      eventName,
      OldImage?.status?.S,
      NewImage?.status?.S,
    ]);

  const put = (status: string, id = "1") =>
    client.send(new PutItemCommand({ TableName, Item: { ...item, id: { S: id }, status: { S: status } } }));

  const update = (input: Partial<UpdateItemCommandInput>) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET #s = :new",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ":new": { S: "REPLAYED" } },
        ...input,
      }),
    );

  describe("of a table without a stream", () => {
    beforeEach(() => open());

    it("keeps items, finds them by key, index and filter, and deletes them", async () => {
      await put("ARCHIVED", "1");
      await put("REPLAYED", "2");
      const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      assert.deepEqual(Item, item);
      const byKey = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "topic = :t AND id BETWEEN :a AND :b",
          FilterExpression: "#s <> :s",
          ExpressionAttributeNames: { "#s": "status" },
          ExpressionAttributeValues: {
            ":t": { S: "orders" },
            ":a": { S: "0" },
            ":b": { S: "9" },
            ":s": { S: "ARCHIVED" },
          },
        }),
      );
      assert.deepEqual(
        byKey.Items?.map(({ id }) => id),
        [{ S: "2" }],
      );
      const byIndex = await client.send(
        new QueryCommand({
          TableName,
          IndexName: "by-status",
          KeyConditionExpression: "#s = :s",
          ExpressionAttributeNames: { "#s": "status" },
          ExpressionAttributeValues: { ":s": { S: "ARCHIVED" } },
        }),
      );
      assert.deepEqual(byIndex.Items, [item]);
      await client.send(new DeleteItemCommand({ TableName, Key }));
      assert.equal((await client.send(new ScanCommand({ TableName }))).Count, 1);
    });

    it("refuses a write whose condition fails, with the item if that is asked for", async () => {
      await put("REPLAYED");
      const conditional = {
        ConditionExpression: "#s = :old",
        ExpressionAttributeValues: { ":new": { S: "REPLAYED" }, ":old": { S: "ARCHIVED" } },
      };
      await assert.rejects(update(conditional), (error: Error) => {
        assert.ok(error instanceof ConditionalCheckFailedException, error.name);
        assert.equal(error.message, "The conditional request failed");
        assert.equal(error.Item, undefined);
        return true;
      });
      const asking = update({ ...conditional, ReturnValuesOnConditionCheckFailure: "ALL_OLD" });
      await assert.rejects(asking, (error: Error) => {
        assert.ok(error instanceof ConditionalCheckFailedException, error.name);
        assert.deepEqual(error.Item, { ...item, status: { S: "REPLAYED" } });
        return true;
      });
    });

    it("has no other table, and no transactions", async () => {
      const elsewhere = client.send(new PutItemCommand({ TableName: "nosuch", Item: item }));
      await assert.rejects(elsewhere, ResourceNotFoundException);
      const transaction = client.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item } }] }),
      );
      await assert.rejects(transaction, (error: Error) => {
        assert.ok(error instanceof DynamoDBServiceException);
        assert.equal(error.name, "UnknownOperationException");
        assert.match(error.message, /has no TransactWriteItems; it has: GetItem, /);
        return true;
      });
    });

    it("describes the table under its own ARN, without a stream", async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.TableArn, tableOf().arn);
      assert.equal(Table?.GlobalSecondaryIndexes?.[0]?.IndexArn, `${tableOf().arn}/index/by-status`);
      assert.deepEqual([Table?.TableStatus, Table?.LatestStreamArn], ["ACTIVE", undefined]);
    });

    it("scans a table as plain objects, beyond one page of DynamoDB's", async () => {
      const text = "x".repeat(300_000);
      for (const id of ["1", "2", "3", "4", "5"]) {
        await service.call("PutItem", { TableName, Item: { ...item, id: { S: id }, text: { S: text } } });
      }
      const items = await service.scan("errors");
      assert.deepEqual(items.map(({ id }) => id).sort(), ["1", "2", "3", "4", "5"]);
      assert.deepEqual(items[0], { topic: "orders", id: items[0]?.id, status: "ARCHIVED", count: 1, text });
      await assert.rejects(service.scan("nosuch"), { name: "ResourceNotFoundException" });
    });
  });

  describe("of a table with a stream", () => {
    beforeEach(() => open("NEW_AND_OLD_IMAGES"));

    it("records what is inserted, modified and removed, with both images", async () => {
      await put("ARCHIVED");
      await update({});
      await client.send(new DeleteItemCommand({ TableName, Key }));
      assert.deepEqual(summary(), [
        ["INSERT", undefined, "ARCHIVED"],
        ["MODIFY", "ARCHIVED", "REPLAYED"],
        ["REMOVE", "REPLAYED", undefined],
      ]);
      assert.ok(records().every(({ dynamodb }) => JSON.stringify(dynamodb.Keys) === JSON.stringify(Key)));
    });

    it("records an update that creates its item as an insertion", async () => {
      await update({});
      assert.deepEqual(summary(), [["INSERT", undefined, "REPLAYED"]]);
    });

    it("records numbers as DynamoDB writes them", async () => {
      await client.send(new PutItemCommand({ TableName, Item: { ...item, count: { N: "01.50" } } }));
      assert.deepEqual(records()[0]?.dynamodb.NewImage?.count, { N: "1.5" });
    });

    it("records nothing when a write changes nothing or is refused", async () => {
      await put("ARCHIVED");
      await put("ARCHIVED");
      await update({ ExpressionAttributeValues: { ":new": { S: "ARCHIVED" } } });
      await client.send(new DeleteItemCommand({ TableName, Key: { ...Key, id: { S: "absent" } } }));
      await assert.rejects(update({ ConditionExpression: "attribute_not_exists(topic)" }), {
        name: "ConditionalCheckFailedException",
      });
      await assert.rejects(client.send(new PutItemCommand({ TableName, Item: { topic: { S: "orders" } } })), {
        name: "ValidationException",
      });
      assert.equal(records().length, 1);
    });

    const wanted: [NonNullable<UpdateItemCommandInput["ReturnValues"]> | undefined, unknown][] = [
      [undefined, undefined],
      ["NONE", undefined],
      ["ALL_OLD", item],
      ["UPDATED_OLD", { status: { S: "ARCHIVED" } }],
      ["ALL_NEW", { ...item, status: { S: "REPLAYED" } }],
      ["UPDATED_NEW", { status: { S: "REPLAYED" } }],
    ];
    for (const [ReturnValues, attributes] of wanted) {
      it(`answers an update that asks for ${ReturnValues ?? "nothing"} as asked, and records it all the same`, async () => {
        await put("ARCHIVED");
        const { Attributes } = await update({ ReturnValues });
        assert.deepEqual(Attributes, attributes);
        assert.deepEqual(summary()[1], ["MODIFY", "ARCHIVED", "REPLAYED"]);
      });
    }

    it("answers a put and a deletion with the old item only where that is asked for", async () => {
      const puts = (input: object) => client.send(new PutItemCommand({ TableName, Item: item, ...input }));
      assert.equal((await puts({ ReturnValues: "ALL_OLD" })).Attributes, undefined);
      assert.equal((await puts({})).Attributes, undefined);
      assert.deepEqual((await puts({ ReturnValues: "ALL_OLD" })).Attributes, item);
      await assert.rejects(puts({ ReturnValues: "ALL_NEW" }), { name: "ValidationException" });
      const deleted = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" }));
      assert.deepEqual(deleted.Attributes, item);
    });

    it("records every write of a batch", async () => {
      await put("ARCHIVED");
      await client.send(
        new BatchWriteItemCommand({
          RequestItems: {
            errors: [{ PutRequest: { Item: { ...item, id: { S: "2" } } } }, { DeleteRequest: { Key } }],
          },
        }),
      );
      assert.deepEqual(summary().slice(1), [
        ["INSERT", undefined, "ARCHIVED"],
        ["REMOVE", "ARCHIVED", undefined],
      ]);
      const twice = { DeleteRequest: { Key } };
      await assert.rejects(client.send(new BatchWriteItemCommand({ RequestItems: { errors: [twice, twice] } })), {
        name: "ValidationException",
        message: "Provided list of item keys contains duplicates",
      });
      assert.equal(records().length, 3);
    });

    it("records concurrent writes of one item as one unbroken history", async () => {
      const add = () =>
        update({
          UpdateExpression: "ADD n :one",
          ExpressionAttributeNames: undefined,
          ExpressionAttributeValues: { ":one": { N: "1" } },
        });
      const batch = () =>
        client.send(
          new BatchWriteItemCommand({
            RequestItems: { errors: [{ PutRequest: { Item: { ...Key, n: { N: "100" } } } }] },
          }),
        );
      await Promise.all([...Array.from({ length: 10 }, add), batch(), ...Array.from({ length: 10 }, add)]);
      const history = records().map(({ dynamodb }) => [dynamodb.OldImage?.n?.N, dynamodb.NewImage?.n?.N]);
      assert.equal(history.length, 21);
      for (const [index, [before]] of history.entries()) {
        assert.equal(before, history[index - 1]?.[1]);
      }
    });

    it("describes the stream", async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.LatestStreamArn, streamArn);
      assert.deepEqual(Table?.StreamSpecification, { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" });
    });
  });
});
