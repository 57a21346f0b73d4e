import assert from "node:assert/strict";
import {
  type ArchiveObject,
  archiveDate,
  archiveKey,
  isArchiveTime,
  isMessageId,
  isTopic,
  readArchiveObject,
  undeliveredId,
} from "../../../functions/common/archive.ts";

const OBJECT: ArchiveObject = {
  origin: "sqs",
  topic: "orders",
  message_id: "059f36b4-87a3-44ab-83d2-661975830a7d",
  body: "",
  body_encoding: "utf8",
  sqs_attributes: {},
  message_attributes: {},
  error_class: "UNKNOWN",
  error_type: "RECEIVES_EXHAUSTED",
  error_message: "",
  receive_count: 10,
  replay_count: 0,
  archived_at: "2026-01-10T00:00:00.000Z",
};

describe("the archive's contract", () => {
  it("names an object by topic, day of the first send and message id", () => {
    const date = archiveDate(Date.UTC(2026, 0, 10, 23, 59, 59, 999));
    assert.equal(archiveKey({ topic: "orders", date, messageId: "m" }), "dlq-archive/orders/2026-01-10/m.json");
  });

  it("names a record by its bytes", () => {
    const id = undeliveredId(Buffer.from("a"));
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.equal(undeliveredId(new Uint8Array([0x61])), id);
    assert.notEqual(undeliveredId(Buffer.from("b")), id);
    assert.ok(isMessageId(id));
  });

  it("lets no text into a key that could change it", () => {
    const topics: [unknown, boolean][] = [
      ["orders", true],
      ["order-events-2", true],
      ["a".repeat(81), false],
      ["Orders", false],
      ["2-orders", false],
      ["_none", false],
      ["a/b", false],
      ["..", false],
      ["a\n", false],
      ["", false],
      [undefined, false],
    ];
    for (const [topic, is] of topics) assert.equal(isTopic(topic), is, String(topic));
    for (const id of [OBJECT.message_id, "A_b-1"]) assert.ok(isMessageId(id));
    for (const id of ["", ".", "..", "a/b", "a b", "a\n", "é", "a".repeat(101), 7])
      assert.ok(!isMessageId(id), String(id));
    for (const time of [0, Date.UTC(9999, 11, 31)]) assert.ok(isArchiveTime(time));
    for (const time of [-1, 0.5, Number.NaN, Date.UTC(10_000, 0), "0", null])
      assert.ok(!isArchiveTime(time), String(time));
  });
});

describe("readArchiveObject", () => {
  it("reads what was written", () => {
    for (const object of [OBJECT, { ...OBJECT, topic: "_none", origin: "firehose", body_encoding: "base64" }]) {
      assert.deepEqual(readArchiveObject(JSON.stringify(object)), object);
    }
  });

  const changes: Record<string, unknown>[] = [
    { origin: "s3" },
    { topic: "../x" },
    { message_id: "a/b" },
    { body: null },
    { body_encoding: "hex" },
    { sqs_attributes: null },
    { message_attributes: undefined },
    { message_attributes: { a: null } },
    { message_attributes: { a: { dataType: 7 } } },
    { message_attributes: { a: { dataType: "String", stringValue: {} } } },
  ];
  const broken = ["", "null", "[]", "7", ...changes.map((change) => JSON.stringify({ ...OBJECT, ...change }))];
  for (const text of broken) {
    it(`refuses ${text.slice(0, 60)}`, () => assert.equal(readArchiveObject(text), undefined));
  }
});
