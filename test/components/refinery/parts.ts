import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as glue from "@pulumi/aws/glue/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import { QueryWorkgroup } from "../../../components/query-workgroup.ts";
import { Refinery } from "../../../components/refinery.ts";
import { type Layer, namesFor } from "../../../settings/names.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed } from "../../../settings/settings.ts";
import { inputsOf, PLACEMENT, type Registration, registrations } from "../../support/mocks.ts";
import { ACCESS_LOGS, FUNCTION_DEFAULTS, KEYS } from "../../support/security.ts";

const names = namesFor("lean-ops", "test");

/** What the lake gives the refinery and the water balance. */
export function lakeParts() {
  const database = (layer: Layer) => new glue.CatalogDatabase(layer, { name: names.database(layer) });
  const settings = completed(settingsSchema.parse({ topics: { orders: {} } }));
  return {
    bucket: new s3.Bucket("lake", { bucket: "lean-ops-test-lake" }),
    databases: { raw: database("raw"), curated: database("curated"), semantic: database("semantic") },
    queries: new QueryWorkgroup("queries", {
      names: { ...names, queryBucket: () => "lean-ops-test-queries" },
      settings,
      placement: PLACEMENT,
      key: KEYS.data,
      accessLogs: ACCESS_LOGS,
    }),
    progress: new dynamodb.Table("progress", { name: names.refineryTable }),
  };
}

/** The refinery of a stack with these settings. */
export function refineryOf(given: object = {}, preview = false): Promise<Registration[]> {
  const topics = { orders: { columns: { amount: "int" }, required: ["amount"] }, payments: {} };
  const settings = completed(settingsSchema.parse({ topics, ...given }));
  const program = () => {
    new Refinery("refinery", {
      names,
      settings,
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      dataKey: KEYS.data,
      lake: lakeParts(),
      waterBalance: new lambda.Function("balance", { name: names.functionName("water-balance"), role: "arn" }),
    });
  };
  return registrations(program, { preview });
}

export type Statement = Readonly<Record<"Action" | "Resource" | "Condition", unknown>>;

/** Those of a role's policy, by their ids. */
export function statementsOf(found: readonly Registration[], policy: string): Record<string, Statement> {
  const { policy: text } = inputsOf(found, "aws:iam/rolePolicy:RolePolicy")[policy] ?? {};
  const { Statement } = JSON.parse(text) as { Statement: (Statement & { Sid: string })[] };
  return Object.fromEntries(Statement.map((statement) => [statement.Sid, statement]));
}
