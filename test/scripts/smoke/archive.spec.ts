import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { archiveKey } from "../../../functions/common/archive.ts";
import { trackerRange } from "../../../functions/common/error-tracker.ts";
import { ArchiveSearch, rowKey, type TrackedItem, trackedItems } from "../../../scripts/smoke/archive.ts";
import type { Sent } from "../../../scripts/smoke/sent.ts";
import { openTrackerTable, type TrackerTable } from "../../functions/support/dynamodb.ts";
import { MemoryBucket } from "../../functions/support/memory-bucket.ts";
import { archiveObject, requestedItem } from "../../functions/support/replay.ts";

const STARTED = Date.UTC(2026, 0, 10, 6, 30);
const DATE = "2026-01-10";
const key = (id: string) => archiveKey({ topic: "orders", date: DATE, messageId: id });
const item = (id: string, given: Partial<TrackedItem> = {}): TrackedItem => ({
  topic: "orders",
  date_message_id: trackerRange(DATE, id),
  origin: "sqs",
  archive_key: key(id),
  error_class: "DROP",
  error_type: "BODY_NOT_JSON",
  last_seen: new Date(STARTED).toISOString(),
  ...given,
});
const sent = (id: string, body: string): [string, Sent] => [
  id,
  { topic: "orders", id, messageId: undefined, md5: createHash("md5").update(body).digest("hex") },
];

/** @param objects Bodies by id. */
async function look(items: readonly TrackedItem[], objects: Record<string, object>, all: readonly [string, Sent][]) {
  const archive = new MemoryBucket("archive");
  for (const [id, object] of Object.entries(objects)) archive.hold(key(id), JSON.stringify(object));
  let reads = 0;
  const counted = {
    get: (one: string) => {
      reads++;
      return archive.get(one);
    },
  };
  const find = async function* () {
    yield* items;
  };
  const search = new ArchiveSearch({ find, archive: counted }, STARTED);
  await search.look(["orders"], new Map(all));
  await search.look(["orders"], new Map(all));
  return { ...search.found, reads };
}

describe("ArchiveSearch", () => {
  it("finds a message whose object holds the body that was sent, and reads it once", async () => {
    const { messages, spoilt, reads } = await look(
      [item("a"), item("somebody-elses")],
      { a: archiveObject({ message_id: "a", body: "Zoë" }) },
      [sent("a", "Zoë")],
    );
    assert.deepEqual([[...messages], spoilt.size, reads], [[["a", "DROP BODY_NOT_JSON"]], 0, 1]);
  });

  it("does not take a tracked message for archived whose object is missing, unreadable or of another body", async () => {
    const objects = { b: { body: 7 }, c: archiveObject({ message_id: "c", body: "other" }) };
    const all = ["a", "b", "c"].map((id) => sent(id, "body"));
    const { messages, spoilt } = await look([item("a"), item("b"), item("c")], objects, all);
    assert.deepEqual([...messages], []);
    assert.match(
      spoilt.get("a") ?? "",
      /^its object dlq-archive\/orders\/2026-01-10\/a\.json is missing or unreadable$/,
    );
    assert.match(spoilt.get("b") ?? "", /missing or unreadable$/);
    assert.match(spoilt.get("c") ?? "", /holds another body than was sent$/);
  });

  it("finds a row that Firehose could not deliver by its message_id, and leaves out those of long ago", async () => {
    const firehose = { origin: "firehose", error_class: "RETRY", error_type: "S3.AccessDenied" } as const;
    const before = new Date(STARTED - 3 * 86_400_000).toISOString();
    const object = (message_id: string) => archiveObject({ origin: "firehose", body: JSON.stringify({ message_id }) });
    const { rows, reads } = await look(
      [item("x", firehose), item("y", { ...firehose, last_seen: before }), item("z", firehose)],
      { x: object("m-x"), y: object("m-y"), z: archiveObject({ origin: "firehose", body: "no row" }) },
      [],
    );
    assert.deepEqual([[...rows], reads], [[[rowKey("orders", "m-x"), "RETRY S3.AccessDenied"]], 2]);
  });
});

describe("trackedItems", () => {
  let table: TrackerTable;
  before(async () => {
    table = await openTrackerTable();
  });
  after(() => table.close());

  it("are those of the topic that were first sent on that day or later", async () => {
    for (const [topic, range] of [
      ["orders", "2026-01-08#a"],
      ["orders", "2026-01-09#b"],
      ["orders", "2026-01-10#c"],
      ["events", "2026-01-10#d"],
    ] as const) {
      await table.put(requestedItem({ topic, date_message_id: range }));
    }
    const found: string[] = [];
    for await (const one of trackedItems(table.client, table.name)("orders", "2026-01-09")) {
      assert.ok(one.archive_key && one.error_type && one.last_seen && one.origin);
      found.push(one.date_message_id);
    }
    assert.deepEqual(found, ["2026-01-09#b", "2026-01-10#c"]);
  });
});
