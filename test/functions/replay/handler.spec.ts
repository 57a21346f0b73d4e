import assert from "node:assert/strict";
import type { DynamoDBRecord } from "aws-lambda";
import fc from "fast-check";
import type { TrackerKey } from "../../../functions/common/conditional-update.ts";
import type { TrackerItem } from "../../../functions/common/error-tracker.ts";
import { createLog } from "../../../functions/common/log.ts";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import { MAX_REPLAYS } from "../../../functions/common/replay.ts";
import { createHandler } from "../../../functions/replay/handler.ts";
import type { PutRecord, SendMessage } from "../../../functions/replay/replay.ts";
import type { Tracker } from "../../../functions/replay/tracker.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";
import { MemoryBucket } from "../support/memory-bucket.ts";
import { archiveObject, ID, KEY, requestedItem } from "../support/replay.ts";
import { lambdaContext } from "../support/sqs.ts";

const ITEM_ID = `orders/2026-11-23#${ID}`;
const idOf = ({ topic, date_message_id }: TrackerKey) => `${topic}/${date_message_id}`;

/** Items in memory, with the conditions that tracker.spec.ts shows. */
class Items extends Map<string, TrackerItem> {
  hold(item: TrackerItem): void {
    this.set(idOf(item), item);
  }

  tracker(): Tracker {
    const change = (item: TrackerItem, to: Partial<TrackerItem>) => {
      const now = this.get(idOf(item));
      if (now?.status !== "REPLAY_REQUESTED" || now.replay_count !== item.replay_count) return false;
      this.hold({ ...now, ...to });
      return true;
    };
    return {
      get: async (key) => this.get(idOf(key)),
      replayed: async (item) => change(item, { status: "REPLAYED", replay_count: item.replay_count + 1 }),
      refused: async (item, status_reason) => change(item, { status: "REPLAY_FAILED", status_reason }),
    };
  }
}

interface World {
  clock: VirtualClock;
  archive: MemoryBucket;
  items: Items;
  /** Ids and counts of messages sent, and rows put. */
  sent: unknown[];
}

function world(item?: TrackerItem, object: object | undefined = archiveObject()): World {
  const archive = new MemoryBucket("archive");
  if (object !== undefined) archive.hold(KEY, JSON.stringify(object));
  const items = new Items();
  if (item !== undefined) items.hold(item);
  return { clock: virtualClock(Date.UTC(2026, 10, 26)), archive, items, sent: [] };
}

interface Changes {
  sendMessage?: SendMessage;
  putRecord?: PutRecord;
  tracker?: Partial<Tracker>;
  remainingMs?: number;
}

async function invoke(
  { clock, archive, items, sent }: World,
  records: readonly DynamoDBRecord[],
  changes: Changes = {},
) {
  const lines: string[] = [];
  const metrics: MetricLine[] = [];
  const handler = createHandler({
    archive,
    tracker: { ...items.tracker(), ...changes.tracker },
    clients: {
      sendMessage: async (topic, body, attributes, signal) => {
        await changes.sendMessage?.(topic, body, attributes, signal);
        const { messageId, replayCount } = JSON.parse(attributes["lean-ops.replay"]?.StringValue ?? "");
        sent.push({ topic, body, messageId, replayCount });
      },
      putRecord: async (row, signal) => {
        await changes.putRecord?.(row, signal);
        sent.push(Buffer.from(row).toString());
      },
    },
    clock,
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: { service: "replay" } }),
    metrics: (line) => metrics.push(line),
  });
  const done = handler({ Records: [...records] }, lambdaContext(clock, changes.remainingMs));
  await clock.advance(60_000);
  const failed = (await done).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { failed, counts: metrics[0]?.counts, logged: lines.map((line) => JSON.parse(line)), text: lines.join() };
}

/** A change of an item, as the table's stream tells of it. */
function change(item: TrackerItem, SequenceNumber = "1"): DynamoDBRecord {
  const Keys = { topic: { S: item.topic }, date_message_id: { S: item.date_message_id } };
  const NewImage = { ...Keys, status: { S: item.status } };
  return { eventName: "MODIFY", dynamodb: { Keys, NewImage, SequenceNumber } };
}

const away = (name: string) => async () => {
  throw Object.assign(new Error("secret"), { name });
};

