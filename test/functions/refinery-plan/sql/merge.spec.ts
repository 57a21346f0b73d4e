import assert from "node:assert/strict";
import type { LakeColumn } from "../../../../functions/common/lake-topic.ts";
import { backfill, curate, type MergeOptions, refine, reject } from "../../../../functions/refinery-plan/sql/merge.ts";
import { EVERYTHING } from "../../../../functions/refinery-plan/sql/window.ts";
import { trinoProblems } from "../../../support/trino.ts";
import { column, DAY_10, type Lake, openLake, type RawRow } from "../lake.ts";

const DAY = 86_400;
const ALL: MergeOptions = { window: EVERYTHING };
/** Names that mean something in SQL, or that the statements use themselves. */
const WORDS = ["select", "order", "source", "target", "place", "reason", "curated", "other", "rows", "day", "texts"];

describe("the refinery's merges", () => {
  let lake: Lake;
  afterEach(() => lake.close());

  async function open(columns: readonly LakeColumn[] = [], topic = "order-events"): Promise<void> {
    lake = await openLake(topic, columns);
  }

  async function merge(columns: readonly LakeColumn[] = [], options = ALL): Promise<void> {
    const topic = { topic: "order-events", columns };
    await lake.run(curate(lake.names, options));
    await lake.run(refine(lake.names, topic, options));
    await lake.run(reject(lake.names, topic, options));
  }

  const rows = (table: "curated" | "semantic" | "rejected", select: string) =>
    lake.query(`SELECT ${select} FROM ${lake.names[table]} ORDER BY ALL`);
  const ids = async (table: "curated" | "semantic" | "rejected") =>
    (await rows(table, "message_id")).map(({ message_id }) => message_id);

  describe("RAW to CURATED", () => {
    it("keeps the first of the rows with one id, whatever else they say", async () => {
      await open();
      await lake.ingest(
        { id: "a", ingested: DAY_10 + 5, payload: '{"n":2}', published: DAY_10 - 90 * DAY },
        { id: "a", ingested: DAY_10 + 1, payload: '{"n":1}', published: DAY_10 },
        { id: "a", ingested: DAY_10 + 2 * DAY, payload: '{"n":3}', published: null },
        { id: "b", ingested: DAY_10, published: null },
        { id: "b", ingested: DAY_10, published: DAY_10 },
      );
      await merge();
      assert.deepEqual(await rows("curated", "message_id, json_payload, publish_time"), [
        { message_id: "a", json_payload: '{"n":1}', publish_time: "2026-01-10 00:00:00" },
        { message_id: "b", json_payload: "{}", publish_time: "2026-01-10 00:00:00" },
      ]);
    });

    it("keeps what it has, however much earlier a copy is that comes late", async () => {
      await open();
      await lake.ingest({ id: "a", ingested: DAY_10, payload: '{"n":1}' });
      await merge();
      await lake.ingest({ id: "a", ingested: DAY_10 - 300 * DAY, payload: '{"n":0}' });
      await merge();
      assert.deepEqual(await rows("curated", "json_payload"), [{ json_payload: '{"n":1}' }]);
    });

    it("carries every column over as it is", async () => {
      await open();
      const payload = `{"text":"O'Brien \\"quoted\\" -- ; DROP TABLE x; 日本 😀"}`;
      await lake.ingest({ id: "ключ-日本-😀", key: 'it\'s; "k"', payload });
      await merge();
      const table = (layer: "raw" | "curated") => lake.query(`SELECT * FROM ${lake.names[layer]}`);
      assert.deepEqual(await table("curated"), await table("raw"));
      assert.deepEqual(await rows("semantic", "message_id, idempotency_key"), [
        { message_id: "ключ-日本-😀", idempotency_key: 'it\'s; "k"' },
      ]);
    });

    it("takes the window and the days to repair, and rows that say no time", async () => {
      await open();
      const at = (id: string, ingested: number | null): RawRow => ({ id, ingested });
      await lake.ingest(
        at("before", DAY_10 - 1),
        at("first", DAY_10),
        at("none", null),
        at("day 3", DAY_10 - 7 * DAY),
        at("day 3's end", DAY_10 - 6 * DAY - 1),
        at("day 4", DAY_10 - 6 * DAY),
        at("day 2", DAY_10 - 7 * DAY - 1),
      );
      await merge([], { window: { from: DAY_10, repair: ["2026-01-03"] } });
      assert.deepEqual(await ids("curated"), ["day 3", "day 3's end", "first", "none"]);
      assert.deepEqual(await ids("semantic"), ["day 3", "day 3's end", "first", "none"]);
    });

    it("leaves a row without an id where it is, rather than copy it with each run", async () => {
      await open();
      await lake.ingest({ id: null }, { id: null }, { id: "a" });
      await merge();
      await merge();
      assert.deepEqual(await ids("curated"), ["a"]);
    });

    it("with bounded deduplication takes a copy for a message once the span has passed", async () => {
      await open();
      await lake.ingest({ id: "a", ingested: DAY_10 - 30 * DAY }, { id: "none", ingested: null });
      await merge();
      await lake.ingest({ id: "a", ingested: DAY_10 }, { id: "none", ingested: DAY_10 });
      const window = { from: DAY_10, repair: [] };
      for (const knownSince of [DAY_10 - 30 * DAY, DAY_10 - 29 * DAY, DAY_10 - 29 * DAY]) {
        await merge([], { window, knownSince });
      }
      assert.deepEqual(await ids("curated"), ["a", "a", "none"]);
      assert.deepEqual(await ids("semantic"), ["a", "a", "none"]);
    });
  });

  describe("CURATED to SEMANTIC and rejected", () => {
    const columns = [
      column("user_id", "string", { required: true }),
      column("amount", "decimal(18,2)"),
      column("opened", "timestamp", { path: ["pull_request", "created_at"], required: true }),
    ];

    it("types the columns, and rejects with every reason", async () => {
      await open(columns);
      await lake.ingest(
        {
          id: "good",
          payload: '{"user_id":"u","amount":1.5,"pull_request":{"created_at":"2026-01-10T01:00:00+01:00"}}',
        },
        { id: "sparse", payload: '{"user_id":"u","amount":null,"pull_request":{"created_at":"2026-01-10T00:00:00Z"}}' },
        { id: "bad", payload: '{"amount":"a lot","pull_request":{"created_at":"today"}}' },
        { id: "empty" },
        { id: "array", payload: '[{"user_id":"u"}]' },
        { id: "broken", payload: "{" },
      );
      await merge(columns);
      assert.deepEqual(await rows("semantic", "message_id, user_id, amount, opened"), [
        { message_id: "good", user_id: "u", amount: "1.50", opened: "2026-01-10 00:00:00" },
        { message_id: "sparse", user_id: "u", amount: null, opened: "2026-01-10 00:00:00" },
      ]);
      const absent = "user_id: required; opened: required";
      assert.deepEqual(await rows("rejected", "message_id, reason, json_payload"), [
        { message_id: "array", reason: absent, json_payload: '[{"user_id":"u"}]' },
        {
          message_id: "bad",
          reason: "user_id: required; amount: not of type decimal(18,2); opened: not of type timestamp",
          json_payload: '{"amount":"a lot","pull_request":{"created_at":"today"}}',
        },
        { message_id: "broken", reason: absent, json_payload: "{" },
        { message_id: "empty", reason: absent, json_payload: "{}" },
      ]);
    });

    it("can name its columns with any word", async () => {
      const named = WORDS.map((word) => column(word, "int"));
      await open(named);
      await lake.ingest({ id: "a", payload: JSON.stringify(Object.fromEntries(WORDS.map((word, n) => [word, n]))) });
      await lake.ingest({ id: "b", payload: '{"reason":"none"}' });
      await merge(named);
      await lake.run(backfill(lake.names, { topic: "order-events", columns: named }));
      const [row] = await rows("semantic", "*");
      assert.deepEqual(
        WORDS.map((word) => row?.[word]),
        [...WORDS.keys()],
      );
      assert.deepEqual(await rows("rejected", "reason"), [{ reason: "reason: not of type int" }]);
    });

    it("names the faults of very many columns, in their order", async () => {
      for (const count of [1, 8, 9, 65]) {
        const many = Array.from({ length: count }, (_, n) => column(`c${n}`, "int", { required: true }));
        await open(many);
        await lake.ingest(
          { id: "a" },
          { id: "b", payload: JSON.stringify(Object.fromEntries(many.map(({ name }) => [name, 1]))) },
        );
        await lake.ingest({
          id: "c",
          payload: JSON.stringify({ ...Object.fromEntries(many.map(({ name }) => [name, 1])), [`c${count - 1}`]: "x" }),
        });
        await merge(many);
        assert.deepEqual(await ids("semantic"), ["b"]);
        const reasons = (await rows("rejected", "message_id, reason")).map(({ reason }) => reason);
        assert.deepEqual(reasons, [
          many.map(({ name }) => `${name}: required`).join("; "),
          `c${count - 1}: not of type int`,
        ]);
        if (count < 65) lake.close();
      }
    });

    it("never has a message in both, when columns become stricter or looser", async () => {
      const loose = [column("amount", "int")];
      const strict = [column("amount", "int", { required: true })];
      await open(loose);
      await lake.ingest(
        { id: "none" },
        { id: "text", payload: '{"amount":"x"}' },
        { id: "one", payload: '{"amount":1}' },
      );
      await merge(loose);
      await merge(strict);
      await merge([column("amount", "string")].map((one) => ({ ...one, type: "int", path: ["other"] })));
      assert.deepEqual([await ids("semantic"), await ids("rejected")], [["none", "one"], ["text"]]);
    });

    it("takes a message that CURATED has twice once", async () => {
      await open(columns);
      await lake.ingest(
        { id: "a" },
        { id: "b", payload: '{"user_id":"u","pull_request":{"created_at":"2026-01-10T00:00:00Z"}}' },
      );
      for (let copy = 0; copy < 2; copy++) {
        await lake.query(`INSERT INTO ${lake.names.curated} SELECT * FROM ${lake.names.raw}`);
      }
      await merge(columns);
      assert.deepEqual([await ids("semantic"), await ids("rejected")], [["b"], ["a"]]);
    });

    it("takes no row of CURATED that has no id, since each run would take it again", async () => {
      await open(columns);
      await lake.ingest({ id: null, payload: '{"user_id":"u","pull_request":{"created_at":"2026-01-10T00:00:00Z"}}' });
      await lake.query(`INSERT INTO ${lake.names.curated} SELECT * FROM ${lake.names.raw}`);
      await merge(columns);
      assert.deepEqual([await ids("semantic"), await ids("rejected")], [[], []]);
    });

    it("has nothing to reject where no column is declared", async () => {
      await open();
      assert.equal(reject(lake.names, { topic: "order-events", columns: [] }, ALL), undefined);
      assert.equal(backfill(lake.names, { topic: "order-events", columns: [] }), undefined);
    });
  });

  describe("the backfill", () => {
    it("fills what is NULL, and changes nothing that is there", async () => {
      const columns = [column("a", "int"), column("b", "decimal(10,2)")];
      await open(columns);
      await lake.ingest(
        { id: "1", payload: '{"a":1,"b":1.5}' },
        { id: "2", payload: '{"a":2}' },
        { id: "3", payload: '{"b":"x"}' },
      );
      // Before b was declared, and while a was read elsewhere.
      await merge([column("a", "int", { path: ["elsewhere"] })]);
      await lake.query(`UPDATE ${lake.names.semantic} SET a = 7 WHERE message_id = '2'`);
      const sql = backfill(lake.names, { topic: "order-events", columns });
      for (let run = 0; run < 2; run++) {
        await lake.run(sql);
        assert.deepEqual(await rows("semantic", "message_id, a, b"), [
          { message_id: "1", a: 1, b: "1.50" },
          { message_id: "2", a: 7, b: null },
          { message_id: "3", a: null, b: null },
        ]);
      }
    });
  });

  it("is Trino's SQL, and within Athena's limit for 300 columns", async () => {
    await open();
    const types = ["string", "boolean", "int", "bigint", "double", "decimal(38,10)", "date", "timestamp"];
    const columns = Array.from({ length: 300 }, (_, n) => {
      return column(`a_column_of_name_${n}`, types[n % types.length] ?? "", {
        required: true,
        path: ["payload", `a_column_${n}`],
      });
    });
    const topic = { topic: "order-events", columns };
    const options = { window: { from: DAY_10, repair: ["2026-01-02", "2026-01-03", "2026-01-07"] }, knownSince: 1 };
    const { names } = lake;
    for (const sql of [
      curate(names, options),
      refine(names, topic, options),
      reject(names, topic, options),
      backfill(names, topic),
    ]) {
      assert.ok(sql !== undefined && Buffer.byteLength(sql) < 262_144, `${sql?.length}`);
      assert.deepEqual(await trinoProblems(sql), []);
    }
  });
});
