import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import type { ArchiveObject } from "../../../functions/common/archive.ts";
import { REPLAY_ATTRIBUTE } from "../../../functions/common/replay.ts";
import {
  archiveDeadLetters,
  type DeadLetterDependencies,
} from "../../../functions/dlq-processor/archive-dead-letters.ts";
import { archived, deadLetter, invocationOf, type Stores, stores } from "../support/dlq.ts";
import { SENT_AT, sqsRecord } from "../support/sqs.ts";

const ID = "059f36b4-87a3-44ab-83d2-661975830a7d";
const KEY = `dlq-archive/order-events/2026-11-23/${ID}.json`;
const ITEM = `order-events/2026-11-23#${ID}`;

async function run(records: readonly SQSRecord[], store: Stores, changed: Partial<DeadLetterDependencies> = {}) {
  const invocation = { ...invocationOf(store), ...changed };
  const unsafe = await archiveDeadLetters(records, invocation);
  return { unsafe: [...unsafe], tally: invocation.tally };
}

const replayed = (body: string, replayCount = 1, messageId = ID): Partial<SQSRecord> => ({
  messageId: "new-id",
  body,
  messageAttributes: {
    [REPLAY_ATTRIBUTE]: {
      dataType: "String",
      stringValue: JSON.stringify({ messageId, sentAt: SENT_AT, replayCount }),
    },
  },
});

