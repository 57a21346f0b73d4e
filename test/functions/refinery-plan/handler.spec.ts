import assert from "node:assert/strict";
import type { LakeTopic } from "../../../functions/common/lake-topic.ts";
import { ENVELOPE_COLUMNS, REJECTED_COLUMNS, SEMANTIC_ENVELOPE } from "../../../functions/common/lake-topic.ts";
import { createLog } from "../../../functions/common/log.ts";
import type { TablesPage } from "../../../functions/refinery-plan/catalog.ts";
import { createHandler, type RunEvent } from "../../../functions/refinery-plan/handler.ts";
import { columnsDigest } from "../../../functions/refinery-plan/plan.ts";
import type { PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { MemoryBucket } from "../support/memory-bucket.ts";
import { lambdaContext } from "../support/sqs.ts";
import { column, DATABASES } from "./lake.ts";
import { MemoryProgress } from "./memory-progress.ts";

const EVENT: RunEvent = { execution: "4f6b-run_1", startedAt: "2026-01-10T12:00:00.123Z" };

interface Scenario {
  topics?: readonly LakeTopic[];
  /** Topics that have all their tables. */
  made?: readonly string[];
  progress?: MemoryProgress;
  getTables?: (database: string) => Promise<TablesPage>;
  event?: RunEvent;
}

async function run({ topics = [], made = [], progress = new MemoryProgress(), getTables, event = EVENT }: Scenario) {
  const clock = virtualClock(Date.parse(EVENT.startedAt));
  const lines: string[] = [];
  const results = new MemoryBucket("results");
  const table = (Name: string, columns: readonly { name: string; type: string }[]) => ({
    Name,
    Parameters: { metadata_location: `s3://lake/${Name}/1` },
    StorageDescriptor: { Columns: columns.map(({ name, type }) => ({ Name: name, Type: type })) },
  });
  const handler = createHandler({
    topics,
    databases: DATABASES,
    marginSeconds: 7200,
    balanceDays: 7,
    deduplicationDays: undefined,
    clients: {
      getTables: async (database) => {
        if (getTables !== undefined) return getTables(database);
        const names = made.map((topic) => topic.replaceAll("-", "_"));
        const isSemantic = database === DATABASES.semantic;
        const TableList = names.flatMap((name) => [
          table(name, isSemantic ? SEMANTIC_ENVELOPE : ENVELOPE_COLUMNS),
          ...(isSemantic
            ? [table(`${name}_rejected`, REJECTED_COLUMNS), table(`${name}_current`, SEMANTIC_ENVELOPE)]
            : []),
        ]);
        return { TableList };
      },
    },
    progress,
    results,
    clock,
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: {} }),
  });
  const done = handler(event, lambdaContext(clock)).then(
    (answer) => ({ answer, problem: undefined }),
    (error: Error) => ({ answer: undefined, problem: error.message }),
  );
  await clock.advance(60_000);
  const { answer, problem } = await done;
  const text = await results.get(`runs/${EVENT.execution}/plan.json`);
  return { answer, problem, lines, plan: text === undefined ? undefined : (JSON.parse(text) as PlanItem[]) };
}

const topic = (name: string, columns: LakeTopic["columns"] = []): LakeTopic => ({ topic: name, columns });

describe("the refinery-plan's handler", () => {
  it("writes the plan of every topic that has something new", async () => {
    const progress = new MemoryProgress();
    const at = Date.parse(EVENT.startedAt) / 1000 - 900;
    const left = { curated: "s3://lake/idle/1", semantic: "s3://lake/idle/1", rejected: "s3://lake/idle_rejected/1" };
    const complete = {
      at,
      columns: columnsDigest([]),
      raw: "s3://lake/idle/1",
      left,
      balanced: true,
      repair: [],
      since: {},
      days: {},
    };
    progress.items.set("idle", { kind: "PROGRESS", id: "idle", run_at: at * 1000, complete });
    const topics = [topic("idle"), topic("order-events")];
    const { answer, plan } = await run({ topics, made: ["idle", "order-events"], progress });
    assert.deepEqual(answer, { bucket: "results", key: "runs/4f6b-run_1/plan.json", topics: 1, skipped: 1 });
    assert.deepEqual(
      plan?.map(({ topic, refused, metadataLocation, from }) => [topic, refused, metadataLocation, from]),
      [["order-events", null, "s3://lake/order_events/1", 0]],
    );
  });

  it("writes an empty plan where there is nothing to do", async () => {
    const { answer, plan } = await run({});
    assert.deepEqual([answer?.topics, answer?.skipped, plan], [0, 0, []]);
  });

  it("plans the others where a topic is refused, and logs why", async () => {
    const topics = [topic("gone"), topic("orders", [column("a", "int")]), topic("odd", [column("a", "uuid")])];
    const { answer, plan, lines } = await run({ topics, made: ["orders", "odd"] });
    assert.equal(answer?.topics, 3);
    assert.deepEqual(
      plan?.map(({ refused }) => refused === null),
      [false, true, false],
    );
    assert.equal(lines.filter((line) => line.includes("topic not refined")).length, 2);
    assert.match(lines.join(), /topic gone: Glue has no table dev_raw\.gone, dev_curated\.gone/);
  });

  it("throws where Glue fails, and writes no plan", async () => {
    const getTables = async () => {
      throw new Error("ThrottlingException");
    };
    const { problem, plan } = await run({ topics: [topic("orders")], getTables });
    assert.deepEqual([problem, plan], ["ThrottlingException", undefined]);
  });

  it("ends a second before the time-out", async () => {
    const { problem } = await run({ topics: [topic("orders")], getTables: () => new Promise(() => {}) });
    assert.match(problem ?? "", /time for this call has run out/);
  });

  const wrong: (Record<string, unknown> | null)[] = [
    {},
    { ...EVENT, execution: "a/b" },
    { ...EVENT, execution: "" },
    { ...EVENT, startedAt: "today" },
    { ...EVENT, startedAt: undefined },
    { ...EVENT, execution: { toString: null, valueOf: null } },
    { ...EVENT, startedAt: { toString: null, valueOf: null } },
    null,
  ];
  for (const event of wrong) {
    it(`refuses ${JSON.stringify(event)}`, async () => {
      const { problem, plan } = await run({ event: event as unknown as RunEvent });
      assert.match(problem ?? "", /^event: (execution|startedAt): no /);
      assert.equal(plan, undefined);
    });
  }

  it("plans a thousand topics of twenty columns in seconds", async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `topic-${n}`);
    const columns = Array.from({ length: 20 }, (_, n) => column(`c${n}`, "decimal(18,2)"));
    const started = performance.now();
    const { answer } = await run({ topics: names.map((name) => topic(name, columns)), made: names });
    assert.equal(answer?.topics, 1000);
    assert.ok(performance.now() - started < 5000);
  });
});
