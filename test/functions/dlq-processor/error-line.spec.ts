import assert from "node:assert/strict";
import { archiveKey, NO_TOPIC, undeliveredId } from "../../../functions/common/archive.ts";
import { readErrorLine } from "../../../functions/dlq-processor/error-line.ts";
import { ARRIVED_AT, errorLine, row } from "../support/error-files.ts";

const WRITTEN_AT = Date.UTC(2026, 10, 25);
const FILE = { key: "failed/file", writtenAt: WRITTEN_AT };
const read = (line: string | Buffer) => readErrorLine({ bytes: Buffer.from(line as string) }, FILE);

describe("readErrorLine", () => {
  it("keeps the record as Firehose got it, with what Firehose said", () => {
    const record = row({ json_payload: '{"name":"Ünï"}' });
    assert.deepEqual(read(errorLine(record)), {
      failed: {
        date: "2026-11-23",
        object: {
          origin: "firehose",
          topic: "orders",
          message_id: undeliveredId(record),
          body: record.toString(),
          body_encoding: "utf8",
          sqs_attributes: {},
          message_attributes: {},
          error_class: "DROP",
          error_type: "Iceberg.MissingColumnWithinRecord",
          error_message: "The record lacks a column",
          receive_count: 4,
          replay_count: 0,
        },
      },
      arrivedAt: ARRIVED_AT,
    });
  });

  it("gives a row the same place whenever and for whatever reason it fails", () => {
    const place = (line: string) => {
      const { date, object } = read(line).failed;
      return archiveKey({ topic: object.topic, date, messageId: object.message_id });
    };
    const later = { arrivalTimestamp: ARRIVED_AT + 9e8, errorCode: "S3.AccessDenied", attemptsMade: 1 };
    assert.equal(place(errorLine(row(), later)), place(errorLine()));
    assert.notEqual(place(errorLine(row({ message_id: "other" }))), place(errorLine()));
  });

  it("keeps a record that is no UTF-8 in base64", () => {
    const { object } = read(errorLine(Buffer.from([0xff, 0x00, 0xfe]))).failed;
    assert.deepEqual([object.body, object.body_encoding, object.topic], ["/wD+", "base64", NO_TOPIC]);
  });

  const untitled: Record<string, Uint8Array> = {
    "is no JSON": Buffer.from("nonsense"),
    "is null": Buffer.from("null"),
    "names no topic": row({ topic_name: undefined }),
    "names a topic with a slash": row({ topic_name: "../x" }),
    "names a topic that is a number": row({ topic_name: 7 }),
    "is empty": new Uint8Array(),
  };
  for (const [what, record] of Object.entries(untitled)) {
    it(`keeps a record that ${what} without a topic`, () => {
      const { object } = read(errorLine(record)).failed;
      assert.deepEqual([object.topic, object.body], [NO_TOPIC, Buffer.from(record).toString()]);
    });
  }

  const dates: [string, Record<string, unknown>, Record<string, unknown>, string][] = [
    ["the row's own time", {}, {}, "2026-11-23"],
    ["its arrival where the row has no time", { ingestion_ts: undefined }, {}, "2026-11-24"],
    ["its arrival where the row's time is a text", { ingestion_ts: "soon" }, {}, "2026-11-24"],
    ["its arrival where the row's time is beyond the calendar", { ingestion_ts: 1e15 }, {}, "2026-11-24"],
    ["the file's where nothing else gives one", { ingestion_ts: null }, { arrivalTimestamp: undefined }, "2026-11-25"],
  ];
  for (const [what, columns, fields, date] of dates) {
    it(`dates a record by ${what}`, () => {
      assert.equal(read(errorLine(row(columns), fields)).failed.date, date);
    });
  }

  for (const code of [undefined, 7, "has a space", "x".repeat(101), '{"name":"Ada"}']) {
    it(`does not let the error code ${JSON.stringify(code)} into the tracker`, () => {
      const { object } = read(errorLine(row(), { errorCode: code })).failed;
      assert.deepEqual([object.error_class, object.error_type], ["UNKNOWN", "ERROR_CODE_UNREADABLE"]);
    });
  }

  const unreadable: Record<string, string> = {
    "no JSON": "nonsense",
    null: "null",
    "an object without a record": "{}",
    "one whose record is a number": errorLine(row(), { rawData: 7 }),
    "one whose record is no base64": errorLine(row(), { rawData: "no base64!" }),
    "one whose base64 lacks its end": errorLine(row(), { rawData: "YQ" }),
  };
  for (const [what, line] of Object.entries(unreadable)) {
    it(`keeps a line whole that is ${what}`, () => {
      const { failed, arrivedAt } = read(line);
      const { object, date } = failed;
      assert.deepEqual(
        [object.body, object.topic, object.message_id],
        [line, NO_TOPIC, undeliveredId(Buffer.from(line))],
      );
      assert.deepEqual([object.error_class, object.error_type], ["UNKNOWN", "ERROR_LINE_UNREADABLE"]);
      assert.deepEqual([date, arrivedAt], ["2026-11-25", 0]);
    });
  }

  describe("a part of a line that was too long", () => {
    const part = (text: string, partAt: number, key = FILE.key) =>
      readErrorLine({ bytes: Buffer.from(text), partAt }, { ...FILE, key });

    it("is kept as it is, and says where it stood", () => {
      const { failed, arrivedAt } = part("xé{}", 4096);
      const { topic, body, error_class, error_type, error_message } = failed.object;
      assert.deepEqual([failed.date, arrivedAt], ["2026-11-25", 0]);
      assert.deepEqual([topic, body, error_class, error_type], [NO_TOPIC, "xé{}", "UNKNOWN", "ERROR_LINE_TOO_LONG"]);
      assert.match(error_message, /bytes 4096 to 4100 of failed\/file/);
    });

    it("is none of Firehose's lines, whatever it looks like", () => {
      const { object } = part(errorLine(), 0).failed;
      assert.deepEqual([object.topic, object.error_type, object.body], [NO_TOPIC, "ERROR_LINE_TOO_LONG", errorLine()]);
    });

    it("has a place of its own, that of no other part with the same bytes", () => {
      const ids = [part("xx", 0), part("xx", 2), part("xx", 0, "failed/other"), part("xx", 0)].map(
        ({ failed }) => failed.object.message_id,
      );
      assert.equal(new Set(ids).size, 3);
      assert.equal(ids[0], ids[3]);
    });
  });
});
