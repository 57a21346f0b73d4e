import assert from "node:assert/strict";
import {
  ENVELOPE_COLUMNS,
  type LakeColumn,
  REJECTED_COLUMNS,
  SEMANTIC_ENVELOPE,
} from "../../../functions/common/lake-topic.ts";
import type { CatalogTable } from "../../../functions/refinery-plan/catalog.ts";
import { columnsDigest, type PlanOptions, planTopic, type TopicState } from "../../../functions/refinery-plan/plan.ts";
import type { PlanItem } from "../../../functions/refinery-plan/plan-item.ts";
import type { Complete, Progress } from "../../../functions/refinery-plan/progress.ts";
import { hiveProblems, trinoProblems } from "../../support/trino.ts";
import { column, DATABASES } from "./lake.ts";

const NOON = Date.UTC(2026, 0, 10, 12);
const HOUR = 3600;
const OPTIONS: PlanOptions = {
  databases: DATABASES,
  startedAt: NOON,
  marginSeconds: 2 * HOUR,
  balanceDays: 7,
  deduplicationDays: undefined,
};
const COLUMNS = [column("amount", "decimal(18,2)"), column("user_id", "string", { required: true })];

type Column = { name: string; type: string };

/** Glue's tables of the topic `order-events`, with the view as the refinery makes it. */
function glue(columns: readonly Column[] = COLUMNS) {
  const table = (name: string, of: readonly Column[]): [string, CatalogTable] => [
    name,
    { columns: of.map((one) => ({ name: one.name, type: one.type })), metadataLocation: `s3://lake/${name}/1` },
  ];
  const semantic = [...SEMANTIC_ENVELOPE, ...columns];
  return {
    raw: new Map([table("order_events", ENVELOPE_COLUMNS)]),
    curated: new Map([table("order_events", ENVELOPE_COLUMNS)]),
    semantic: new Map([
      table("order_events", semantic),
      table("order_events_rejected", REJECTED_COLUMNS),
      table("order_events_current", semantic),
    ]),
  };
}

function progress(given: Partial<Complete> = {}, columns: readonly LakeColumn[] = COLUMNS): Progress {
  const complete: Complete = {
    at: NOON / 1000 - 900,
    columns: columnsDigest(columns),
    raw: "s3://lake/order_events/1",
    left: {
      curated: "s3://lake/order_events/1",
      semantic: "s3://lake/order_events/1",
      rejected: "s3://lake/order_events_rejected/1",
    },
    balanced: true,
    repair: [],
    since: {},
    days: {},
    ...given,
  };
  return { kind: "PROGRESS", id: "order-events", run_at: complete.at * 1000, complete };
}

function plan(
  state: Partial<TopicState> = {},
  columns: readonly LakeColumn[] = COLUMNS,
  options: Partial<PlanOptions> = {},
): PlanItem | undefined {
  return planTopic(
    { topic: "order-events", columns },
    { ...glue(), progress: progress(), ...state },
    { ...OPTIONS, ...options },
  );
}

function planned(...given: Parameters<typeof plan>): PlanItem {
  return plan(...given) ?? assert.fail("skipped");
}

const statementsOf = ({ lost, ddl, curate, refine, reject, backfill, count }: PlanItem) =>
  [lost, ...ddl, curate, refine, reject, backfill, count].filter((sql) => sql !== null);

