import assert from "node:assert/strict";
import { type TrackerItem, trackerExpiry } from "../../../functions/common/error-tracker.ts";
import { MAX_REPLAYS } from "../../../functions/common/replay.ts";
import { closedBy, type Selection, type Tracker, trackerOf } from "../../../scripts/replay/tracker.ts";
import { openTrackerTable, type TrackerTable } from "../../functions/support/dynamodb.ts";
import { requestedItem } from "../../functions/support/replay.ts";

const NOW = Date.UTC(2026, 0, 20);
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const { replay_requested_at: _, ...ARCHIVED } = requestedItem({ status: "ARCHIVED" });

describe("the operator's tracker", () => {
  let table: TrackerTable;
  let tracker: Tracker;
  before(async () => {
    table = await openTrackerTable();
    tracker = trackerOf(table.client, table.name, () => NOW);
  });
  after(() => table.close());

  async function found(selection: Partial<Selection>): Promise<string[]> {
    const ids: string[] = [];
    for await (const item of tracker.find({ topic: "orders", since: "2026-01-10", ...selection })) {
      ids.push(item.date_message_id);
    }
    return ids;
  }

  describe("finds", () => {
    const items: Partial<TrackerItem>[] = [
      { date_message_id: "2026-01-09#z" },
      { date_message_id: "2026-01-10#-a" },
      { date_message_id: "2026-01-10#z", error_type: "BODY_NOT_OBJECT" },
      { date_message_id: "2026-01-11#_b", error_class: "UNKNOWN", error_type: "RECEIVES_EXHAUSTED" },
      { date_message_id: "2027-12-31#c", status: "REPLAYED" },
      { date_message_id: "2026-01-10#other", topic: "payments" },
    ];
    before(() => Promise.all(items.map((item) => table.put({ ...ARCHIVED, ...item }))));

    const cases: [string, Partial<Selection>, string[]][] = [
      ["all of a topic since a day", {}, ["2026-01-10#-a", "2026-01-10#z", "2026-01-11#_b", "2027-12-31#c"]],
      ["until a day, that day included", { until: "2026-01-10" }, ["2026-01-10#-a", "2026-01-10#z"]],
      ["a type", { errorType: "BODY_NOT_OBJECT" }, ["2026-01-10#z"]],
      ["a class", { errorClass: "UNKNOWN" }, ["2026-01-11#_b"]],
      ["a message", { id: "c" }, ["2027-12-31#c"]],
      ["nothing where nothing meets all", { id: "c", errorClass: "UNKNOWN" }, []],
      ["nothing of a topic that has nothing", { topic: "events" }, []],
    ];
    for (const [what, selection, ids] of cases) {
      it(what, async () => assert.deepEqual(await found(selection), ids));
    }

    it("what takes several pages", async () => {
      const padding = "x".repeat(300_000);
      const large = Array.from({ length: 8 }, (_, n) => ({ date_message_id: `2026-01-10#${n}`, archive_key: padding }));
      await Promise.all(large.map((item) => table.put({ ...ARCHIVED, topic: "large", ...item })));
      assert.equal((await found({ topic: "large" })).length, 8);
    });
  });

  describe("asks", () => {
    let serial = 0;
    const cases: [Partial<TrackerItem>, boolean][] = [
      [{ status: "ARCHIVED" }, true],
      [{ status: "ARCHIVED", replay_count: MAX_REPLAYS - 1 }, true],
      [{ status: "REPLAY_FAILED", status_reason: "why" }, true],
      [{ status: "REPLAY_REQUESTED", replay_requested_at: ago(3601) }, true],
      [{ status: "REPLAY_REQUESTED", replay_requested_at: ago(3600) }, false],
      [{ status: "REPLAY_REQUESTED" }, false],
      [{ status: "REPLAYED", replay_count: 1 }, false],
      [{ status: "ARCHIVED", replay_count: MAX_REPLAYS }, false],
    ];
    for (const [given, is] of cases) {
      const { status, replay_count = 0, replay_requested_at } = given;
      const when = replay_requested_at === undefined ? "" : ` at ${replay_requested_at}`;
      it(`${is ? "for" : "not for"} what is ${status}${when} after ${replay_count} replays, as it says before`, async () => {
        const item = { ...ARCHIVED, date_message_id: `2026-02-01#${serial++}`, ...given };
        await table.put(item);
        assert.equal(closedBy(item, NOW) === undefined, is);
        assert.equal(await tracker.request(item), is);
        const { status_reason: _, ...others } = item;
        const asked = { status: "REPLAY_REQUESTED", replay_requested_at: ago(0), expires_at: trackerExpiry(NOW) };
        assert.deepEqual(await table.get(item), is ? { ...others, ...asked } : item);
      });
    }

    it("for nothing that is gone meanwhile", async () => {
      const gone = { ...ARCHIVED, date_message_id: "2026-02-01#gone" };
      assert.equal(await tracker.request(gone), false);
      assert.equal(await table.get(gone), undefined);
    });
  });
});
