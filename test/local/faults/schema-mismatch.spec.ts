import assert from "node:assert/strict";
import { schemaMismatch } from "../../../local/faults/schema-mismatch.ts";
import { FirehoseService } from "../../../local/firehose/service.ts";
import { configuration, FakeFunction, FakeObjects, FakeTables, ok, orders, respond } from "../firehose/fixtures.ts";
import { batchOf, idsOf, scene } from "./fixtures.ts";

/** Rows for the table of orders through Firehose, with the fault in its tables' way. */
async function deliver(ids: readonly string[], rate: number) {
  const { parts, clock, trigger } = scene("schema-mismatch", { rate });
  const [tables, objects, invoker] = [new FakeTables(), new FakeObjects(), new FakeFunction()];
  invoker.answer = ({ records }) => respond(records.map((record) => ok(record, "orders")));
  const service = new FirehoseService([configuration()], {
    invoker,
    tables: schemaMismatch(parts).tables?.(tables) ?? tables,
    objects,
    clock,
  });
  await service.call("PutRecordBatch", batchOf(ids));
  await service.flush();
  return { rows: tables.ids(), documents: objects.documents(), injected: trigger.injected };
}

describe("fault schema-mismatch", () => {
  it("refuses rows as if their table had other types; they go to the error output, the others to the table", async () => {
    const ids = idsOf(300);
    const { rows, documents, injected } = await deliver(ids, 0.2);
    const refused = documents.map(({ rawData }) => JSON.parse(Buffer.from(rawData, "base64").toString()).id);
    assert.ok(refused.length > 30 && refused.length < 90, `${refused.length} of 300`);
    assert.equal(injected, refused.length);
    assert.deepEqual([...rows, ...refused].toSorted(), ids.toSorted());
    for (const { errorCode, errorMessage, attemptsMade } of documents) {
      assert.deepEqual([errorCode, attemptsMade], ["Iceberg.SchemaTypeMismatch", 1]);
      assert.match(errorMessage, /The column id of raw\.orders is boolean/);
    }
  });

  it("writes a row that fits even so into the real table", async () => {
    const { parts } = scene("schema-mismatch");
    const tables = new FakeTables();
    const changed = schemaMismatch(parts).tables?.(tables);
    const table = changed?.find("raw", "orders") ?? orders;
    assert.notEqual(table, orders);
    await changed?.insert(table, [{ id: null, n: null }]);
    assert.deepEqual(tables.rows.get(orders), [{ id: null, n: null }]);
  });

  it("finds no table where there is none", () => {
    const { parts, trigger } = scene("schema-mismatch");
    assert.equal(schemaMismatch(parts).tables?.(new FakeTables()).find("raw", "nosuch"), undefined);
    assert.equal(trigger.injected, 0);
  });
});
