import { type GraphResource, ofType, type StackGraph } from "../../graph/types.ts";
import { catalogAsks } from "../asks/glue.ts";
import { type TableFiles, tableFilesOf } from "./table-files.ts";
import { role, service, type WiredCall, wired } from "./wired-call.ts";

/** What AWS asks for in all: https://docs.aws.amazon.com/glue/latest/dg/optimization-prerequisites.html */
const TABLE_ACTIONS = ["glue:GetTable", "glue:UpdateTable"];
const FILE_ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
const LOG_ACTIONS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

const LOG_GROUPS: Readonly<Record<string, string>> = {
  compaction: "iceberg-compaction",
  retention: "iceberg-retention",
  orphan_file_deletion: "iceberg-orphan-file-deletion",
};

/** What Glue's table optimizers do with their role; Glue tries it when an optimizer is made. */
export function glueCalls(graph: StackGraph): WiredCall[] {
  const tables = tableFilesOf(graph);
  return ofType(graph, "aws:glue/catalogTableOptimizer:CatalogTableOptimizer").flatMap((resource) => {
    const { databaseName, tableName } = resource.inputs;
    const files = tables.find(({ database, table }) => database === databaseName && table === tableName);
    return files === undefined ? [] : callsFor(resource, graph, files);
  });
}

function callsFor({ urn, inputs }: GraphResource, graph: StackGraph, files: TableFiles): WiredCall[] {
  const { roleArn } = (inputs.configuration ?? {}) as { roleArn?: string };
  const type = String(inputs.type);
  const caller = role(roleArn, "GlueTableOptimizer");
  const group = `arn:aws:logs:${graph.region}:${graph.account}:log-group:/aws-glue/${LOG_GROUPS[type] ?? type}/logs`;
  const call = (action: string, resource: string) => wired(urn, caller, action, resource);
  return [
    wired(urn, service("glue.amazonaws.com"), "sts:AssumeRole", String(roleArn)),
    ...TABLE_ACTIONS.flatMap((action) => catalogAsks(action, graph, files.database, files.table)).map(
      ({ action, resource }) => call(action, resource),
    ),
    call("s3:ListBucket", files.bucketArn),
    ...FILE_ACTIONS.map((action) => call(action, files.objectArn)),
    ...LOG_ACTIONS.map((action) => call(action, `${group}:log-stream:stream`)),
  ];
}