describe("the replay's handler", () => {
  it("sends the archived message, then marks its item", async () => {
    const item = requestedItem({ replay_count: 2 });
    const given = world(item);
    const { failed, counts, logged } = await invoke(given, [change(item)]);
    assert.deepEqual([failed, logged], [[], []]);
    assert.deepEqual(given.sent, [{ topic: "orders", body: '{"amount":1}', messageId: ID, replayCount: 3 }]);
    const { status, replay_count } = given.items.get(ITEM_ID) ?? {};
    assert.deepEqual([status, replay_count], ["REPLAYED", 3]);
    assert.deepEqual(counts, { MessagesReplayed: 1, ReplaysRefused: 0, ReplayFailures: 0 });
  });

  it("passes over a change of which nobody can say whose it is, and does what stands beside it", async () => {
    const given = world(requestedItem());
    const broken = ["null", "{}", '{"topic":{"S":{"toString":null,"valueOf":1}}}', '{"topic":{"S":["orders"]}}'];
    const changes = broken.map((keys) => {
      const { dynamodb } = change(requestedItem(), "9");
      return { dynamodb: { ...dynamodb, Keys: JSON.parse(keys) } };
    });
    const { failed, counts } = await invoke(given, [...changes, change(requestedItem())]);
    assert.deepEqual([failed, counts?.MessagesReplayed], [[], 1]);
  });

  it("reports its whole batch where a change has no place in the stream", async () => {
    const { dynamodb = {}, ...others } = change(requestedItem());
    const { SequenceNumber: _none, ...unplaced } = dynamodb;
    const { failed } = await invoke(world(requestedItem()), [{ ...others, dynamodb: unplaced }], {
      sendMessage: away("ThrottlingException"),
    });
    assert.deepEqual(failed, [""]);
  });

  it("puts an undelivered row to the stream", async () => {
    const item = requestedItem({ origin: "firehose" });
    const given = world(item, archiveObject({ origin: "firehose", body: '{"row":1}' }));
    await invoke(given, [change(item)]);
    assert.deepEqual(given.sent, ['{"row":1}']);
    assert.equal(given.items.get(ITEM_ID)?.status, "REPLAYED");
  });

  for (const status of ["REPLAYED", "ARCHIVED", "REPLAY_FAILED"] as const) {
    it(`sends nothing where the item is ${status} by now`, async () => {
      const given = world(requestedItem({ status }));
      const { failed, counts } = await invoke(given, [change(requestedItem())]);
      assert.deepEqual([failed, given.sent, given.items.get(ITEM_ID)?.status], [[], [], status]);
      assert.deepEqual(counts, { MessagesReplayed: 0, ReplaysRefused: 0, ReplayFailures: 0 });
    });
  }

  it("sends nothing for changes that ask for nothing, nor for an item that is gone", async () => {
    const given = world();
    const removal: DynamoDBRecord = { eventName: "REMOVE", dynamodb: { Keys: {}, SequenceNumber: "2" } };
    const records = [change(requestedItem()), change(requestedItem({ status: "ARCHIVED" })), removal, {}];
    assert.deepEqual([(await invoke(given, records)).failed, given.sent], [[], []]);
  });

  it("sends once what is asked for twice in a batch, and nothing when it is asked for again", async () => {
    const item = requestedItem();
    const given = world(item);
    await invoke(given, [change(item, "1"), change(item, "2")]);
    await invoke(given, [change(item, "2")]);
    assert.equal(given.sent.length, 1);
  });

  describe("refuses for good, and sends nothing", () => {
    const refusals: [string, Partial<TrackerItem>, object | undefined, string][] = [
      [
        "what has been replayed as often as is allowed",
        { replay_count: MAX_REPLAYS },
        archiveObject(),
        "REPLAYED_TOO_OFTEN",
      ],
      ["what the archive does not hold", { archive_key: "dlq-archive/other" }, archiveObject(), "ARCHIVE_MISSING"],
      ["what is no archive object", {}, { body: "x" }, "ARCHIVE_MALFORMED"],
      [
        "an object with attributes that are none",
        {},
        archiveObject({ message_attributes: { a: null as never } }),
        "ARCHIVE_MALFORMED",
      ],
      [
        "an object with untyped attributes",
        {},
        archiveObject({ message_attributes: { a: {} as never } }),
        "ARCHIVE_MALFORMED",
      ],
      ["another topic's object", {}, archiveObject({ topic: "payments" }), "ARCHIVE_MALFORMED"],
      ["another message's object", {}, archiveObject({ message_id: "other" }), "ARCHIVE_MALFORMED"],
      [
        "a line of an error file, or a part of one, that Firehose would not take",
        {},
        archiveObject({ origin: "firehose", body: "x".repeat(1000 * 1024 + 1) }),
        "RECORD_TOO_LARGE",
      ],
      ["what the sqs-processor would drop", {}, archiveObject({ body: "x".repeat(1024 * 1024) }), "DROPPED"],
    ];
    for (const [what, given, object, reason] of refusals) {
      it(what, async () => {
        const item = requestedItem(given);
        const all = world(item, object);
        const { failed, counts, logged } = await invoke(all, [change(item)]);
        assert.deepEqual([failed, all.sent], [[], []]);
        const { status, status_reason, replay_count } = all.items.get(ITEM_ID) ?? {};
        assert.deepEqual([status, replay_count], ["REPLAY_FAILED", item.replay_count]);
        assert.ok(status_reason?.startsWith(`${reason}: `), status_reason);
        assert.deepEqual(counts, { MessagesReplayed: 0, ReplaysRefused: 1, ReplayFailures: 0 });
        assert.deepEqual(logged[0]?.reasons, { [reason]: 1 });
      });
    }

    it("a message whose topic has no queue any more", async () => {
      const item = requestedItem();
      const given = world(item);
      const { failed } = await invoke(given, [change(item)], { sendMessage: away("QueueDoesNotExist") });
      assert.deepEqual([failed, given.items.get(ITEM_ID)?.status], [[], "REPLAY_FAILED"]);
    });
  });

  describe("reports, so that it is tried again, a request", () => {
    const item = requestedItem();
    const undelivered = world(item, archiveObject({ origin: "firehose" }));
    const failures: [string, World, Changes][] = [
      ["whose item cannot be read", world(item), { tracker: { get: away("ThrottlingException") } }],
      ["whose message cannot be sent", world(item), { sendMessage: away("ThrottlingException") }],
      ["whose row cannot be put", undelivered, { putRecord: away("ThrottlingException") }],
      ["whose item cannot be marked", world(item), { tracker: { replayed: away("ThrottlingException") } }],
    ];
    for (const [what, given, changes] of failures) {
      it(what, async () => {
        const { failed, counts, logged, text } = await invoke(given, [change(item, "7")], changes);
        assert.deepEqual([failed, given.items.get(ITEM_ID)?.status], [["7"], "REPLAY_REQUESTED"]);
        assert.equal(counts?.ReplayFailures, 1);
        assert.deepEqual(logged[0]?.errors, { ThrottlingException: 1 });
        assert.ok(!text.includes("secret"));
      });
    }

    it("for which there is no time", async () => {
      const given = world(item);
      const never = { sendMessage: () => new Promise(() => {}), remainingMs: 5000 };
      assert.deepEqual((await invoke(given, [change(item, "7")], never)).failed, ["7"]);
      assert.deepEqual((await invoke(given, [change(item, "7")], { remainingMs: 1000 })).failed, ["7"]);
      assert.deepEqual(given.sent, []);
    });

    it("by each of its places in the batch, and no other", async () => {
      const good = requestedItem({ date_message_id: "2026-11-23#good", archive_key: "good" });
      const given = world(item);
      given.items.hold(good);
      given.archive.hold("good", JSON.stringify(archiveObject({ message_id: "good", body: "good" })));
      const sendMessage: SendMessage = async (_topic, body) => {
        if (body !== "good") throw new Error("away");
      };
      const records = [change(item, "1"), change(good, "2"), change(item, "3")];
      assert.deepEqual((await invoke(given, records, { sendMessage })).failed, ["1", "3"]);
    });
  });

  it("keeps a request that was made again while the one before was being marked", async () => {
    const item = requestedItem();
    const given = world(item);
    const sendMessage: SendMessage = async () => {
      // It fails at once, is archived again, and an operator asks again.
      given.items.hold(requestedItem({ replay_count: 1 }));
    };
    await invoke(given, [change(item)], { sendMessage });
    assert.equal(given.items.get(ITEM_ID)?.status, "REPLAY_REQUESTED");
    await invoke(given, [change(item)]);
    assert.deepEqual(
      given.sent.map((message) => (message as { replayCount: number }).replayCount),
      [1, 2],
    );
  });

  it("sends at least once, and marks, whatever fails on the way", async () => {
    const calls = fc.array(fc.constantFrom("works", "refused", "answer lost"), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(calls, async (events) => {
        const item = requestedItem();
        const given = world(item);
        const left = events[Symbol.iterator]();
        const through = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
          return async (...args: A): Promise<R> => {
            const { value = "works" } = left.next();
            if (value === "refused") throw new Error(value);
            const result = await call(...args);
            if (value === "answer lost") throw new Error(value);
            return result;
          };
        };
        const { get, replayed } = given.items.tracker();
        let taken = 0;
        const sendMessage = through(async () => {
          taken++;
        });
        const changes = { tracker: { get: through(get), replayed: through(replayed) }, sendMessage };
        let failed = ["1"];
        for (let attempt = 0; failed.length > 0; attempt++) {
          assert.ok(attempt <= events.length);
          ({ failed } = await invoke(given, [change(item)], changes));
        }
        assert.ok(taken >= 1);
        assert.equal(given.items.get(ITEM_ID)?.status, "REPLAYED");
      }),
      { numRuns: 100 },
    );
  });
});
