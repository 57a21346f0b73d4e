import assert from "node:assert/strict";
import { type TrackerItem, type TrackerStatus, trackerExpiry } from "../../../functions/common/error-tracker.ts";
import { type TrackedFailure, type Tracker, trackerOf } from "../../../functions/dlq-processor/tracker.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { MemoryTracker } from "../support/memory-tracker.ts";

const signal = new AbortController().signal;
const BEFORE = Date.UTC(2026, 0, 1);
const NOW = Date.UTC(2026, 0, 2);
let serial = 0;

/** A failure of a message that no other test uses. */
function failure(replay_count = 0): TrackedFailure {
  const id = `2026-01-01#m${serial++}`;
  const reason = { error_class: "UNKNOWN", error_type: "RECEIVES_EXHAUSTED" } as const;
  return {
    topic: "orders",
    date_message_id: id,
    origin: "sqs",
    archive_key: `dlq-archive/${id}`,
    ...reason,
    replay_count,
  };
}

/** Its item as an earlier archiving, and what came after that, left it. */
function itemOf(failure: TrackedFailure, status: TrackerStatus, replay_count: number): TrackerItem {
  const seen = new Date(BEFORE).toISOString();
  return {
    ...failure,
    status,
    replay_count,
    first_seen: seen,
    last_seen: seen,
    expires_at: trackerExpiry(BEFORE),
    ...(status === "REPLAY_FAILED" ? { status_reason: "why" } : {}),
    ...(status === "REPLAY_REQUESTED" ? { replay_requested_at: seen } : {}),
  };
}

describe("the dlq-processor's tracker", () => {
  let table: TrackerTable;
  before(async () => {
    table = await openTrackerTable();
  });
  after(() => table.close());

  type Store = { tracker: Tracker; put(item: TrackerItem): unknown; get(item: TrackedFailure): Promise<unknown> };
  const stores: Record<string, () => Store> = {
    "in DynamoDB": () => ({ tracker: trackerOf(table.client, table.name, () => NOW), put: table.put, get: table.get }),
    "in memory, as other specs use it": () => {
      const tracker = new MemoryTracker(() => NOW);
      const id = ({ topic, date_message_id }: TrackedFailure) => `${topic}/${date_message_id}`;
      return {
        tracker,
        put: (item) => tracker.items.set(id(item), item),
        get: async (item) => tracker.items.get(id(item)),
      };
    },
  };

  for (const [where, open] of Object.entries(stores)) {
    describe(where, () => {
      it("makes the item at the first failure", async () => {
        const { tracker, get } = open();
        const first = failure();
        assert.equal(await tracker.archived(first, signal), true);
        const seen = "2026-01-02T00:00:00.000Z";
        const times = { first_seen: seen, last_seen: seen, expires_at: Date.UTC(2026, 3, 2) / 1000 };
        assert.deepEqual(await get(first), { ...first, status: "ARCHIVED", ...times });
      });

      const repetitions: [TrackerStatus, number, number][] = [
        ["ARCHIVED", 0, 0],
        ["REPLAY_REQUESTED", 0, 0],
        ["REPLAY_FAILED", 0, 0],
        ["REPLAYED", 1, 0],
        ["ARCHIVED", 1, 0],
        ["ARCHIVED", 1, 1],
        ["REPLAY_REQUESTED", 1, 1],
        ["REPLAYED", 2, 1],
      ];
      for (const [status, has, brings] of repetitions) {
        it(`leaves an item that is ${status} after ${has} replays when a failure after ${brings} is repeated`, async () => {
          const { tracker, put, get } = open();
          const again = failure(brings);
          const item = itemOf(again, status, has);
          await put(item);
          assert.equal(await tracker.archived(again, signal), false);
          assert.deepEqual(await get(again), item);
        });
      }

      const news: [TrackerStatus, number, number][] = [
        ["REPLAYED", 1, 1],
        // Its replay failed before it was marked.
        ["REPLAY_REQUESTED", 0, 1],
        ["ARCHIVED", 0, 1],
        ["REPLAY_FAILED", 1, 2],
      ];
      for (const [status, has, brings] of news) {
        it(`archives an item again that is ${status} after ${has} replays at a failure after ${brings}`, async () => {
          const { tracker, put, get } = open();
          const again = { ...failure(brings), error_class: "DROP", error_type: "BODY_NOT_JSON" } as const;
          await put(itemOf({ ...again, error_class: "UNKNOWN", error_type: "OTHER" }, status, has));
          assert.equal(await tracker.archived(again, signal), true);
          assert.deepEqual(await get(again), {
            ...again,
            status: "ARCHIVED",
            first_seen: new Date(BEFORE).toISOString(),
            last_seen: new Date(NOW).toISOString(),
            expires_at: trackerExpiry(NOW),
          });
        });
      }

      const drop = { error_class: "DROP", error_type: "BODY_NOT_JSON" } as const;
      it("changes class and type of an item as it was archived", async () => {
        const { tracker, put, get } = open();
        const item = itemOf(failure(1), "ARCHIVED", 1);
        await put(item);
        await tracker.reclassified({ ...item, ...drop }, signal);
        assert.deepEqual(await get(item), { ...item, ...drop });
      });

      for (const [status, count] of [
        ["REPLAY_REQUESTED", 0],
        ["ARCHIVED", 1],
      ] as const) {
        it(`leaves class and type of one that is ${status} after ${count} replays since`, async () => {
          const { tracker, put, get } = open();
          const item = itemOf(failure(), status, count);
          await put(item);
          await tracker.reclassified({ ...item, ...drop, replay_count: 0 }, signal);
          assert.deepEqual(await get(item), item);
        });
      }

      it("finds which of many it has", async () => {
        const { tracker, put } = open();
        const all = Array.from({ length: 100 }, () => failure());
        const item = itemOf(all[42] as TrackedFailure, "REPLAYED", 1);
        await put(item);
        const [found, ...others] = await tracker.find(all, signal);
        assert.deepEqual(others, []);
        const { topic, date_message_id, status, replay_count, last_seen } = found ?? {};
        assert.deepEqual(
          { topic, date_message_id, status, replay_count, last_seen },
          {
            topic: item.topic,
            date_message_id: item.date_message_id,
            status: "REPLAYED",
            replay_count: 1,
            last_seen: item.last_seen,
          },
        );
      });
    });
  }

  it("throws what is not a condition", async () => {
    const tracker = trackerOf(table.client, "another", () => NOW);
    await assert.rejects(tracker.archived(failure(), signal), { name: "ResourceNotFoundException" });
  });

  it("finds what was written last, since an older answer could hide that a row was replayed", async () => {
    const read: unknown[] = [];
    const send = async ({ input }: { input: { RequestItems: Record<string, { ConsistentRead?: boolean }> } }) => {
      read.push(input.RequestItems[table.name]?.ConsistentRead);
      return {};
    };
    await trackerOf({ send } as unknown as typeof table.client, table.name, () => NOW).find([failure()], signal);
    assert.deepEqual(read, [true]);
  });

  it("throws where DynamoDB leaves keys unanswered, so that none is taken for unknown", async () => {
    const send = async () => ({ Responses: {}, UnprocessedKeys: { [table.name]: { Keys: [{}] } } });
    const tracker = trackerOf({ send } as unknown as typeof table.client, table.name, () => NOW);
    await assert.rejects(tracker.find([failure(), failure()], signal), /left 1 of 2 keys/);
  });
});
