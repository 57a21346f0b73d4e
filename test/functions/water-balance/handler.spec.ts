import assert from "node:assert/strict";
import { createLog } from "../../../functions/common/log.ts";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import type { TablesPage } from "../../../functions/refinery-plan/catalog.ts";
import type { PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import type { Counts } from "../../../functions/water-balance/counts.ts";
import { createHandler } from "../../../functions/water-balance/handler.ts";
import type { BalanceEvent } from "../../../functions/water-balance/run.ts";
import { trinoProblems } from "../../support/trino.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { MemoryProgress } from "../refinery-plan/memory-progress.ts";
import { MemoryBucket } from "../support/memory-bucket.ts";
import { lambdaContext } from "../support/sqs.ts";
import { countRows, lostRows, NOON, planItem, whole } from "./fixtures.ts";

const TODAY = "2026-01-10";
const PLAN = "runs/run-1/plan.json";
const MANIFEST = "runs/run-1/map/manifest.json";

interface Scenario {
  items?: readonly PlanItem[];
  /** What each topic's child execution answered. */
  outputs?: Record<string, object>;
  event?: Partial<BalanceEvent>;
  progress?: MemoryProgress;
  getTables?: (database: string) => Promise<TablesPage>;
  /** Rows by metric, all of them old; undefined: the metrics cannot be read. */
  rows?: Record<string, number> | undefined;
  bucket?: (bucket: MemoryBucket) => void;
  startedAt?: number;
}

const counted = (days: Record<string, Counts>, more: object = {}) => ({
  status: "counted",
  metadataLocation: "s3",
  from: 0,
  rows: countRows(days),
  ...more,
});

async function balance(scenario: Scenario) {
  const { items = [], outputs = {}, event = {}, progress = new MemoryProgress(), bucket, startedAt = NOON } = scenario;
  const clock = virtualClock(startedAt + 60_000);
  const lines: string[] = [];
  const metrics: MetricLine[] = [];
  const results = new MemoryBucket("results");
  results.hold(PLAN, JSON.stringify(items));
  const children = Object.entries(outputs).map(([topic, output]) => ({
    Output: JSON.stringify({ topic, ...output }),
    Status: "SUCCEEDED",
  }));
  results.hold(MANIFEST, JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key: "runs/run-1/map/SUCCEEDED_0.json" }] } }));
  results.hold("runs/run-1/map/SUCCEEDED_0.json", JSON.stringify(children));
  bucket?.(results);
  const handler = createHandler({
    databases: { curated: "dev_curated", semantic: "dev_semantic" },
    graceMinutes: 30,
    tolerancePercent: 1,
    balanceDays: 7,
    processorFunction: "p",
    archiveFunction: "a",
    deliveryStream: "s",
    results,
    progress,
    clients: {
      getTables: async (database) => {
        if (scenario.getTables !== undefined) return scenario.getTables(database);
        const names = items.flatMap(({ topic }) => [topic, `${topic}_rejected`]);
        return {
          TableList: names.map((Name) => ({ Name, Parameters: { metadata_location: `s3://${database}/${Name}/2` } })),
        };
      },
      getMetricData: async ({ MetricDataQueries }) => {
        if ("rows" in scenario && scenario.rows === undefined)
          throw Object.assign(new Error("x"), { name: "Throttling" });
        const results = MetricDataQueries.map(({ Id = "" }) => ({
          Id,
          StatusCode: "Complete" as const,
          Timestamps: [new Date(startedAt - 7_200_000)],
          Values: [scenario.rows?.[Id] ?? 0],
        }));
        return { MetricDataResults: results };
      },
    },
    clock,
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: {} }),
    metrics: (line) => metrics.push(line),
  });
  const given: BalanceEvent = {
    execution: "run-1",
    startedAt: new Date(startedAt).toISOString(),
    plan: { bucket: "results", key: PLAN, topics: items.length, skipped: 2 },
    results: { Bucket: "results", Key: MANIFEST },
    ...event,
  };
  const done = handler(given, lambdaContext(clock, 60_000)).then(
    (answer) => ({ answer, problem: undefined }),
    (error: Error) => ({ answer: undefined, problem: error.message }),
  );
  await clock.advance(120_000);
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ...(await done), progress, logged, counts: metrics[0]?.counts, metrics };
}

