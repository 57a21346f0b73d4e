import { AwsError } from "../../api/errors.ts";
import { parseStatement, type Statement } from "../../athena/sql/statement.ts";
import { ofType, type StackGraph } from "../../graph/types.ts";
import { type TableFiles, tableFilesOf } from "../wiring/table-files.ts";
import { type Ask, ask, type JsonAsks, text } from "./ask.ts";
import { catalogAsks } from "./glue.ts";

/** Of the results' place: https://docs.aws.amazon.com/athena/latest/ug/querying.html#query-results-specify-location */
const RESULT_BUCKET_ACTIONS = ["s3:GetBucketLocation", "s3:ListBucket"];

const OF_A_WORKGROUP = new Set(["GetQueryExecution", "GetQueryResults", "StopQueryExecution", "GetWorkGroup"]);

/** What each statement does to the table that it names, besides what it does to those that it reads. */
const WRITES: Readonly<Record<Statement["kind"], { catalog: string[]; files: string[] }>> = {
  SELECT: { catalog: [], files: [] },
  INSERT: { catalog: ["glue:UpdateTable"], files: ["s3:PutObject"] },
  UPDATE: { catalog: ["glue:UpdateTable"], files: ["s3:PutObject"] },
  DELETE: { catalog: ["glue:UpdateTable"], files: ["s3:PutObject"] },
  MERGE: { catalog: ["glue:UpdateTable"], files: ["s3:PutObject"] },
  ALTER_TABLE: { catalog: ["glue:UpdateTable"], files: ["s3:PutObject"] },
  CREATE_VIEW: { catalog: ["glue:CreateTable", "glue:UpdateTable"], files: [] },
  DROP_VIEW: { catalog: ["glue:DeleteTable"], files: [] },
};

/**
 * What a call to Athena asks for. A query is Athena's, and what it reads and writes is asked of Glue and S3 in the name
 * of whoever starts it (https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html,
 * https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-data-security.html is silent about single calls [?]).
 */
export function athenaAsks(graph: StackGraph): JsonAsks {
  const tables = new Map(tableFilesOf(graph).map((files) => [`${files.database}.${files.table}`, files]));
  const outputs = new Map(
    ofType(graph, "aws:athena/workgroup:Workgroup").map(({ state, inputs }) => [String(state.name), outputOf(inputs)]),
  );
  /** By a query's id is not known here in which workgroup it is: it is asked of the one that it was started in last. */
  let last = "primary";
  const workgroup = (name: string) => `arn:aws:athena:${graph.region}:${graph.account}:workgroup/${name}`;
  return (action, input) => {
    if (action === "StartQueryExecution") {
      last = text(input.WorkGroup) || "primary";
      const context = (input.QueryExecutionContext ?? {}) as Record<string, unknown>;
      const given = (input.ResultConfiguration ?? {}) as Record<string, unknown>;
      return [
        ask("athena:StartQueryExecution", workgroup(last)),
        ...resultAsks(outputs.get(last) ?? text(given.OutputLocation), "s3:PutObject"),
        ...queryAsks(graph, tables, text(input.QueryString), text(context.Database).toLowerCase()),
      ];
    }
    if (!OF_A_WORKGROUP.has(action)) return undefined;
    const name = action === "GetWorkGroup" ? text(input.WorkGroup) : last;
    const read = action === "GetQueryResults" ? resultAsks(outputs.get(name) ?? "", "s3:GetObject") : [];
    return [ask(`athena:${action}`, workgroup(name)), ...read];
  };
}

function outputOf({ configuration }: Record<string, unknown>): string | undefined {
  const { resultConfiguration } = (configuration ?? {}) as { resultConfiguration?: { outputLocation?: string } };
  return resultConfiguration?.outputLocation;
}

function resultAsks(location: string, action: string): Ask[] {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(location) ?? [];
  if (bucket === undefined) return [];
  const arn = `arn:aws:s3:::${bucket}`;
  const file = [arn, prefix, "result.csv"].filter((part) => part !== "").join("/");
  return [...RESULT_BUCKET_ACTIONS.map((one) => ask(one, arn)), ask(action, file)];
}

function queryAsks(graph: StackGraph, tables: ReadonlyMap<string, TableFiles>, sql: string, fallback: string): Ask[] {
  let statement: Statement;
  try {
    statement = parseStatement(sql);
  } catch (error) {
    // What is no statement touches nothing, and Athena says why it is none.
    if (error instanceof AwsError) return [];
    throw error;
  }
  const read = statement.mentions.flatMap(({ database, name }) => {
    const files = tables.get(`${database ?? fallback}.${name}`);
    return files === undefined ? [] : [files];
  });
  const target = "table" in statement ? statement.table : "view" in statement ? statement.view : undefined;
  return [
    ...[...new Set(read)].flatMap((files) => readAsks(graph, files)),
    ...(target === undefined
      ? []
      : writeAsks(graph, tables, statement.kind, { database: target.database ?? fallback, name: target.name })),
  ];
}

function readAsks(graph: StackGraph, { database, table, bucketArn, objectArn }: TableFiles): Ask[] {
  return [
    ...catalogAsks("glue:GetDatabase", graph, database),
    ...catalogAsks("glue:GetTable", graph, database, table),
    ask("s3:GetBucketLocation", bucketArn),
    ask("s3:ListBucket", bucketArn),
    ask("s3:GetObject", objectArn),
  ];
}

function writeAsks(
  graph: StackGraph,
  tables: ReadonlyMap<string, TableFiles>,
  kind: Statement["kind"],
  { database, name }: { database: string; name: string },
): Ask[] {
  const { catalog, files } = WRITES[kind];
  const written = tables.get(`${database}.${name}`);
  return [
    ...catalog.flatMap((action) => catalogAsks(action, graph, database, name)),
    ...(written === undefined ? [] : [...readAsks(graph, written), ...files.map((one) => ask(one, written.objectArn))]),
  ];
}
