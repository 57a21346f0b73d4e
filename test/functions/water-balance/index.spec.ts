import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";
import { systemClock } from "../../../functions/common/clock.ts";
import { progressOf } from "../../../functions/refinery-plan/progress.ts";
import type { BalanceAnswer } from "../../../functions/water-balance/handler.ts";
import type { BalanceEvent } from "../../../functions/water-balance/run.ts";
import { type JsonServices, openJsonServices } from "../refinery-plan/json-services.ts";
import { openRefineryTable, type RefineryTable } from "../refinery-plan/refinery-table.ts";
import { setEnvironment } from "../support/environment.ts";
import { withOutput } from "../support/output.ts";
import { openS3, type S3 } from "../support/s3.ts";
import { lambdaContext } from "../support/sqs.ts";
import { countRows, NOON, planItem, whole } from "./fixtures.ts";

describe("the water-balance's entry", () => {
  let services: JsonServices;
  let s3: S3;
  let table: RefineryTable;
  let restore: () => void;
  let handler: (event: BalanceEvent, context: Context) => Promise<BalanceAnswer>;

  before(async () => {
    services = await openJsonServices({
      GetTables: () => ({
        TableList: ["orders", "orders_rejected"].map((Name) => ({
          Name,
          Parameters: { metadata_location: `s3://${Name}` },
        })),
      }),
      GetMetricData: ({ MetricDataQueries }) => ({
        MetricDataResults: (MetricDataQueries as { Id: string }[]).map(({ Id }) => {
          const rows = Id === "forwarded" || Id === "committed" ? 3 : 0;
          return { Id, Label: Id, StatusCode: "Complete", Timestamps: [NOON / 1000 - 7200], Values: [rows] };
        }),
      }),
    });
    [s3, table] = await Promise.all([openS3("results"), openRefineryTable()]);
    restore = setEnvironment({
      AWS_ENDPOINT_URL: services.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      CURATED_DATABASE: "dev_curated",
      SEMANTIC_DATABASE: "dev_semantic",
      REFINERY_TABLE: table.name,
      RESULTS_BUCKET: "results",
      GRACE_MINUTES: "30",
      TOLERANCE_PERCENT: "1",
      BALANCE_DAYS: "7",
      PROCESSOR_FUNCTION: "lean-ops-dev-sqs-processor",
      ARCHIVE_FUNCTION: "lean-ops-dev-dlq-processor",
      DELIVERY_STREAM: "lean-ops-dev-events",
    });
    ({ handler } = await import("../../../functions/water-balance/index.ts"));
  });
  after(async () => {
    restore();
    services.close();
    await Promise.all([s3.close(), table.close()]);
  });

  it("reads the run's files, Glue and CloudWatch, and keeps what it found", async () => {
    const put = (Key: string, content: unknown) =>
      s3.client.send(new PutObjectCommand({ Bucket: "results", Key, Body: JSON.stringify(content) }));
    const counted = { topic: "orders", status: "counted", rows: countRows({ "2026-01-10": whole(3) }) };
    await put("plan.json", [planItem("orders")]);
    await put("manifest.json", { ResultFiles: { SUCCEEDED: [{ Key: "SUCCEEDED_0.json" }] } });
    await put("SUCCEEDED_0.json", [{ Output: JSON.stringify(counted), Status: "SUCCEEDED" }]);
    const event: BalanceEvent = {
      execution: "run-1",
      startedAt: new Date(NOON).toISOString(),
      plan: { bucket: "results", key: "plan.json", topics: 1, skipped: 0 },
      results: { Bucket: "results", Key: "manifest.json" },
    };
    const { result, output } = await withOutput(() => handler(event, lambdaContext(systemClock)));
    const { statements, summary } = result;
    assert.equal(JSON.parse(output.at(-1) ?? "").TopicsBalanced, 1);
    assert.deepEqual(summary, { balanced: 1, unequal: 0, notChecked: 0, skipped: 0, unexplained: 0 });
    assert.equal(statements.length, 1);
    const items = await progressOf(table.client, table.name).read(new AbortController().signal);
    assert.deepEqual(items.get("orders")?.complete?.left, {
      curated: "s3://orders",
      semantic: "s3://orders",
      rejected: "s3://orders_rejected",
    });
    assert.ok(services.calls.some(({ target }) => target === "GraniteServiceVersion20100801.GetMetricData"));
  });
});