describe("the plan of a topic", () => {
  it("skips a topic with nothing new", () => {
    assert.equal(plan(), undefined);
  });

  const { complete } = progress();
  const news: Record<string, Partial<TopicState>> = {
    "rows in RAW": { progress: progress({ raw: "s3://lake/order_events/0" }) },
    "a day to repair": { progress: progress({ repair: ["2026-01-03"], balanced: false }) },
    "a difference, however young": { progress: progress({ balanced: false }) },
    "a run that failed": { progress: { ...progress(), failed: { step: "curate", error: "x" } } },
    "a table that somebody changed": {
      progress: progress({ left: { ...complete?.left, curated: "other" } as Complete["left"] }),
    },
    "tables that nobody could look at": { progress: progress({ left: undefined as unknown as Complete["left"] & {} }) },
    "no count for a day": { progress: progress({ at: NOON / 1000 - 24 * HOUR }) },
    "no run before": { progress: undefined },
  };
  for (const [what, state] of Object.entries(news)) {
    it(`takes a topic that has ${what}`, () => {
      assert.equal(planned(state).refused, null);
    });
  }

  it("takes a topic whose view is missing, or is of other columns", () => {
    const { semantic } = glue();
    semantic.delete("order_events_current");
    const stale = glue();
    stale.semantic.set("order_events_current", { columns: [{ name: "a", type: "int" }], metadataLocation: undefined });
    for (const state of [{ semantic }, { semantic: stale.semantic }]) {
      const { ddl, lost, backfill } = planned(state);
      assert.deepEqual([ddl.length, lost, backfill], [1, null, null]);
      assert.match(ddl[0] ?? "", /^CREATE OR REPLACE VIEW "dev_semantic"."order_events_current"/);
    }
  });

  it("takes a RAW table that Glue has no metadata of", () => {
    const { raw } = glue();
    raw.set("order_events", { columns: [], metadataLocation: undefined });
    assert.equal(planned({ raw, progress: progress({ raw: null }) }).metadataLocation, null);
  });

  it("begins with everything, and then where the last complete run began, less the margin", () => {
    assert.equal(planned({ progress: undefined }).from, 0);
    const { from, curate, refine, count } = planned({ progress: progress({ raw: "other", repair: ["2025-12-24"] }) });
    assert.equal(from, NOON / 1000 - 900 - 2 * HOUR);
    for (const sql of [curate, refine]) assert.ok(sql?.includes(`ingestion_ts >= ${from} OR`));
    const repaired = Date.UTC(2025, 11, 24) / 1000;
    for (const sql of [curate, refine, count]) assert.ok(sql?.includes(`ingestion_ts >= ${repaired} AND`));
    // Seven days, today included, up to the second that the run began in.
    assert.ok(count?.includes(`ingestion_ts >= ${Date.UTC(2026, 0, 4) / 1000} OR`));
    assert.ok(count?.includes(`ingestion_ts < ${NOON / 1000 + 1} OR`));
  });

  it("takes for young what the next run looks at again", () => {
    const { count } = planned({ progress: undefined });
    const next = planned({ progress: progress({ at: NOON / 1000, raw: "other" }) }, COLUMNS, {
      startedAt: NOON + 900_000,
    });
    assert.ok(count?.includes(`in_curated = 0 AND ingestion_ts >= ${next.from})`));
  });

  it("looks for lost rows where somebody may have removed some, before anything is put back", () => {
    const touched = progress({ left: { curated: "x", semantic: "x", rejected: "x" } });
    const { lost } = planned({ progress: touched });
    assert.ok(lost?.includes(`ingestion_ts < ${(touched.complete?.at ?? 0) + 1} OR`));
    assert.notEqual(planned({ progress: progress({ at: NOON / 1000 - 24 * HOUR }) }).lost, null);
    assert.equal(planned({ progress: progress({ raw: "other" }) }).lost, null);
    // Rows may be missing from the run that failed.
    assert.equal(planned({ progress: { ...touched, failed: { step: "refine", error: "x" } } }).lost, null);
    assert.equal(planned({ progress: undefined }).lost, null);
  });

  it("judges all rows again when the columns are others, and fills the new ones", () => {
    const columns = [...COLUMNS, column("opened", "timestamp")];
    const { ddl, curate, refine, reject, backfill, lost } = planned(
      { progress: progress({ left: undefined as never }) },
      columns,
    );
    assert.deepEqual(
      ddl.map((sql) => sql.split("\n")[0]),
      [
        "ALTER TABLE `dev_semantic`.`order_events` ADD COLUMNS (`opened` timestamp)",
        'CREATE OR REPLACE VIEW "dev_semantic"."order_events_current" AS',
        'DELETE FROM "dev_semantic"."order_events_rejected"',
      ],
    );
    assert.ok(ddl[1]?.includes('"opened"'));
    for (const sql of [refine, reject]) assert.ok(sql?.includes("message_id IS NOT NULL AND (TRUE)"));
    assert.ok(!curate?.includes("(TRUE)"));
    assert.match(backfill ?? "", /WHEN MATCHED/);
    // Its rejected rows have just been removed.
    assert.equal(lost, null);
  });

  it("judges again by whatever its rows are judged by", () => {
    const [amount = assert.fail(), user = assert.fail()] = COLUMNS;
    const others: LakeColumn[][] = [
      [amount],
      [amount, { ...user, required: false }],
      [amount, { ...user, path: ["sender", "id"] }],
      [{ ...amount, type: "decimal(20,2)" }, user],
    ];
    for (const columns of others) assert.ok(planned({}, columns).ddl.at(-1)?.startsWith("DELETE FROM"));
    const [last] = planned({}, []).ddl.slice(-1);
    assert.match(last ?? "", /^DELETE FROM/);
  });

  it("has nothing to reject or fill for a topic without columns", () => {
    const { reject, backfill, refine } = planned({ ...glue([]), progress: undefined }, []);
    assert.deepEqual([reject, backfill], [null, null]);
    assert.match(refine ?? "", /MERGE/);
  });

  it("refuses a type that the table cannot get, and says nothing else", () => {
    const item = planned({}, [column("amount", "int")]);
    assert.match(
      item.refused ?? "",
      /^topic order-events: the column amount is decimal\(18,2\) in dev_semantic\.order_events and int/,
    );
    assert.deepEqual(statementsOf(item), []);
  });

  it("refuses a topic that lacks a table, and names each", () => {
    const { raw, curated, semantic } = glue();
    raw.clear();
    semantic.delete("order_events_rejected");
    const item = planned({ raw, curated, semantic });
    assert.equal(
      item.refused,
      "topic order-events: Glue has no table dev_raw.order_events, dev_semantic.order_events_rejected",
    );
    assert.deepEqual(statementsOf(item), []);
  });

  it("refuses what has no SQL, and what a state could not take", () => {
    assert.match(planned({}, [column("a", "string", { path: ['"'] })]).refused ?? "", /^topic order-events: path/);
    const many = Array.from({ length: 300 }, (_, n) => column(`column_${n}`, "timestamp"));
    assert.match(
      planned({ progress: undefined }, many).refused ?? "",
      /its statements have \d+ bytes, .* 262144: declare fewer/,
    );
  });

  it("has room for a hundred columns of any type", () => {
    const types = ["string", "bigint", "decimal(38,10)", "timestamp"];
    const many = Array.from({ length: 100 }, (_, n) => {
      return column(`a_column_with_a_name_${n}`, types[n % 4] ?? "", {
        required: true,
        path: ["pull_request", `a_column_with_a_name_${n}`],
      });
    });
    assert.equal(planned({ progress: progress({ repair: ["2025-12-01"] }) }, many).refused, null);
  });

  it("bounds deduplication by the days given, and by nothing else", () => {
    const state = { progress: progress({ raw: "other" }) };
    assert.ok(statementsOf(planned(state)).every((sql) => !sql.includes("target.ingestion_ts")));
    const { curate, from } = planned(state, COLUMNS, { deduplicationDays: 30 });
    assert.ok(curate?.includes(`target.ingestion_ts >= ${from - 30 * 24 * HOUR} OR target.ingestion_ts IS NULL`));
  });

  it("is SQL that Athena takes", async () => {
    const columns = [...COLUMNS, column("select", "timestamp")];
    const state = { progress: progress({ repair: ["2025-12-24"] }) };
    const lost = planned({ progress: progress({ left: undefined as never }) });
    for (const sql of [...statementsOf(planned(state, columns)), ...statementsOf(lost)]) {
      const problems = sql.startsWith("ALTER TABLE") ? hiveProblems(sql) : trinoProblems(sql);
      assert.deepEqual(await problems, []);
    }
  });
});
