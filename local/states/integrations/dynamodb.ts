import { type ErrorNaming, type Integration, serviceError } from "./integration.ts";

const NAMING: ErrorNaming = {
  prefix: "DynamoDB",
  common: "AmazonDynamoDBException",
  service: "AmazonDynamoDBv2",
};

const CONDITION = [
  "ConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "ReturnConsumedCapacity",
  "ReturnItemCollectionMetrics",
  "ReturnValues",
];

/** Members and results are the API's own: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html */
export const dynamoDbIntegrations: readonly Integration[] = [
  integration("getItem", "GetItem", {
    required: ["TableName", "Key"],
    optional: ["ConsistentRead", "ExpressionAttributeNames", "ProjectionExpression", "ReturnConsumedCapacity"],
  }),
  integration("putItem", "PutItem", { required: ["TableName", "Item"], optional: CONDITION }),
  integration("updateItem", "UpdateItem", {
    required: ["TableName", "Key"],
    optional: ["UpdateExpression", ...CONDITION],
  }),
  integration("deleteItem", "DeleteItem", { required: ["TableName", "Key"], optional: CONDITION }),
];

function integration(
  action: string,
  operation: string,
  members: Pick<Integration, "required" | "optional">,
): Integration {
  return {
    service: "dynamodb",
    action,
    ...members,
    async run(input, { call }) {
      try {
        return await call(operation, input);
      } catch (error) {
        throw serviceError(error, NAMING);
      }
    },
  };
}