describe("archiveDeadLetters", () => {
  it("archives a message byte for byte, tracks it, and has nothing of its body in the tracker", async () => {
    const store = stores();
    const body = ' {"name": "Ada\\u00e9"}\n';
    const { unsafe, tally } = await run([deadLetter({ body })], store);
    assert.deepEqual(unsafe, []);
    assert.deepEqual([...store.archive.objects.keys()], [KEY]);
    assert.equal(archived(store).body, body);
    assert.equal(archived(store).archived_at, "2026-11-26T00:00:00.000Z");
    const item = store.tracker.items.get(ITEM);
    assert.deepEqual([item?.archive_key, item?.status, item?.error_class], [KEY, "ARCHIVED", "UNKNOWN"]);
    assert.ok(!JSON.stringify(item).includes("Ada"));
    assert.deepEqual(tally.types, { RECEIVES_EXHAUSTED: 1 });
  });

  it("reports what the archive or the tracker refuses, and that alone", async () => {
    for (const broken of ["archive", "tracker"] as const) {
      const store = stores();
      const fail = (id: string) => {
        if (id.includes("bad")) throw Object.assign(new Error("secret"), { name: "ThrottlingException" });
      };
      if (broken === "archive") {
        const put = store.archive.put.bind(store.archive);
        store.archive.put = async (key, json) => {
          fail(key);
          await put(key, json);
        };
      } else {
        const track = store.tracker.archived.bind(store.tracker);
        store.tracker.archived = async (failure) => {
          fail(failure.date_message_id);
          return track(failure);
        };
      }
      const { unsafe, tally } = await run(
        ["good-1", "bad-1", "good-2"].map((messageId) => deadLetter({ messageId })),
        store,
      );
      assert.deepEqual(unsafe, ["bad-1"]);
      assert.deepEqual([tally.failures, tally.errors], [1, { ThrottlingException: 1 }]);
      assert.equal(store.tracker.items.size, 2);
    }
  });

  it("archives a message of which SQS says less than it should: it would expire in the dead-letter queue", async () => {
    const store = stores();
    const broken = deadLetter({ messageId: "broken", attributes: undefined as unknown as SQSRecord["attributes"] });
    const timeless = deadLetter({
      messageId: "timeless",
      attributes: { ...sqsRecord().attributes, SentTimestamp: "x" },
    });
    const { unsafe, tally } = await run([broken, timeless, deadLetter()], store);
    assert.deepEqual([unsafe, tally.errors], [[], {}]);
    const keys = ["dlq-archive/_none/1970-01-01/broken.json", "dlq-archive/_none/1970-01-01/timeless.json", KEY];
    assert.deepEqual([...store.archive.objects.keys()].toSorted(), keys.toSorted());
  });

  it("archives a message once that comes twice in a batch", async () => {
    const store = stores();
    const { tally } = await run([deadLetter(), deadLetter()], store);
    assert.equal(tally.archived.sqs.UNKNOWN, 1);
    assert.equal(store.archive.objects.size, 1);
  });

  it("changes nothing in the tracker when a message comes again", async () => {
    const store = stores();
    await run([deadLetter()], store);
    const before = structuredClone(store.tracker.items);
    await store.clock.advance(86_400_000);
    const { unsafe, tally } = await run([deadLetter()], store);
    assert.deepEqual(unsafe, []);
    assert.deepEqual(store.tracker.items, before);
    assert.equal(tally.archived.sqs.UNKNOWN, 0);
  });

  it("starts nothing when there is no time left, and reports it without counting it as a failure", async () => {
    const store = stores();
    const { unsafe, tally } = await run([deadLetter()], store, { deadline: store.clock.now() });
    assert.deepEqual([unsafe, tally.failures, store.archive.objects.size], [[ID], 0, 0]);
  });

  it("waits for no call longer than there is time", async () => {
    const store = stores();
    store.archive.put = () => new Promise(() => {});
    const done = run([deadLetter()], store);
    await store.clock.advance(60_000);
    const { unsafe, tally } = await done;
    assert.deepEqual([unsafe, tally.errors], [[ID], { DeadlineError: 1 }]);
  });

  describe("what SQS moved", () => {
    it("gets the reason for which the sqs-processor drops it, in archive, tracker and count", async () => {
      const store = stores();
      const { tally } = await run([deadLetter({ body: "nonsense" })], store);
      const { error_class, error_type, error_message } = archived(store);
      assert.deepEqual([error_class, error_type], ["DROP", "BODY_NOT_JSON"]);
      assert.equal(error_message, "the body is not JSON text (at byte 1)");
      const item = store.tracker.items.get(ITEM);
      assert.deepEqual([item?.error_class, item?.error_type], ["DROP", "BODY_NOT_JSON"]);
      assert.deepEqual(tally.archived.sqs, { DROP: 1, RETRY: 0, UNKNOWN: 0 });
      assert.deepEqual(tally.types, { BODY_NOT_JSON: 1 });
    });

    it("is looked into only when all is safe, and once: what kills the core cannot keep it from the archive", async () => {
      const store = stores();
      let diagnoses = 0;
      const put = store.archive.put.bind(store.archive);
      store.archive.put = async (key, json) => {
        if (!json.includes("BODY_NOT_JSON")) return put(key, json);
        diagnoses++;
        assert.equal(store.tracker.items.size, 3);
        return new Promise(() => {});
      };
      const batch = ["a", "b", "c"].map((messageId) => deadLetter({ messageId, body: "nonsense" }));
      const died = await Promise.race([run(batch, store), store.clock.advance(0)]);
      assert.deepEqual([died, diagnoses], [undefined, 3]);
      const { unsafe } = await run(batch, store);
      assert.deepEqual([unsafe, diagnoses], [[], 3]);
      assert.equal(store.tracker.items.size, 3);
    });

    it("stays UNKNOWN, and safe, where its reason cannot be written", async () => {
      const store = stores();
      store.tracker.reclassified = async () => {
        throw Object.assign(new Error(), { name: "ThrottlingException" });
      };
      const { unsafe, tally } = await run([deadLetter({ body: "nonsense" })], store);
      assert.deepEqual([unsafe, tally.failures], [[], 1]);
      assert.equal(store.tracker.items.get(ITEM)?.error_class, "UNKNOWN");
    });
  });

  describe("a replayed message that fails again", () => {
    it("takes the place that it had, with its count", async () => {
      const store = stores();
      await run([deadLetter()], store);
      const { body } = archived(store);
      const { unsafe } = await run([deadLetter(replayed(body))], store);
      assert.deepEqual(unsafe, []);
      assert.deepEqual([...store.archive.objects.keys()], [KEY]);
      assert.equal(archived(store).replay_count, 1);
      assert.deepEqual([...store.tracker.items.keys()], [ITEM]);
      assert.equal(store.tracker.items.get(ITEM)?.replay_count, 1);
    });

    it("takes it too where the archive no longer holds it", async () => {
      const store = stores();
      await run([deadLetter()], store);
      store.archive.objects.clear();
      await run([deadLetter(replayed("{}"))], store);
      assert.deepEqual([...store.archive.objects.keys()], [KEY]);
    });

    it("is kept apart where nothing is at that place yet: whose place it is gets it, with no replay counted", async () => {
      const mine = '{"whose":"mine"}';
      for (const body of ['{"whose":"a forger\'s"}', mine]) {
        const store = stores();
        await run([deadLetter(replayed(body, 5))], store);
        const own = archived(store, "dlq-archive/order-events/2026-11-23/new-id.json");
        assert.deepEqual([own.message_id, own.replay_count, own.body], ["new-id", 0, body]);
        await run([deadLetter({ body: mine })], store);
        assert.deepEqual([archived(store, KEY).body, archived(store, KEY).replay_count], [mine, 0]);
        assert.equal(store.tracker.items.get(ITEM)?.replay_count, 0);
      }
    });

    it("is kept apart where another message is at that place: nobody overwrites what is not theirs", async () => {
      const store = stores();
      await run([deadLetter({ body: '{"whose":"mine"}' })], store);
      await run([deadLetter(replayed('{"whose":"a forger\'s"}'))], store);
      assert.equal(archived(store, KEY).body, '{"whose":"mine"}');
      assert.equal(store.tracker.items.get(ITEM)?.replay_count, 0);
      const own = archived(store, "dlq-archive/order-events/2026-11-23/new-id.json");
      assert.deepEqual([own.message_id, own.replay_count], ["new-id", 0]);
    });

    it("is reported where the archive or the tracker cannot be asked", async () => {
      const refuse = async () => {
        throw Object.assign(new Error(), { name: "SlowDown" });
      };
      for (const broken of ["archive", "tracker"] as const) {
        const store = stores();
        await run([deadLetter()], store);
        if (broken === "archive") store.archive.get = refuse;
        else store.tracker.find = refuse;
        const { unsafe } = await run([deadLetter(replayed("{}"))], store);
        assert.deepEqual([unsafe, [...store.archive.objects.keys()]], [["new-id"], [KEY]], broken);
      }
    });
  });

  it("is killed between archive and tracker a hundred times: no message lost, no second object", async () => {
    const store = stores();
    const track = store.tracker.archived.bind(store.tracker);
    let deaths = 0;
    const death: { now: () => void } = { now: () => {} };
    store.tracker.archived = async (failure) => {
      if (deaths === 100) return track(failure);
      deaths++;
      death.now();
      return new Promise(() => {});
    };
    for (let receive = 1; receive <= 100; receive++) {
      const dead = new Promise<undefined>((resolve) => {
        death.now = () => resolve(undefined);
      });
      assert.equal(await Promise.race([run([deadLetter()], store), dead]), undefined);
      assert.deepEqual([store.archive.objects.size, store.tracker.items.size], [1, 0]);
    }
    const { unsafe } = await run([deadLetter()], store);
    assert.deepEqual(unsafe, []);
    assert.deepEqual([[...store.archive.objects.keys()], [...store.tracker.items.keys()]], [[KEY], [ITEM]]);
  });

  // What a call does: it works, is refused, takes effect although its answer is lost, or the process dies at it.
  type Event = "works" | "refused" | "answer lost" | "dies before" | "dies after";
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Event>("works") },
    fc.constantFrom<Event>("refused", "answer lost", "dies before", "dies after"),
  );
  const bodies = fc.array(fc.constantFrom('{"good":1}', "nonsense", "[]"), { minLength: 1, maxLength: 6 });

  it("ends with one object and one item a message, and never lets go of one before, whatever fails or crashes", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.array(event, { maxLength: 40 }), fc.boolean(), async (texts, events, twice) => {
        const store = stores();
        const records = texts.map((body, n) => deadLetter({ messageId: `id-${n}`, body }));
        const left = events[Symbol.iterator]();
        let queue = records;
        for (let receive = 0; queue.length > 0; receive++) {
          assert.ok(receive <= events.length, "a receive without a failure leaves nothing");
          const death = Promise.withResolvers<"dead">();
          let isDead = false;
          const through = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
            return async (...args: A): Promise<R> => {
              if (isDead) return new Promise<R>(() => {});
              const { value = "works" } = left.next();
              if (value === "works") return call(...args);
              if (value === "answer lost" || value === "dies after") await call(...args);
              if (value === "refused" || value === "answer lost") throw new Error(value);
              isDead = true;
              death.resolve("dead");
              return new Promise<R>(() => {});
            };
          };
          const archive = Object.assign(Object.create(store.archive), {
            put: through(store.archive.put.bind(store.archive)),
          });
          const tracker = Object.assign(Object.create(store.tracker), {
            archived: through(store.tracker.archived.bind(store.tracker)),
            reclassified: through(store.tracker.reclassified.bind(store.tracker)),
          });
          const batch = twice ? [...queue, ...queue] : queue;
          const answer = await Promise.race([run(batch, store, { archive, tracker }), death.promise]);
          if (answer === "dead") continue;
          const kept = queue.filter(({ messageId }) => answer.unsafe.includes(messageId));
          for (const { messageId } of queue.filter((record) => !kept.includes(record))) {
            assert.ok(store.archive.objects.has(KEY.replace(ID, messageId)), `${messageId} is archived`);
            assert.ok(store.tracker.items.has(ITEM.replace(ID, messageId)), `${messageId} is tracked`);
          }
          queue = kept;
        }
        const objects = [...store.archive.objects.values()].map(
          ({ bytes }) => JSON.parse(String(bytes)) as ArchiveObject,
        );
        assert.deepEqual(
          objects.map(({ message_id, body }) => [message_id, body]).toSorted(),
          records.map(({ messageId, body }) => [messageId, body]).toSorted(),
        );
        assert.equal(store.tracker.items.size, records.length);
      }),
      { numRuns: 150 },
    );
  });
});