const about = (logged: Record<string, unknown>[], message: string) => logged.filter((line) => line.message === message);

describe("the water-balance's handler", () => {
  it("says that all is balanced, and leaves what the next run needs", async () => {
    const { answer, counts, metrics, progress, logged } = await balance({
      items: [planItem("orders"), planItem("payments")],
      outputs: {
        orders: counted({ [TODAY]: whole(3, { raw_rows: 4 }) }),
        payments: counted({ [TODAY]: whole(0, { raw_rows: 1, raw_ids: 1, curated_rows: 1, rejected_rows: 1 }) }),
      },
      rows: { forwarded: 5, committed: 5 },
    });
    assert.deepEqual(answer?.summary, { balanced: 4, unequal: 0, notChecked: 0, skipped: 2, unexplained: 0 });
    assert.deepEqual(metrics[0]?.dimensions, { service: "water-balance", function_name: "lean-ops-dev-sqs-processor" });
    assert.deepEqual(counts, {
      RowsUnexplained: 0,
      TopicsNotChecked: 0,
      TopicsUnequal: 0,
      TopicsBalanced: 4,
      RowsRejected: 1,
      RowsDuplicate: 1,
      RowsInFirehose: 0,
      IngestionUnexplained: 0,
      IngestionNotChecked: 0,
    });
    assert.equal(answer?.statements.length, 1);
    for (const sql of answer?.statements ?? []) assert.deepEqual(await trinoProblems(sql), []);
    assert.deepEqual(progress.items.get("orders")?.complete?.left, {
      curated: "s3://dev_curated/orders/2",
      semantic: "s3://dev_semantic/orders/2",
      rejected: "s3://dev_semantic/orders_rejected/2",
    });
    assert.equal(progress.items.get("orders")?.run_at, NOON);
    assert.deepEqual(
      logged().map(({ message }) => message),
      ["balance"],
    );
  });

  it("names what differs in one line a topic, and counts it once it is old", async () => {
    const scenario = {
      items: [planItem("orders")],
      outputs: { orders: counted({ [TODAY]: whole(3, { not_curated: 2 }) }) },
    };
    const first = await balance(scenario);
    assert.deepEqual([first.counts?.RowsUnexplained, first.counts?.TopicsUnequal], [0, 1]);
    assert.deepEqual(
      about(first.logged(), "topic unequal").map(({ topic, days }) => [topic, days]),
      [["orders", { [TODAY]: "2 missing from CURATED" }]],
    );
    const later = await balance({ ...scenario, progress: first.progress, startedAt: NOON + 30 * 60_000 });
    assert.deepEqual([later.counts?.RowsUnexplained, later.answer?.summary.unexplained], [2, 2]);
  });

  it("logs no line of a topic whose rows came during the run", async () => {
    const outputs = { orders: counted({ [TODAY]: whole(3, { not_curated: 2, young: 2 }) }) };
    const { counts, logged } = await balance({ items: [planItem("orders")], outputs });
    assert.equal(counts?.TopicsUnequal, 1);
    assert.deepEqual(
      logged().map(({ message, underWay }) => [message, underWay]),
      [["balance", 1]],
    );
  });

  it("tells of rows that were put back", async () => {
    const outputs = { orders: counted({ [TODAY]: whole(3) }, { lost: lostRows({ [TODAY]: [1, 0] }) }) };
    const { counts } = await balance({ items: [planItem("orders", { lost: "SELECT" })], outputs });
    assert.deepEqual([counts?.RowsUnexplained, counts?.TopicsUnequal], [1, 1]);
  });

  const good = counted({ [TODAY]: whole(3) });
  const unchecked: Record<string, [Partial<Scenario>, step: string, error: RegExp]> = {
    "a topic that was refused": [{ items: [planItem("orders", { refused: "why" })] }, "plan", /^why$/],
    "a statement that failed": [
      { outputs: { orders: { status: "not_checked", step: "curate", error: "QUERY_FAILED" } } },
      "curate",
      /^QUERY_FAILED$/,
    ],
    "a topic without a result": [{ outputs: { other: good } }, "run", /no result of the topic/],
    "a count that is no number": [
      { outputs: { orders: { ...good, rows: [["kind"], ["day"]] } } },
      "count",
      /lacks the columns/,
    ],
    "a count without rows": [{ outputs: { orders: { ...good, rows: countRows({}) } } }, "count", /no day was counted/],
    "a look for lost rows without an answer": [
      { items: [planItem("orders", { lost: "SELECT" })] },
      "count",
      /lost: the answer is no list/,
    ],
    "a Map that failed": [
      { event: { results: null, failed: "States.ItemReaderFailed" } },
      "run",
      /^States.ItemReaderFailed$/,
    ],
    "a Map that did not run": [{ event: { results: undefined } }, "run", /no result of the topic/],
    "a manifest that is gone": [
      { bucket: (bucket) => bucket.objects.delete(MANIFEST) },
      "run",
      /no object runs\/run-1\/map\/manifest/,
    ],
    "a result file that is broken": [
      { bucket: (bucket) => bucket.hold("runs/run-1/map/SUCCEEDED_0.json", "[") },
      "run",
      /JSON/,
    ],
  };
  for (const [what, [given, step, error]] of Object.entries(unchecked)) {
    it(`never takes ${what} for zero`, async () => {
      const { answer, counts, progress, logged } = await balance({
        items: [planItem("orders")],
        outputs: { orders: good },
        ...given,
      });
      assert.deepEqual([counts?.TopicsNotChecked, counts?.TopicsBalanced, answer?.summary.notChecked], [1, 2, 1]);
      assert.deepEqual(
        [progress.items.get("orders")?.failed?.step, progress.items.get("orders")?.complete],
        [step, undefined],
      );
      assert.match(progress.items.get("orders")?.failed?.error ?? "", error);
      assert.equal(about(logged(), "topic not checked").length, 1);
      assert.match(answer?.statements[0] ?? "", /'orders', CAST\(NULL AS DATE\), 'not_checked'/);
    });
  }

  it("counts the other topics where one is not checked", async () => {
    const items = [planItem("orders"), planItem("payments", { refused: "x" })];
    const { counts } = await balance({ items, outputs: { orders: good } });
    assert.deepEqual([counts?.TopicsBalanced, counts?.TopicsNotChecked], [3, 1]);
  });

  it("keeps what is known of the last complete run where a topic is not checked", async () => {
    const first = await balance({
      items: [planItem("orders")],
      outputs: { orders: counted({ [TODAY]: whole(3, { repeated: 1 }) }) },
    });
    const { progress } = await balance({
      items: [planItem("orders")],
      progress: first.progress,
      startedAt: NOON + 900_000,
    });
    const { complete, failed } = progress.items.get("orders") ?? {};
    assert.deepEqual([complete?.at, complete?.since, failed?.step], [NOON / 1000, { [TODAY]: NOON / 1000 }, "run"]);
  });

  for (const [what, event] of Object.entries({
    "no plan": { plan: null },
    "a plan that is gone": { plan: { key: "x", skipped: 0 } },
  })) {
    it(`takes ${what} for no topic checked`, async () => {
      const { counts, answer, logged } = await balance({ event: { ...event, failed: "the plan failed" } });
      assert.deepEqual([counts?.TopicsNotChecked, answer?.statements], [1, []]);
      assert.equal(about(logged(), "balance")[0]?.problem, "the plan failed");
    });
  }

  it("takes what failed for a reason, whatever it is", async () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    for (const [failed, problem] of [
      [deep, "an object"],
      [{ Error: "E" }, '{"Error":"E"}'],
      [7, "7"],
    ]) {
      const event = { results: null, failed: failed as string };
      const { progress, counts, logged } = await balance({ items: [planItem("orders")], event });
      assert.equal(counts?.TopicsNotChecked, 1);
      assert.equal(progress.items.get("orders")?.failed?.error, problem);
      assert.equal(about(logged(), "balance")[0]?.problem, problem);
    }
  });

  it("has nothing to do for an empty plan", async () => {
    const { counts, answer } = await balance({ event: { results: undefined } });
    assert.deepEqual([counts?.TopicsNotChecked, counts?.TopicsBalanced, answer?.statements], [0, 2, []]);
  });

  it("throws where it cannot know what was before", async () => {
    const progress = new MemoryProgress();
    progress.read = async () => {
      throw new Error("ThrottlingException");
    };
    const { problem, metrics } = await balance({ progress });
    assert.deepEqual([problem, metrics], ["ThrottlingException", []]);
  });

  it("takes a topic of which it cannot keep what it found for unchecked", async () => {
    const progress = new MemoryProgress();
    progress.completed = async () => {
      throw Object.assign(new Error("x"), { name: "InternalServerError" });
    };
    const { counts, logged } = await balance({ items: [planItem("orders")], outputs: { orders: good }, progress });
    assert.deepEqual([counts?.TopicsNotChecked, counts?.TopicsBalanced], [1, 2]);
    assert.deepEqual(about(logged(), "progress not kept")[0]?.errors, { InternalServerError: 1 });
  });

  it("does not overwrite what a later run has found", async () => {
    const later = await balance({ items: [planItem("orders")], outputs: { orders: good }, startedAt: NOON + 900_000 });
    const before = structuredClone(later.progress.items);
    const { progress, logged } = await balance({ items: [planItem("orders")], progress: later.progress });
    assert.deepEqual(progress.items, before);
    assert.equal(about(logged(), "a later run was faster").length, 1);
  });

  it("leaves no word of the tables where Glue fails, so that the next run looks at them", async () => {
    const getTables = async () => {
      throw new Error("x");
    };
    const { progress, counts } = await balance({ items: [planItem("orders")], outputs: { orders: good }, getTables });
    assert.deepEqual([counts?.TopicsBalanced, progress.items.get("orders")?.complete?.left], [3, undefined]);
  });

  it("leaves no word of tables that are not all there", async () => {
    const getTables = async () => ({ TableList: [{ Name: "orders", Parameters: { metadata_location: "s3://x" } }] });
    const { progress } = await balance({ items: [planItem("orders")], outputs: { orders: good }, getTables });
    assert.equal(progress.items.get("orders")?.complete?.left, undefined);
  });

  it("says by itself that the metrics could not be read, and nothing of what they would say", async () => {
    const { counts, logged } = await balance({
      items: [planItem("orders")],
      outputs: { orders: good },
      rows: undefined,
    });
    assert.deepEqual([counts?.IngestionNotChecked, counts?.TopicsBalanced], [1, 3]);
    assert.ok(!("RowsInFirehose" in (counts ?? {})) && !("IngestionUnexplained" in (counts ?? {})));
    assert.equal(about(logged(), "ingestion not checked").length, 1);
  });

  it("takes what is no count of skipped topics for none", async () => {
    for (const skipped of ["2", -1, 0.5, null]) {
      const plan = { bucket: "results", key: PLAN, topics: 0, skipped: skipped as number };
      assert.deepEqual((await balance({ event: { plan } })).answer?.summary.skipped, 0);
    }
  });

  it("compares what was forwarded with RAW, of the skipped topics too, yesterday and today", async () => {
    const days = { [TODAY]: whole(60), "2026-01-09": whole(30), "2026-01-08": whole(500), none: whole(7) };
    const { progress } = await balance({
      items: [planItem("idle")],
      outputs: { idle: counted({ [TODAY]: whole(10) }) },
    });
    const scenario = { items: [planItem("orders")], outputs: { orders: counted(days) }, startedAt: NOON + 900_000 };
    const even = await balance({
      ...scenario,
      progress: structuredCopy(progress),
      rows: { forwarded: 100, committed: 100 },
    });
    assert.equal(even.counts?.IngestionUnexplained, 0);
    assert.match(JSON.stringify(about(even.logged(), "balance")), /"raw":100\b/);
    const uneven = await balance({
      ...scenario,
      progress: structuredCopy(progress),
      rows: { forwarded: 120, committed: 120 },
    });
    assert.equal(uneven.counts?.IngestionUnexplained, 20);
    const partly = await balance({
      ...scenario,
      items: [...scenario.items, planItem("x")],
      progress: structuredCopy(progress),
      rows: { forwarded: 120, committed: 120 },
    });
    assert.equal(partly.counts?.IngestionUnexplained, 0);
  });

  it("refuses an event that is not the state machine's", async () => {
    assert.match((await balance({ event: { startedAt: "now" } })).problem ?? "", /^event: startedAt/);
  });
});

function structuredCopy({ items }: MemoryProgress): MemoryProgress {
  const copy = new MemoryProgress();
  for (const [topic, item] of items) copy.items.set(topic, structuredClone(item));
  return copy;
}
