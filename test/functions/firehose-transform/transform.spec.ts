import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_RESPONSE_BYTES, routesTo, transform } from "../../../functions/firehose-transform/transform.ts";
import { rawRow } from "../../../functions/sqs-processor/raw-row.ts";

const routes = routesTo("lean_ops_dev_raw", { events: "events", "order-events": "order_events" });
const record = (data: string | Uint8Array, recordId = "r-1") => ({
  recordId,
  approximateArrivalTimestamp: 1_795_416_360_000,
  data: Buffer.from(data).toString("base64"),
});
const row = (topic: unknown) => JSON.stringify({ topic_name: topic, json_payload: "{}" });
const bytesOf = (records: unknown) => Buffer.byteLength(JSON.stringify({ records }));

describe("transform", () => {
  it("routes each row to its topic's table, and leaves its data as it is", () => {
    const records = [record(row("events"), "1"), record(` ${row("order-events")}\n`, "2")];
    const otfMetadata = { destinationDatabaseName: "lean_ops_dev_raw", operation: "insert" };
    assert.deepEqual(transform(records, routes), {
      records: [
        {
          recordId: "1",
          result: "Ok",
          data: records[0]?.data,
          metadata: { otfMetadata: { ...otfMetadata, destinationTableName: "events" } },
        },
        {
          recordId: "2",
          result: "Ok",
          data: records[1]?.data,
          metadata: { otfMetadata: { ...otfMetadata, destinationTableName: "order_events" } },
        },
      ],
      failures: {},
    });
  });

  const failing: [string, string, string | Uint8Array][] = [
    ["nothing", "ROW_NOT_JSON", ""],
    ["what is no JSON", "ROW_NOT_JSON", "nonsense"],
    ["a row that was cut off", "ROW_NOT_JSON", row("events").slice(0, -1)],
    ["a row with something behind it", "ROW_NOT_JSON", `${row("events")}x`],
    ["two rows in one record", "ROW_NOT_JSON", `${row("events")}\n${row("events")}`],
    ["what is no UTF-8", "ROW_NOT_JSON", Buffer.from('{"topic_name":"events","json_payload":"\xe9"}', "latin1")],
    ["an array", "ROW_NOT_OBJECT", `[${row("events")}]`],
    ["null", "ROW_NOT_OBJECT", "null"],
    ["a string", "ROW_NOT_OBJECT", '"events"'],
    ["a row without a topic", "TOPIC_UNKNOWN", "{}"],
    ["a topic that is no string", "TOPIC_UNKNOWN", row(["events"])],
    ["an unknown topic", "TOPIC_UNKNOWN", row("event")],
    ["a table's name for a topic", "TOPIC_UNKNOWN", row("order_events")],
    ["a prototype's name", "TOPIC_UNKNOWN", row("constructor")],
    ["a topic in a prototype", "TOPIC_UNKNOWN", '{"__proto__":{"topic_name":"events"}}'],
  ];
  for (const [what, reason, data] of failing) {
    it(`fails ${what} alone: ${reason}`, () => {
      const { records, failures } = transform(
        [record(row("events"), "1"), record(data, "2"), record(row("events"), "3")],
        routes,
      );
      assert.deepEqual(
        records.map(({ recordId, result }) => [recordId, result]),
        [
          ["1", "Ok"],
          ["2", "ProcessingFailed"],
          ["3", "Ok"],
        ],
      );
      assert.deepEqual(failures, { [reason]: 1 });
    });
  }

  const notBase64: [string, unknown][] = [
    ["with a line feed", `${Buffer.from(row("events")).toString("base64")}\n`],
    ["in the alphabet for URLs", Buffer.from('{"topic_name":"events","a":"~~~???"}').toString("base64url")],
    [
      "without its padding",
      Buffer.from(`${row("events")} `)
        .toString("base64")
        .replace(/=+$/, ""),
    ],
    ["that is absent", undefined],
    ["that is null", null],
    ["that is a list of bytes", [123, 125]],
  ];
  for (const [what, data] of notBase64) {
    it(`fails data ${what} alone: Firehose could not read it in the answer`, () => {
      const { records, failures } = transform(
        [record(row("events"), "1"), { ...record("", "2"), data: data as string }],
        routes,
      );
      assert.deepEqual(
        records.map(({ result }) => result),
        ["Ok", "ProcessingFailed"],
      );
      assert.deepEqual(failures, { ROW_NOT_JSON: 1 });
    });
  }

  it("answers nothing for nothing", () => {
    assert.deepEqual(transform([], routes), { records: [], failures: {} });
  });

  it("answers every record once, in order, within Lambda's limit", () => {
    const bytes = fc.integer({ min: 0, max: 1_000_000 });
    const kind = fc.constantFrom("events", "order-events", "unknown");
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, bytes), { maxLength: 12 }), (rows) => {
        const given = rows.map(([topic, size], n) =>
          record(JSON.stringify({ topic_name: topic, json_payload: "x".repeat(size) }), `r-${n}`),
        );
        const { records, failures } = transform(given, routes);
        assert.deepEqual(
          records.map(({ recordId }) => recordId),
          given.map(({ recordId }) => recordId),
        );
        assert.ok(bytesOf(records) <= MAX_RESPONSE_BYTES);
        const all = given.reduce((sum, { data }) => sum + data.length + 300, 0);
        if (all < MAX_RESPONSE_BYTES) assert.equal(failures.RESPONSE_FULL, undefined);
      }),
      { numRuns: 20 },
    );
  });

  it("fails what no longer fits, and nothing that still does", () => {
    const large = (n: number, bytes: number) =>
      record(JSON.stringify({ topic_name: "events", json_payload: "x".repeat(bytes) }), `r-${n}`);
    const given = [...Array.from({ length: 5 }, (_, n) => large(n, 1_000_000)), large(5, 100)];
    const { records, failures } = transform(given, routes);
    assert.deepEqual(
      records.map(({ result }) => result),
      ["Ok", "Ok", "Ok", "Ok", "ProcessingFailed", "Ok"],
    );
    assert.deepEqual(failures, { RESPONSE_FULL: 1 });
  });

  it("fills the answer to the last byte", () => {
    const spare = (bytes: number) => {
      const given = Array.from({ length: 5 }, (_, n) =>
        record(
          JSON.stringify({ topic_name: "events", json_payload: "x".repeat(n === 4 ? bytes : 1_000_000) }),
          `r-${n}`,
        ),
      );
      const { records, failures } = transform(given, routes);
      return failures.RESPONSE_FULL === undefined ? MAX_RESPONSE_BYTES - bytesOf(records) : -1;
    };
    // Base64 makes four bytes of three, and may round up once for the row's own length.
    const fits = Math.floor(spare(0) / 4) * 3;
    assert.ok(spare(fits) >= 0 && spare(fits) < 8);
    assert.equal(spare(fits + 6), -1);
  });

  it("cannot be filled by the smallest rows that a buffer of 1 MiB holds, with one record beyond it", () => {
    const name = "n".repeat(80);
    const keys = { idempotencyKey: "null", periodReference: "null", correlationId: "null" };
    const smallest = rawRow(
      "t",
      { messageId: '"m"', publishTime: "0", keys, payload: Buffer.from("0") },
      1_795_416_360,
    );
    assert.ok(smallest instanceof Buffer);
    const recordId = "4".repeat(64);
    const buffered = Array.from({ length: Math.ceil(2 ** 20 / smallest.length) }, () => record(smallest, recordId));
    const last = record(`{"topic_name":"t","json_payload":"${"x".repeat(1_024_000 - 36)}"}`, recordId);
    const { records, failures } = transform([...buffered, last], routesTo(name, { t: name }));
    assert.deepEqual(failures, {});
    assert.ok(bytesOf(records) < 5.5 * 1024 * 1024);
  });
});
