import assert from "node:assert/strict";
import { tablesOf } from "../../../../local/dynamodb/from-graph.ts";
import { type DynamoDbService, openDynamoDb } from "../../../../local/dynamodb/service.ts";
import { graphOf } from "../../../support/graph.ts";
import { virtualClock } from "../../../support/virtual-clock.ts";
import { machineOf, setUp, summaryOf } from "../fixtures.ts";

const TableName = "refinery";
const Key = { kind: { S: "LOCK" }, id: { S: "run" } };

const inputs = {
  name: TableName,
  billingMode: "PAY_PER_REQUEST",
  attributes: [
    { name: "kind", type: "S" },
    { name: "id", type: "S" },
  ],
  hashKey: "kind",
  rangeKey: "id",
};

/** Against the local cloud's own DynamoDB. */
describe("the integrations of DynamoDB", () => {
  let dynamodb: DynamoDbService;

  beforeEach(async () => {
    const graph = graphOf([{ type: "aws:dynamodb/table:Table", name: TableName, inputs }]);
    dynamodb = await openDynamoDb(tablesOf(graph), virtualClock());
  });

  afterEach(() => dynamodb.close());

  async function task(action: string, Arguments: object) {
    const resource = `arn:aws:states:::dynamodb:${action}`;
    const { start } = setUp(machineOf({ A: { Type: "Task", Resource: resource, Arguments, End: true } }), {
      handlers: Object.fromEntries(
        ["GetItem", "PutItem", "UpdateItem", "DeleteItem"].map((name) => [
          `dynamodb:${name}`,
          (input: Record<string, unknown>) => dynamodb.call(name, input),
        ]),
      ),
    });
    return summaryOf(await start({ owner: "run-1", n: 5 }).settled);
  }

  const put = {
    TableName,
    Item: { ...Key, owner: { S: "{% $states.input.owner %}" }, n: { N: "{% $string($states.input.n) %}" } },
  };
  const absent = { ConditionExpression: "attribute_not_exists(kind)" };

  it("put, get, update and delete items as the API does", async () => {
    assert.deepEqual(await task("putItem", { ...put, ...absent }), {});
    assert.deepEqual((await task("getItem", { TableName, Key })).Item, {
      ...Key,
      owner: { S: "run-1" },
      n: { N: "5" },
    });
    const update = {
      UpdateExpression: "SET n = n + :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
      ReturnValues: "UPDATED_NEW",
    };
    assert.deepEqual(await task("updateItem", { TableName, Key, ...update }), { Attributes: { n: { N: "6" } } });
    assert.deepEqual(await task("deleteItem", { TableName, Key }), {});
    assert.deepEqual(await task("getItem", { TableName, Key }), {});
  });

  it("fail with the exception's name when a condition does not hold", async () => {
    await task("putItem", put);
    const { error, cause } = await task("putItem", { ...put, ...absent });
    assert.equal(error, "DynamoDB.ConditionalCheckFailedException");
    assert.match(
      cause,
      /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: Cond/,
    );
  });

  it("fail with one name for what is in no model", async () => {
    assert.equal((await task("putItem", { TableName: "gone", Item: Key })).error, "DynamoDB.ResourceNotFoundException");
    assert.equal((await task("putItem", { TableName, Item: {} })).error, "DynamoDB.AmazonDynamoDBException");
  });
});
