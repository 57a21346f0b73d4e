import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { undeliveredId } from "../../../functions/common/archive.ts";
import type { TrackerItem } from "../../../functions/common/error-tracker.ts";
import { archiveErrorFile, type ErrorFileDependencies } from "../../../functions/dlq-processor/archive-error-file.ts";
import { LONGEST_LINE } from "../../../functions/dlq-processor/error-file.ts";
import { archived, invocationOf, type Stores, stores } from "../support/dlq.ts";
import { ARRIVED_AT, errorLine, row } from "../support/error-files.ts";

const FILE = "failed/iceberg-failed/2026/11/24/file";
const ROW_KEY = `dlq-archive/orders/2026-11-23/${undeliveredId(row())}.json`;
const ROW_ITEM = `orders/2026-11-23#${undeliveredId(row())}`;

async function run(store: Stores, changed: Partial<ErrorFileDependencies> = {}) {
  const invocation = { ...invocationOf(store), ...changed };
  return { isDone: await archiveErrorFile(FILE, invocation), tally: invocation.tally };
}

/** A file of so many rows, all different. */
const manyRows = (count: number) =>
  Array.from({ length: count }, (_, n) => `${errorLine(row({ message_id: `m${n}` }))}\n`).join("");

describe("archiveErrorFile", () => {
  for (const zipped of [false, true]) {
    it(`archives and tracks every record of a ${zipped ? "GZIP" : "plain"} file, then deletes it`, async () => {
      const store = stores();
      const text = `${errorLine()}\n${errorLine(Buffer.from("nonsense"))}\nno line of Firehose's\n`;
      store.errors.hold(FILE, zipped ? gzipSync(text) : text, ARRIVED_AT);
      const { isDone, tally } = await run(store);
      assert.equal(isDone, true);
      assert.equal(store.errors.objects.size, 0);
      assert.deepEqual([store.archive.objects.size, store.tracker.items.size], [3, 3]);
      assert.equal(archived(store, ROW_KEY).body, row().toString());
      assert.deepEqual(tally.archived.firehose, { DROP: 2, RETRY: 0, UNKNOWN: 1 });
    });
  }

  it("archives a line that is longer than any of Firehose's in parts, which together are the line", async () => {
    const store = stores();
    const long = "x".repeat(LONGEST_LINE * 3 + 7);
    store.errors.hold(FILE, `${errorLine()}\n${long}\n`);
    const { isDone, tally } = await run(store);
    assert.equal(isDone, true);
    assert.deepEqual(tally.types, { "Iceberg.MissingColumnWithinRecord": 1, ERROR_LINE_TOO_LONG: 4 });
    assert.equal(store.errors.objects.size, 0);
    assert.equal(store.tracker.items.size, 5);
    const parts = [...store.archive.objects.keys()].filter((key) => key !== ROW_KEY).map((key) => archived(store, key));
    const first = ({ error_message }: { error_message: string }) => Number(/bytes (\d+)/.exec(error_message)?.[1]);
    assert.equal(
      parts
        .toSorted((a, b) => first(a) - first(b))
        .map(({ body }) => body)
        .join(""),
      long,
    );
  });

  it("is done with a file that is no longer there", async () => {
    const store = stores();
    assert.equal((await run(store)).isDone, true);
    assert.equal(store.archive.objects.size, 0);
  });

  it("archives a record once that is in a file twice", async () => {
    const store = stores();
    store.errors.hold(FILE, `${errorLine()}\n${errorLine()}\n`);
    const { isDone, tally } = await run(store);
    assert.deepEqual([isDone, tally.archived.firehose.DROP], [true, 1]);
  });

  it("keeps the file where a record cannot be archived, and archives the others", async () => {
    const store = stores();
    store.errors.hold(FILE, manyRows(250));
    const put = store.archive.put.bind(store.archive);
    store.archive.put = async (key, json) => {
      if (json.includes('\\"m7\\"')) throw Object.assign(new Error(), { name: "SlowDown" });
      await put(key, json);
    };
    const { isDone, tally } = await run(store);
    assert.deepEqual([isDone, tally.failures, tally.errors], [false, 1, { SlowDown: 1 }]);
    assert.equal(store.tracker.items.size, 249);
    assert.ok(store.errors.objects.has(FILE));
  });

  it("gives up where nothing of a hundred records can be archived, or the tracker cannot be asked", async () => {
    for (const broken of ["put", "find"] as const) {
      const store = stores();
      store.errors.hold(FILE, manyRows(250));
      let calls = 0;
      const fail = async () => {
        calls++;
        throw new Error("away");
      };
      if (broken === "put") store.archive.put = fail;
      else store.tracker.find = fail;
      assert.equal((await run(store)).isDone, false);
      assert.equal(calls, broken === "put" ? 100 : 1);
      assert.ok(store.errors.objects.has(FILE));
    }
  });

  it("throws what deleting the file throws, and archives nothing twice when it is told again", async () => {
    const store = stores();
    store.errors.hold(FILE, manyRows(3));
    store.errors.delete = async () => {
      throw new Error("away");
    };
    await assert.rejects(run(store), /away/);
    let puts = 0;
    store.archive.put = async () => {
      puts++;
    };
    await assert.rejects(run(store), /away/);
    assert.equal(puts, 0);
  });

  it("gets further with each invocation where one has not the time for the whole file", async () => {
    const store = stores();
    store.errors.hold(FILE, manyRows(1000));
    const put = store.archive.put.bind(store.archive);
    let puts = 0;
    store.archive.put = async (key, json) => {
      puts++;
      await put(key, json);
    };
    // Each record takes 10 ms of an invocation's 3 seconds.
    const clock = { now: () => puts * 10, after: () => undefined, clear: () => {} };
    const safe: number[] = [];
    for (let isDone = false; !isDone; ) {
      const { tally, ...answer } = await run(store, { clock, deadline: clock.now() + 3000 });
      isDone = answer.isDone;
      safe.push(store.tracker.items.size);
      assert.ok(tally.failures <= 32, "what there is no time for is no failure, but for what is on its way");
      assert.ok(safe.length <= 10, `no end: ${safe}`);
    }
    assert.deepEqual(
      safe,
      safe.toSorted((a, b) => a - b),
    );
    assert.ok(safe.length >= 3, `${safe}`);
    assert.equal(store.tracker.items.size, 1000);
    assert.ok(puts <= 1000 + 32 * safe.length, `${puts} puts`);
  });

  describe("a row that came before", () => {
    const item = (given: Partial<TrackerItem>): TrackerItem => ({
      topic: "orders",
      date_message_id: ROW_ITEM.slice("orders/".length),
      origin: "firehose",
      archive_key: ROW_KEY,
      error_class: "DROP",
      error_type: "Iceberg.MissingColumnWithinRecord",
      status: "ARCHIVED",
      replay_count: 0,
      first_seen: new Date(ARRIVED_AT - 2000).toISOString(),
      last_seen: new Date(ARRIVED_AT - 1000).toISOString(),
      expires_at: 0,
      ...given,
    });
    const later = { last_seen: new Date(ARRIVED_AT).toISOString() };
    it("and failed twice since, once before its replay and once after, counts by the last, in whatever order", async () => {
      for (const order of [0, 1]) {
        const store = stores();
        store.tracker.items.set(ROW_ITEM, item({ status: "REPLAYED", replay_count: 1 }));
        const lines = [errorLine(), errorLine(row(), { arrivalTimestamp: ARRIVED_AT - 5000 })];
        store.errors.hold(FILE, (order === 0 ? lines : lines.toReversed()).join("\n"));
        await run(store);
        assert.equal(store.tracker.items.get(ROW_ITEM)?.status, "ARCHIVED");
      }
    });

    const cases: [string, Partial<TrackerItem>, number | undefined][] = [
      ["is archived", {}, undefined],
      ["was replayed, and is told of again", { status: "REPLAYED", replay_count: 1, ...later }, undefined],
      ["is asked for, and is told of again", { status: "REPLAY_REQUESTED", ...later }, undefined],
      ["could not be replayed", { status: "REPLAY_FAILED" }, undefined],
      ["failed again after its replay", { status: "REPLAYED", replay_count: 2 }, 2],
      ["failed again before its replay was marked", { status: "REPLAY_REQUESTED", replay_count: 2 }, 3],
    ];
    for (const [what, given, count] of cases) {
      it(`and ${what} ${count === undefined ? "changes nothing" : `is archived again after ${count} replays`}`, async () => {
        const store = stores();
        store.tracker.items.set(ROW_ITEM, item(given));
        store.errors.hold(FILE, errorLine());
        const { isDone } = await run(store);
        assert.equal(isDone, true);
        assert.equal(store.errors.objects.size, 0);
        if (count === undefined) {
          assert.equal(store.archive.objects.size, 0);
          assert.deepEqual(store.tracker.items.get(ROW_ITEM), item(given));
        } else {
          assert.equal(archived(store, ROW_KEY).replay_count, count);
          const { status, replay_count } = store.tracker.items.get(ROW_ITEM) ?? {};
          assert.deepEqual([status, replay_count], ["ARCHIVED", count]);
        }
      });
    }
  });
});
