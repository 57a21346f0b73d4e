import { Inputs, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import {
  type IndexConfiguration,
  type KeySchema,
  STREAM_VIEW_TYPES,
  type StreamConfiguration,
  type TableConfiguration,
} from "./configuration.ts";

const TABLE = "aws:dynamodb/table:Table";

/** Inputs of `dynamodb.TableArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  billingMode: "throughput is not metered, so nothing is throttled for it",
  readCapacity: "as billingMode",
  writeCapacity: "as billingMode",
  "globalSecondaryIndexes.readCapacity": "as billingMode",
  "globalSecondaryIndexes.writeCapacity": "as billingMode",
  tableClass: "as billingMode",
  ttl: "items stay; AWS deletes them within a few days of their time, and a run is shorter",
  pointInTimeRecovery: "the tables end with the run",
  deletionProtectionEnabled: "as pointInTimeRecovery",
  serverSideEncryption: "items never leave this machine's memory",
  region: "the whole stack is in one region, which the ARN names",
  tags: "nothing reads them",
};

/**
 * The configurations of a stack's tables, as `CreateTable` would take them
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).
 *
 * @throws ResourceError with every problem of every table: what AWS would refuse, local secondary indexes, replicas, any other
 *   input that is not known here.
 */
export function tablesOf(graph: StackGraph): TableConfiguration[] {
  const problems: string[] = [];
  const tables = ofType(graph, TABLE).map((resource) => readTable(resource, problems));
  refuseAll(problems);
  return tables;
}

function readTable(resource: GraphResource, problems: string[]) {
  const { state } = resource;
  const inputs = Inputs.of(resource, problems);
  inputs.only(
    ["name", "attributes", "hashKey", "rangeKey", "globalSecondaryIndexes", "streamEnabled", "streamViewType"],
    ignoredInputs,
  );
  checkThroughput(inputs);
  const table: TableConfiguration = {
    name: inputs.text("name", /^[a-zA-Z0-9_.-]{3,255}$/),
    arn: String(state.arn),
    attributes: readAttributes(inputs),
    keys: readKeys(inputs),
    globalSecondaryIndexes: inputs.list("globalSecondaryIndexes").map(readIndex),
    stream: readStream(inputs, state),
  };
  checkAttributes(table, inputs);
  return table;
}

function checkThroughput(inputs: Inputs): void {
  const provisioned = inputs.choice("billingMode", ["PROVISIONED", "PAY_PER_REQUEST"]) === "PROVISIONED";
  for (const capacity of ["readCapacity", "writeCapacity"]) {
    if (provisioned !== (inputs.value(capacity) !== undefined)) {
      inputs.refuse(capacity, provisioned ? "is required where throughput is provisioned" : "must be absent on demand");
    }
  }
}

function readAttributes(inputs: Inputs): TableConfiguration["attributes"] {
  const attributes = inputs.list("attributes").map((attribute) => {
    attribute.only(["name", "type"]);
    return [attribute.text("name", ATTRIBUTE_NAME), attribute.choice("type", ["S", "N", "B"])];
  });
  return Object.fromEntries(attributes);
}

const ATTRIBUTE_NAME = /^.{1,255}$/;

function readKeys(inputs: Inputs): KeySchema {
  return {
    hash: inputs.text("hashKey", ATTRIBUTE_NAME),
    range: inputs.value("rangeKey") === undefined ? undefined : inputs.text("rangeKey", ATTRIBUTE_NAME),
  };
}

function readIndex(index: Inputs): IndexConfiguration {
  index.only(["name", "hashKey", "rangeKey", "projectionType", "nonKeyAttributes"], ignoredInputs);
  const nonKeyAttributes = index.value("nonKeyAttributes") ?? [];
  return {
    name: index.text("name", /^[a-zA-Z0-9_.-]{3,255}$/),
    keys: readKeys(index),
    projection: index.choice("projectionType", ["ALL", "INCLUDE", "KEYS_ONLY"]),
    nonKeyAttributes: Array.isArray(nonKeyAttributes) ? nonKeyAttributes.map(String) : [],
  };
}

function readStream(inputs: Inputs, state: GraphResource["state"]): StreamConfiguration | undefined {
  if (inputs.value("streamEnabled") !== true) {
    if (inputs.value("streamViewType")) inputs.refuse("streamViewType", "the stream is not enabled");
    return undefined;
  }
  if (!inputs.value("streamViewType")) inputs.refuse("streamViewType", "is required where the stream is enabled");
  return {
    arn: String(state.streamArn),
    label: String(state.streamLabel),
    viewType: inputs.choice("streamViewType", STREAM_VIEW_TYPES),
  };
}

/** Every key attribute is defined, and nothing else is. */
function checkAttributes({ attributes, keys, globalSecondaryIndexes }: TableConfiguration, inputs: Inputs): void {
  const schemas = [keys, ...globalSecondaryIndexes.map((index) => index.keys)];
  const used = new Set(schemas.flatMap(({ hash, range }) => (range === undefined ? [hash] : [hash, range])));
  for (const name of used) {
    if (!Object.hasOwn(attributes, name)) inputs.refuse("attributes", `the key attribute ${name} is not defined`);
  }
  for (const name of Object.keys(attributes)) {
    if (!used.has(name)) inputs.refuse("attributes", `${name} is no key of the table or of an index`);
  }
}
