import type { TableConfiguration } from "./configuration.ts";
import type { Emulator, Input, Output } from "./emulator.ts";
import type { Item } from "./item.ts";
import type { Change } from "./stream-record.ts";

export type ItemWrite = "PutItem" | "UpdateItem" | "DeleteItem";

/** A write that was done: what its caller is answered, and what changed. Nobody else may write the table meanwhile. */
export interface Written {
  output: Output;
  change: Change;
}

/** One write of {@link writeBatch}. */
export interface BatchChange {
  table: TableConfiguration;
  change: Change;
}

/**
 * Writes one item and finds its images. Where the caller asks for no attributes or the old ones, DynamoDB is asked for
 * the old ones; for others the item is read before.
 *
 * @throws AwsError as DynamoDB answers.
 */
export async function writeItem(
  emulator: Emulator,
  table: TableConfiguration,
  action: ItemWrite,
  input: Input,
): Promise<Written> {
  const keys = keysOf(table, action === "PutItem" ? input.Item : input.Key);
  const asked = input.ReturnValues ?? "NONE";
  const answersOld = asked === "NONE" || asked === "ALL_OLD";
  const read = answersOld ? undefined : await readItem(emulator, table, keys);
  const { Attributes, ...output } = await emulator.call(
    action,
    answersOld ? { ...input, ReturnValues: "ALL_OLD" } : input,
  );
  const before = answersOld ? (Attributes as Item | undefined) : read;
  // Read, not taken from the input: DynamoDB writes numbers in a form of its own.
  const after = action === "DeleteItem" ? undefined : await readItem(emulator, table, keys);
  return {
    output: asked === "NONE" || Attributes === undefined ? output : { ...output, Attributes },
    change: { keys, before, after },
  };
}

/**
 * Does a BatchWriteItem and finds the images of its items in the given tables.
 *
 * @throws AwsError as DynamoDB answers.
 */
export async function writeBatch(
  emulator: Emulator,
  tables: readonly TableConfiguration[],
  input: Input,
): Promise<{ output: Output; changes: BatchChange[] }> {
  const writes = tables.flatMap((table) => batchWrites(table, input));
  const before = await Promise.all(writes.map(({ table, keys }) => readItem(emulator, table, keys)));
  const output = await emulator.call("BatchWriteItem", input);
  const after = await Promise.all(writes.map(({ table, keys, puts }) => puts && readItem(emulator, table, keys)));
  const changes = writes.map(({ table, keys }, index) => ({
    table,
    change: { keys, before: before[index], after: after[index] || undefined },
  }));
  return { output, changes };
}

/** The names of the tables that a BatchWriteItem writes. */
export function batchTables(input: Input): string[] {
  return Object.keys(object(input.RequestItems));
}

interface BatchWrite {
  table: TableConfiguration;
  keys: Item;
  puts: boolean;
}

/** What is not of the right form is left out: DynamoDB refuses the batch for it. */
function batchWrites(table: TableConfiguration, input: Input): BatchWrite[] {
  const requests = object(input.RequestItems)[table.name];
  return (Array.isArray(requests) ? requests : []).flatMap((request) => {
    const { PutRequest, DeleteRequest } = object(request);
    if (PutRequest !== undefined) return { table, keys: keysOf(table, object(PutRequest).Item), puts: true };
    if (DeleteRequest !== undefined) return { table, keys: keysOf(table, object(DeleteRequest).Key), puts: false };
    return [];
  });
}

/** A consistent read. @throws AwsError `ValidationException` where the keys are not the table's. */
export async function readItem(emulator: Emulator, table: TableConfiguration, keys: Item): Promise<Item | undefined> {
  const { Item } = await emulator.call("GetItem", { TableName: table.name, Key: keys, ConsistentRead: true });
  return Item as Item | undefined;
}

/** The key attributes among others; what is missing is refused by whatever call is made with them. */
export function keysOf({ keys }: TableConfiguration, attributes: unknown): Item {
  const names = [keys.hash, ...(keys.range === undefined ? [] : [keys.range])];
  const given = object(attributes) as Item;
  return Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
