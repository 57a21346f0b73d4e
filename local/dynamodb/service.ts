import { setImmediate } from "node:timers/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import type { Clock } from "../clock.ts";
import type { TableConfiguration } from "./configuration.ts";
import { createTableInput, describedTable } from "./describe.ts";
import { type Emulator, type Input, type Output, openEmulator } from "./emulator.ts";
import { TableStream } from "./table-stream.ts";
import { inTurns, Turns } from "./turns.ts";
import { batchTables, type ItemWrite, keysOf, readItem, writeBatch, writeItem } from "./writes.ts";

/** A table and what the service keeps of it. */
interface OpenTable {
  configuration: TableConfiguration;
  /** Its writes, one after the other: so an item's images fit, and the stream has the writes' order. */
  turns: Turns;
  stream: TableStream | undefined;
}

type Action = (input: Input, action: string) => Promise<Output>;

/** Starts DynamoDB with the tables of one stack, all empty. */
export async function openDynamoDb(tables: readonly TableConfiguration[], clock: Clock): Promise<DynamoDbService> {
  const emulator = await openEmulator();
  try {
    for (const table of tables) {
      await emulator.call("CreateTable", createTableInput(table));
      while (!(await isActive(emulator, table))) await setImmediate();
    }
    return new DynamoDbService(tables, emulator, clock);
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

async function isActive(emulator: Emulator, { name }: TableConfiguration): Promise<boolean> {
  const { Table } = await emulator.call("DescribeTable", { TableName: name });
  return (Table as Output).TableStatus === "ACTIVE";
}

/**
 * DynamoDB with the tables of one stack, in its JSON protocol, and with their streams. Tables are made by the program,
 * not by a call: actions that create, change or tag them are not known here, nor are transactions and PartiQL. Streams
 * are read within the process only.
 */
export class DynamoDbService implements JsonService {
  readonly name = "dynamodb";
  readonly contentType = "application/x-amz-json-1.0";
  /** By ARN. */
  readonly streams: ReadonlyMap<string, TableStream>;
  readonly #emulator: Emulator;
  /** By name. */
  readonly #tables: ReadonlyMap<string, OpenTable>;

  readonly #actions: Readonly<Record<string, Action>> = {
    GetItem: (input, action) => this.#emulator.call(action, input),
    BatchGetItem: (input, action) => this.#emulator.call(action, input),
    Query: (input, action) => this.#emulator.call(action, input),
    Scan: (input, action) => this.#emulator.call(action, input),
    ListTables: (input, action) => this.#emulator.call(action, input),
    DescribeTable: (input) => this.#describe(input),
    PutItem: (input) => this.#write("PutItem", input),
    UpdateItem: (input) => this.#write("UpdateItem", input),
    DeleteItem: (input) => this.#write("DeleteItem", input),
    BatchWriteItem: (input) => this.#writeBatch(input),
  };

  /** @param emulator Holds the tables; ends with the service. */
  constructor(tables: readonly TableConfiguration[], emulator: Emulator, clock: Clock) {
    this.#emulator = emulator;
    const open = tables.map((configuration) => {
      const { stream } = configuration;
      return { configuration, turns: new Turns(), stream: stream && new TableStream(stream, clock) };
    });
    this.#tables = new Map(open.map((table) => [table.configuration.name, table]));
    this.streams = new Map(open.flatMap(({ stream }) => (stream === undefined ? [] : [[stream.arn, stream]])));
  }

  async call(action: string, input: Record<string, unknown>): Promise<unknown> {
    const run = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (run === undefined) {
      const known = Object.keys(this.#actions).join(", ");
      throw new AwsError("UnknownOperationException", `the local cloud's DynamoDB has no ${action}; it has: ${known}`);
    }
    return run(input, action);
  }

  /** All items of a table as plain objects. @throws AwsError `ResourceNotFoundException` */
  async scan(tableName: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let start: unknown;
    do {
      const page = await this.#emulator.call("Scan", {
        TableName: tableName,
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      items.push(...(page.Items as Record<string, AttributeValue>[]).map((item) => unmarshall(item)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }

  async #describe(input: Input): Promise<Output> {
    const output = await this.#emulator.call("DescribeTable", input);
    const table = this.#tables.get(String(input.TableName));
    return table === undefined ? output : describedTable(table.configuration, output);
  }

  async #write(action: ItemWrite, input: Input): Promise<Output> {
    const table = this.#tables.get(String(input.TableName));
    if (table === undefined) return this.#emulator.call(action, input);
    const { configuration, turns, stream } = table;
    return turns.run(async () => {
      try {
        if (stream === undefined) return await this.#emulator.call(action, input);
        const { output, change } = await writeItem(this.#emulator, configuration, action, input);
        stream.append([change]);
        return output;
      } catch (error) {
        throw await this.#withItem(error, configuration, action, input);
      }
    });
  }

  /** `ReturnValuesOnConditionCheckFailure`: the item that failed the condition comes with the error. */
  async #withItem(error: unknown, table: TableConfiguration, action: ItemWrite, input: Input): Promise<unknown> {
    const failed = error instanceof AwsError && error.name === "ConditionalCheckFailedException";
    if (!failed || input.ReturnValuesOnConditionCheckFailure !== "ALL_OLD") return error;
    const keys = keysOf(table, action === "PutItem" ? input.Item : input.Key);
    const item = await readItem(this.#emulator, table, keys);
    return new AwsError(error.name, error.message, item === undefined ? {} : { members: { Item: item } });
  }

  #writeBatch(input: Input): Promise<Output> {
    const written = batchTables(input)
      .sort()
      .flatMap((name) => this.#tables.get(name) ?? []);
    const tapped = written.filter(({ stream }) => stream !== undefined).map(({ configuration }) => configuration);
    return inTurns(
      written.map(({ turns }) => turns),
      async () => {
        const { output, changes } = await writeBatch(this.#emulator, tapped, input);
        for (const { configuration, stream } of written) {
          stream?.append(changes.flatMap(({ table, change }) => (table === configuration ? change : [])));
        }
        return output;
      },
    );
  }
}
