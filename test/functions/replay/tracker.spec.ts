import assert from "node:assert/strict";
import { trackerExpiry } from "../../../functions/common/error-tracker.ts";
import { type Tracker, trackerOf } from "../../../functions/replay/tracker.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { requestedItem } from "../support/replay.ts";

const signal = new AbortController().signal;
const NOW = Date.UTC(2026, 10, 26);

describe("the replay's tracker", () => {
  let table: TrackerTable;
  let tracker: Tracker;
  let serial = 0;
  const item = (given: Parameters<typeof requestedItem>[0] = {}) =>
    requestedItem({ date_message_id: `2026-11-23#m${serial++}`, ...given });
  before(async () => {
    table = await openTrackerTable();
    tracker = trackerOf(table.client, table.name, () => NOW);
  });
  after(() => table.close());

  it("answers an item as it is, or none", async () => {
    const known = item();
    await table.put(known);
    assert.deepEqual(await tracker.get(known, signal), known);
    assert.equal(await tracker.get(item(), signal), undefined);
  });

  it("reads what was written last, since an older answer could be a request that is fulfilled", async () => {
    const read: unknown[] = [];
    const send = async ({ input }: { input: { ConsistentRead?: boolean } }) => {
      read.push(input.ConsistentRead);
      return {};
    };
    await trackerOf({ send } as unknown as typeof table.client, "t", () => NOW).get(item(), signal);
    assert.deepEqual(read, [true]);
  });

  it("marks a request as fulfilled, and counts it", async () => {
    const known = item({ replay_count: 2, status_reason: "an earlier one" });
    await table.put(known);
    assert.equal(await tracker.replayed(known, signal), true);
    const { status_reason: _, ...others } = known;
    const marked = { ...others, status: "REPLAYED", replay_count: 3, expires_at: trackerExpiry(NOW) };
    assert.deepEqual(await table.get(known), marked);
  });

  it("marks a request as one that cannot be fulfilled, and says why", async () => {
    const known = item();
    await table.put(known);
    assert.equal(await tracker.refused(known, "why", signal), true);
    const marked = { status: "REPLAY_FAILED", status_reason: "why", expires_at: trackerExpiry(NOW) };
    assert.deepEqual(await table.get(known), { ...known, ...marked });
  });

  for (const now of [
    { status: "REPLAYED", replay_count: 1 },
    // Its replay failed at once.
    { status: "ARCHIVED", replay_count: 1 },
    // And was asked for again.
    { status: "REPLAY_REQUESTED", replay_count: 1 },
  ] as const) {
    it(`leaves an item that meanwhile is ${now.status} after ${now.replay_count} replay`, async () => {
      const seen = item();
      const known = { ...seen, ...now };
      await table.put(known);
      assert.equal(await tracker.replayed(seen, signal), false);
      assert.equal(await tracker.refused(seen, "why", signal), false);
      assert.deepEqual(await table.get(known), known);
    });
  }

  it("makes no item where there is none", async () => {
    const gone = item();
    assert.equal(await tracker.replayed(gone, signal), false);
    assert.equal(await table.get(gone), undefined);
  });
});
