import assert from "node:assert/strict";
import { errorPrefix } from "../../../local/firehose/prefix.ts";
import { MIB, newStream, ok, onlyOrders, order, orders, record, respond, route, text } from "./fixtures.ts";

/** A stream without a transform: what is put is delivered. */
const direct = { transform: undefined, delivery: { destinations: onlyOrders } };

/** Puts one record and gives its error code, or undefined if it became a row. */
async function codeOf(value: unknown): Promise<string | undefined> {
  const { stream, clock, objects } = newStream(direct);
  stream.put([record(value)]);
  await clock.advance(600_000);
  return objects.documents()[0]?.errorCode;
}

describe("delivery", () => {
  it("delivers when the interval since the first record has passed", async () => {
    const { stream, clock, tables } = newStream(direct);
    stream.put([order("a")]);
    await clock.advance(299_999);
    assert.deepEqual(tables.ids(), []);
    await clock.advance(1);
    assert.deepEqual(tables.ids(), ["a"]);
  });

  it("delivers as soon as the size is reached, all tables together", async () => {
    const { stream, clock, fn, tables } = newStream({ transform: { buffer: { bytes: 1, ms: 0 } } });
    fn.answer = ({ records }) =>
      respond(records.map((one) => ok(one, text(one.data).includes("p") ? "payments" : "orders")));
    stream.put(["o-1", "p-1", "o-2", "p-2"].map((id) => order(id, MIB)));
    await clock.advance(0);
    assert.equal(tables.attempts, 0);
    stream.put([order("o-3", MIB)]);
    await clock.advance(0);
    assert.equal(tables.attempts, 2);
    assert.deepEqual(tables.ids(orders), ["o-1", "o-2", "o-3"]);
  });

  it("skips fields that are no columns and keeps integers beyond 2^53 exact", async () => {
    const { stream, clock, tables } = newStream(direct);
    stream.put([record('{"id":"a","n":9007199254740993,"other":{"deep":[1]}}')]);
    await clock.advance(300_000);
    const [row] = tables.rows.get(orders) ?? [];
    assert.equal(row?.id, "a");
    assert.equal(row?.n, 9_007_199_254_740_993n);
  });

  const refused: Record<string, [unknown, string]> = {
    "a record without one of the columns": [{ id: "a" }, "Iceberg.MissingColumnWithinRecord"],
    "null in a required column": [{ id: null, n: 1 }, "Iceberg.SchemaTypeMismatch"],
    "a value of another type": [{ id: "a", n: "1" }, "Iceberg.SchemaTypeMismatch"],
    "an integer of more than 64 bits": ['{"id":"a","n":9223372036854775808}', "Iceberg.SchemaTypeMismatch"],
    "what is not JSON": ["id=a", "Iceberg.InvalidJson"],
    "an empty record": ["", "Iceberg.InvalidJson"],
    "two objects in one record": ['{"id":"a","n":1}\n{"id":"b","n":1}', "Iceberg.InvalidJson"],
    "an array": [[{ id: "a", n: 1 }], "Iceberg.InvalidJson"],
    null: [null, "Iceberg.InvalidJson"],
  };
  for (const [what, [value, code]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      assert.equal(await codeOf(value), code);
    });
  }

  it("refuses bytes that are not UTF-8, and takes the sign that stands for them", async () => {
    const { stream, clock, objects, tables } = newStream(direct);
    const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('","n":1}')]);
    stream.put([{ data: bytes.toString("base64"), bytes: bytes.length }, order("\uFFFD")]);
    await clock.advance(600_000);
    assert.equal(objects.documents()[0]?.errorCode, "Iceberg.InvalidJson");
    assert.deepEqual(tables.ids(), ["\uFFFD"]);
  });

  it("takes a newline at the end of a record", async () => {
    assert.equal(await codeOf('{"id":"a","n":null}\n'), undefined);
  });

  const misrouted: Record<string, [unknown, string]> = {
    "names no table": [undefined, "Iceberg.InvalidTableName"],
    "names an empty table": [route(""), "Iceberg.InvalidTableName"],
    "names a table that does not exist": [route("refunds"), "Iceberg.NoSuchTable"],
    "asks for an update": [route("orders", "update"), "Iceberg.UnsupportedOperation"],
    "is no text": [
      { otfMetadata: { destinationDatabaseName: 1, destinationTableName: 2 } },
      "Iceberg.InvalidTableName",
    ],
  };
  for (const [what, [metadata, code]] of Object.entries(misrouted)) {
    it(`fails a record whose route ${what}, and no other`, async () => {
      const { stream, clock, fn, objects, tables } = newStream();
      fn.answer = ({ records: [first, second] }) => {
        assert.ok(first && second);
        return respond([{ ...ok(first), metadata }, ok(second)]);
      };
      stream.put([order("a"), order("b")]);
      await clock.advance(900_000);
      assert.deepEqual(
        objects.documents().map(({ errorCode }) => errorCode),
        [code],
      );
      assert.deepEqual(tables.ids(), ["b"]);
    });
  }

  it("falls back on the only table configured, which the transform may overrule", async () => {
    const { stream, clock, fn, tables } = newStream({ delivery: { destinations: onlyOrders } });
    fn.answer = ({ records: [first, second] }) => {
      assert.ok(first && second);
      return respond([{ ...ok(first), metadata: undefined }, ok(second, "payments")]);
    };
    stream.put([order("a"), order("b")]);
    await clock.advance(360_000);
    assert.deepEqual(
      [...tables.rows.values()].flat().map(({ id }) => id),
      ["a", "b"],
    );
    assert.deepEqual(tables.ids(), ["a"]);
  });

  it("does not choose among several tables", async () => {
    const destinations = [...onlyOrders, { database: "raw", table: "payments", errorPrefix: undefined }];
    const { stream, clock, objects } = newStream({ transform: undefined, delivery: { destinations } });
    stream.put([order("a")]);
    await clock.advance(600_000);
    assert.equal(objects.documents()[0]?.errorCode, "Iceberg.InvalidTableName");
  });

  it("inserts where the route names no operation", async () => {
    const { stream, clock, fn, tables } = newStream();
    const otfMetadata = { destinationDatabaseName: "raw", destinationTableName: "orders" };
    fn.answer = ({ records }) => respond(records.map((one) => ({ ...ok(one), metadata: { otfMetadata } })));
    stream.put([order("a")]);
    await clock.advance(360_000);
    assert.deepEqual(tables.ids(), ["a"]);
  });

  it("repeats a write that fails until it succeeds", async () => {
    const { stream, clock, tables, objects } = newStream(direct);
    tables.refuse = (attempt) => attempt < 4;
    stream.put([order("a")]);
    await clock.advance(300_000);
    assert.deepEqual(tables.ids(), []);
    assert.equal(stream.account().buffered, 1);
    await clock.advance(60_000);
    assert.deepEqual(tables.ids(), ["a"]);
    assert.deepEqual(objects.objects, []);
  });

  it("gives up when the retry duration has passed, and says why", async () => {
    const { stream, clock, tables, objects } = newStream({
      transform: undefined,
      delivery: { destinations: onlyOrders, retryMs: 10_000 },
    });
    tables.refuse = () => true;
    stream.put([order("a")]);
    await clock.advance(309_999);
    assert.equal(stream.account().buffered, 1);
    const before = tables.attempts;
    assert.ok(before > 1);
    await clock.advance(400_000);
    assert.equal(tables.attempts, before + 1);
    const [document] = objects.documents();
    assert.equal(document?.errorCode, "Iceberg.DeliveryFailed");
    assert.match(document?.errorMessage ?? "", /the catalog is away/);
    assert.equal(document?.attemptsMade, before + 1);
    assert.deepEqual(stream.account(), { accepted: 1, rows: 0, dropped: 0, failed: 1, buffered: 0 });
  });

  it("tries once when the retry duration is 0", async () => {
    const { stream, clock, tables, objects } = newStream({
      transform: undefined,
      delivery: { destinations: onlyOrders, retryMs: 0 },
    });
    tables.refuse = () => true;
    stream.put([order("a")]);
    await clock.advance(600_000);
    assert.equal(tables.attempts, 1);
    assert.equal(objects.documents().length, 1);
  });

  it("writes a table's errors under its own prefix", async () => {
    const own = { database: "raw", table: "orders", errorPrefix: errorPrefix("orders-errors/", undefined) };
    const { stream, clock, objects } = newStream({ transform: undefined, delivery: { destinations: [own] } });
    stream.put([record({ id: "a" })]);
    await clock.advance(600_000);
    assert.match(objects.objects[0]?.key ?? "", /^orders-errors\/iceberg-failed\/2026\/01\/01\/00\/events-1-/);
  });

  it("counts rows as CloudWatch does", async () => {
    const { stream, clock } = newStream(direct);
    stream.put([order("a"), record({ id: "b" })]);
    await clock.advance(600_000);
    const sum = (name: Parameters<typeof stream.metrics.read>[0]) => stream.metrics.read(name).sum;
    assert.equal(sum("DeliveryToIceberg.IncomingRowCount"), 2);
    assert.equal(sum("DeliveryToIceberg.SuccessfulRowCount"), 1);
    assert.equal(sum("DeliveryToIceberg.FailedRowCount"), 1);
    assert.equal(sum("DeliveryToIceberg.Bytes"), order("a").bytes);
    assert.equal(sum("DeliveryToIceberg.Success"), 1);
  });
});
