import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { CIRCUIT_KEY, type TransitionItem } from "../common/circuit.ts";
import type { Circuit } from "./circuit.ts";
import type { Within } from "./invocation.ts";
import { MAPPING_KIND, type SavedMapping } from "./mapping.ts";
import type { Store, Survey } from "./store.ts";

const LEASE_KEY = { kind: "LEASE", id: "mappings" } as const;

const TRANSITION_KIND: TransitionItem["kind"] = "TRANSITION";

const EXISTS = "attribute_exists(#kind)";
const IS_NEW = "attribute_not_exists(#kind)";

type Key = Readonly<Record<"kind" | "id", string>>;

/** By name in the expressions, without the colon. */
type Values = Readonly<Record<string, unknown>>;

interface Update {
  set?: Values;
  remove?: readonly string[];
  condition: string;
  /** Of the condition. */
  values?: Values;
}

/** The circuit table in DynamoDB. Attributes go by placeholders, since any name may be one of its reserved words. */
export function tableStore(client: DynamoDBClient, table: string, within: Within): Store {
  const update = (key: Key, { set = {}, remove = [], condition, values = {} }: Update) => {
    const sets = Object.keys(set).map((name) => `#${name} = :new_${name}`);
    const removals = remove.map((name) => `#${name}`);
    const clauses = [
      ...(sets.length === 0 ? [] : [`SET ${sets.join(", ")}`]),
      ...(removals.length === 0 ? [] : [`REMOVE ${removals.join(", ")}`]),
    ];
    const UpdateExpression = clauses.join(" ");
    const command = new UpdateItemCommand({
      TableName: table,
      Key: marshall(key),
      UpdateExpression,
      ...conditional(condition, { ...prefixed(":new_", set), ...prefixed(":", values) }, UpdateExpression),
    });
    return unlessConditionFails(within((abortSignal) => client.send(command, { abortSignal })));
  };

  const put = (item: object, condition: string, values: Values = {}) => {
    const Item = marshall(item, MARSHALL);
    const command = new PutItemCommand({ TableName: table, Item, ...conditional(condition, prefixed(":", values)) });
    return unlessConditionFails(within((abortSignal) => client.send(command, { abortSignal })));
  };

  const get = async <T>(key: Key): Promise<T | undefined> => {
    const command = new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true });
    const { Item } = await within((abortSignal) => client.send(command, { abortSignal }));
    return Item && (unmarshall(Item) as T);
  };

  const query = (kind: string, input: Partial<QueryCommandInput>) => {
    const command = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "#kind = :kind",
      ExpressionAttributeNames: { "#kind": "kind" },
      ExpressionAttributeValues: marshall({ ":kind": kind }),
      ...input,
    });
    return within((abortSignal) => client.send(command, { abortSignal }));
  };

  const mapping = (id: string) => ({ kind: MAPPING_KIND, id });

  return {
    read: () => get<Circuit>(CIRCUIT_KEY),
    write: (circuit) =>
      circuit.version === 1
        ? put(circuit, IS_NEW)
        : put(circuit, "#version = :version", { version: circuit.version - 1 }),
    async note(transition) {
      await put(transition, IS_NEW);
    },
    async transitions(Limit) {
      const { Items = [] } = await query(TRANSITION_KIND, { ScanIndexForward: false, Limit });
      return Items.map((item) => {
        const { from, to, at, reason } = unmarshall(item) as TransitionItem;
        return { from, to, at, reason };
      });
    },

    async saved() {
      const all: SavedMapping[] = [];
      let ExclusiveStartKey: QueryCommandInput["ExclusiveStartKey"];
      do {
        const { Items = [], LastEvaluatedKey } = await query(MAPPING_KIND, { ExclusiveStartKey });
        all.push(...Items.map((item) => unmarshall(item) as SavedMapping));
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return all;
    },
    async save(item) {
      await put(item, IS_NEW);
    },
    async ask(id, asked_at) {
      await update(mapping(id), { set: { asked_at }, remove: ["scaling"], condition: EXISTS });
    },
    async unask(id) {
      await update(mapping(id), { remove: ["asked_at"], condition: EXISTS });
    },
    async scale(id, was) {
      await update(mapping(id), { set: { scaling: { was } }, condition: EXISTS });
    },
    async unscale(id) {
      await update(mapping(id), { remove: ["scaling"], condition: EXISTS });
    },
    async forget(id) {
      const command = new DeleteItemCommand({ TableName: table, Key: marshall(mapping(id)) });
      await within((abortSignal) => client.send(command, { abortSignal }));
    },

    acquire: (holder, until, now) =>
      update(LEASE_KEY, {
        set: { holder, until },
        // The SDK repeats a call whose answer was lost.
        condition: "attribute_not_exists(#until) OR #until < :until OR #holder = :holder",
        values: { until: now, holder },
      }),
    async report(holder, survey) {
      await update(LEASE_KEY, { set: { survey }, condition: "#holder = :holder", values: { holder } });
    },
    async release(holder) {
      await update(LEASE_KEY, { set: { until: 0 }, condition: "#holder = :holder", values: { holder } });
    },
    async survey() {
      return (await get<{ survey?: Survey }>(LEASE_KEY))?.survey;
    },
  };
}

const MARSHALL = { removeUndefinedValues: true };

/** DynamoDB refuses a name that no expression has, and an empty list of values. */
function conditional(ConditionExpression: string, values: Values, otherExpression = "") {
  const names = `${ConditionExpression} ${otherExpression}`.matchAll(/#(\w+)/g);
  return {
    ConditionExpression,
    ExpressionAttributeNames: Object.fromEntries(Array.from(names, ([placeholder, name = ""]) => [placeholder, name])),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: marshall(values, MARSHALL) }),
  };
}

function prefixed(prefix: string, values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

async function unlessConditionFails(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
