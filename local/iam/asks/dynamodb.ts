import { ask, type JsonAsks, type Place, text } from "./ask.ts";

const OF_A_TABLE = new Set(["GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable"]);
const OF_A_TABLE_OR_INDEX = new Set(["Query", "Scan"]);
const OF_TABLES = new Set(["BatchGetItem", "BatchWriteItem"]);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
export function dynamoDbAsks({ region, account }: Place): JsonAsks {
  const prefix = `arn:aws:dynamodb:${region}:${account}:table/`;
  // A table may be named by its ARN too.
  const arnOf = (table: string): string => (table.startsWith("arn:") ? table : prefix + table);
  return (action, input) => {
    const permission = `dynamodb:${action}`;
    if (action === "ListTables") return [ask(permission, `${prefix}*`)];
    if (OF_A_TABLE.has(action)) return [ask(permission, arnOf(text(input.TableName)))];
    if (OF_A_TABLE_OR_INDEX.has(action)) {
      const table = arnOf(text(input.TableName));
      return [ask(permission, input.IndexName === undefined ? table : `${table}/index/${text(input.IndexName)}`)];
    }
    if (!OF_TABLES.has(action)) return undefined;
    const items = input.RequestItems;
    const tables = typeof items === "object" && items !== null ? Object.keys(items) : [];
    return tables.map((table) => ask(permission, arnOf(table)));
  };
}
