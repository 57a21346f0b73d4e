import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "aws-lambda";
import { bundle } from "../../../components/bundle.ts";
import { bucketOf } from "../../../functions/common/bucket.ts";
import { systemClock } from "../../../functions/common/clock.ts";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS, SEMANTIC_ENVELOPE } from "../../../functions/common/lake-topic.ts";
import type { RunEvent } from "../../../functions/refinery-plan/handler.ts";
import type { PlanAnswer, PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import { progressOf } from "../../../functions/refinery-plan/progress.ts";
import { setEnvironment } from "../support/environment.ts";
import { withOutput } from "../support/output.ts";
import { openS3, type S3 } from "../support/s3.ts";
import { lambdaContext } from "../support/sqs.ts";
import { type JsonServices, openJsonServices } from "./json-services.ts";
import { column, DATABASES } from "./lake.ts";
import { openRefineryTable, type RefineryTable } from "./refinery-table.ts";

const RUN = Date.UTC(2026, 0, 10, 12);
const TOPICS = [{ topic: "order-events", columns: [column("amount", "decimal(18,2)")] }];

describe("the refinery-plan's entry", () => {
  let glue: JsonServices;
  let s3: S3;
  let table: RefineryTable;
  let directory: string;
  let restore: () => void;
  let handler: (event: RunEvent, context: Context) => Promise<PlanAnswer>;

  before(async () => {
    const described = (Name: string, columns: readonly { name: string; type: string }[]) => ({
      Name,
      Parameters: { metadata_location: "s3://lake/1" },
      StorageDescriptor: { Columns: columns.map(({ name, type }) => ({ Name: name, Type: type })) },
    });
    const { raw, curated } = DATABASES;
    glue = await openJsonServices({
      GetTables: ({ DatabaseName, NextToken }) => {
        if (DatabaseName === raw || DatabaseName === curated) {
          return { TableList: [described("order_events", ENVELOPE_COLUMNS)] };
        }
        return NextToken === undefined
          ? { TableList: [described("order_events", SEMANTIC_ENVELOPE)], NextToken: "2" }
          : { TableList: [described("order_events_rejected", REJECTED_COLUMNS)] };
      },
    });
    [s3, table] = await Promise.all([openS3("results"), openRefineryTable()]);
    restore = setEnvironment({
      AWS_ENDPOINT_URL: glue.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      RAW_DATABASE: DATABASES.raw,
      CURATED_DATABASE: DATABASES.curated,
      SEMANTIC_DATABASE: DATABASES.semantic,
      REFINERY_TABLE: table.name,
      RESULTS_BUCKET: "results",
      MARGIN_SECONDS: "7200",
      BALANCE_DAYS: "7",
    });
    // As it is deployed, since what it knows of topics lies beside its bundle.
    directory = await mkdtemp(join(tmpdir(), "refinery-plan-"));
    const files = bundle("functions/refinery-plan/index.ts", { extraFiles: { "topics.json": JSON.stringify(TOPICS) } });
    for (const [path, content] of Object.entries(files)) await writeFile(join(directory, path), content);
    ({ handler } = await import(pathToFileURL(join(directory, "index.mjs")).href));
  });
  after(async () => {
    restore();
    glue.close();
    await Promise.all([s3.close(), table.close(), rm(directory, { recursive: true })]);
  });

  it("reads Glue and the refinery's table, and writes the plan", async () => {
    const { signal } = new AbortController();
    const complete = { at: RUN / 1000 - 900, columns: "x", raw: null, balanced: true, repair: [], since: {}, days: {} };
    await progressOf(table.client, table.name).completed("order-events", RUN - 1, complete, signal);
    const event = { execution: "run-1", startedAt: new Date(RUN).toISOString() };
    const { result: answer, output } = await withOutput(() => handler(event, lambdaContext(systemClock)));
    assert.deepEqual(
      output.map((line) => JSON.parse(line).message),
      ["planned"],
    );
    assert.deepEqual(answer, { bucket: "results", key: "runs/run-1/plan.json", topics: 1, skipped: 0 });
    const plan = JSON.parse((await bucketOf(s3.client, "results").get(answer.key, signal)) ?? "") as PlanItem[];
    assert.deepEqual(
      plan.map(({ topic, from, refused }) => [topic, from, refused]),
      [["order-events", RUN / 1000 - 900 - 7200, null]],
    );
    assert.match(plan[0]?.ddl[0] ?? "", /ADD COLUMNS \(`amount` decimal\(18,2\)\)/);
    assert.deepEqual(new Set(glue.calls.map(({ target }) => target)), new Set(["AWSGlue.GetTables"]));
  });
});
