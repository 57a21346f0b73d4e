import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../../../local/tables/store.ts";
import { column, DAY_10, type Lake, openLake, type RawRow } from "./lake.ts";
import { MARGIN_SECONDS, Refinery, STEPS, type Step } from "./refinery.ts";

const TOPIC = {
  topic: "order-events",
  columns: [column("amount", "decimal(10,2)", { required: true }), column("at", "timestamp")],
};
const QUARTER = 900;

type Action =
  | { kind: "ingest"; rows: readonly Omit<RawRow, "ingested">[]; late: readonly number[] }
  | { kind: "run" }
  | { kind: "broken"; steps: readonly Step[]; isTold: boolean };

const row = fc.record({
  // Few ids and keys, so that they come again.
  id: fc.constantFrom("a", "b", "c", "d", "日本-'\"", ""),
  key: fc.constantFrom(null, "k", "l"),
  published: fc.constantFrom(null, DAY_10, DAY_10 - 86_400, DAY_10 + 1),
  payload: fc.constantFrom(
    '{"amount":1.50}',
    '{"amount":"2","at":"2026-01-10T00:00:00Z"}',
    '{"amount":0.005}',
    '{"amount":1,"at":"never"}',
    '{"amount":null}',
    "{}",
    "broken",
  ),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("ingest" as const),
      rows: fc.array(row, { minLength: 1, maxLength: 4 }),
      late: fc.array(fc.integer({ min: 0, max: MARGIN_SECONDS - QUARTER }), { minLength: 4, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "run" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("broken" as const),
      // Skipped, repeated, in any order.
      steps: fc.array(fc.constantFrom(...STEPS), { maxLength: 4 }),
      isTold: fc.boolean(),
    }),
  },
);

const idsOf = (rows: readonly Row[]) => rows.map(({ message_id }) => message_id).toSorted();

describe("the refinery, whatever happens to it", () => {
  const contents = async (lake: Lake) => {
    const tables = [lake.names.curated, lake.names.semantic, lake.names.rejected];
    return Promise.all(tables.map((table) => lake.query(`SELECT * FROM ${table} ORDER BY ALL`)));
  };

  it("holds every message in every layer after a whole run, changes nothing in the next, and names a row that is removed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 5 }),
        fc.tuple(fc.constantFrom("curated" as const, "semantic" as const, "rejected" as const), fc.nat()),
        async (actions, [victimTable, victim]) => {
          const lake = await openLake(TOPIC.topic, TOPIC.columns);
          try {
            const refinery = new Refinery(lake);
            let now = DAY_10 + 3600;
            const run = () => {
              now += QUARTER;
              return refinery.run(TOPIC, now);
            };
            const ids = new Set<string | null>();
            for (const one of actions) {
              now += QUARTER;
              if (one.kind === "run") await refinery.run(TOPIC, now);
              else if (one.kind === "broken") await refinery.broken(TOPIC, now, one.steps, one.isTold);
              else {
                await lake.ingest(...one.rows.map((given, n) => ({ ...given, ingested: now - (one.late[n] ?? 0) })));
                for (const { id } of one.rows) ids.add(id);
              }
            }

            const last = await run();
            // Nothing is missing; a broken run that nobody was told of may have left rows to be refined.
            const days = last?.judged.days ?? [];
            assert.ok(last === undefined || last.judged.days !== undefined, JSON.stringify(last?.judged.failure));
            assert.ok(
              days.every(({ counts: { not_curated, not_refined, unfounded, repeated } }) => {
                return not_curated + not_refined + unfounded + repeated === 0;
              }),
            );
            const [curated = [], semantic = [], rejected = []] = await contents(lake);
            assert.deepEqual(idsOf(curated), [...ids].toSorted());
            assert.deepEqual(idsOf([...semantic, ...rejected]), [...ids].toSorted());

            const before = await contents(lake);
            const again = await run();
            assert.ok(again === undefined || again.next?.complete.balanced);
            assert.deepEqual(await contents(lake), before);
            assert.equal(await run(), undefined);

            const rows = { curated, semantic, rejected }[victimTable];
            const id = String(rows[victim % Math.max(1, rows.length)]?.message_id ?? "");
            if (rows.length === 0) return;
            await lake.run(`DELETE FROM ${lake.names[victimTable]} WHERE message_id = '${id.replaceAll("'", "''")}'`);
            const report = await run();
            const note = report?.judged.days?.map((day) => day.note).join();
            const name = victimTable === "curated" ? /CURATED/ : /SEMANTIC/;
            assert.match(note ?? "", name);
            assert.equal(report?.next?.complete.balanced, false);
            await run();
            // Where RAW has copies, CURATED may have got back another one.
            assert.deepEqual((await contents(lake)).map(idsOf), before.map(idsOf));
          } finally {
            lake.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  }).timeout(60_000);
});
