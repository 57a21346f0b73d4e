import assert from "node:assert/strict";
import fc from "fast-check";
import { StreamMapping } from "../../../local/mappings/stream-mapping.ts";
import { streamArn } from "../dynamodb/fixtures.ts";
import { Crash, functionArn, setUp, throttled } from "./stream-fixtures.ts";

const HOUR = 60 * 60 * 1000;

/** Crashes on any batch that holds `poison`. */
const crashOn =
  (...poison: string[]) =>
  (ids: readonly string[]): [] => {
    if (ids.some((id) => poison.includes(id))) throw new Crash();
    return [];
  };

describe("the event source mapping of a stream", () => {
  describe("batching", () => {
    it("polls four times a second and invokes with what is there", async () => {
      const { clock, insert, batches } = setUp();
      insert("a");
      await clock.advance(200);
      insert("b");
      await clock.advance(49);
      assert.deepEqual(batches, []);
      await clock.advance(1);
      assert.deepEqual(batches, [["a", "b"]]);
    });

    it("invokes at once with a full batch, and later with the rest", async () => {
      const { clock, insert, batches } = setUp({ batchSize: 2 });
      insert("a", "b", "c");
      await clock.advance(0);
      assert.deepEqual(batches, [["a", "b"]]);
      await clock.advance(250);
      assert.deepEqual(batches[1], ["c"]);
    });

    it("waits for its window", async () => {
      const { clock, insert, batches } = setUp({ windowSeconds: 5 });
      insert("a");
      await clock.advance(4_999);
      insert("b");
      assert.deepEqual(batches, []);
      await clock.advance(1);
      assert.deepEqual(batches, [["a", "b"]]);
    });

    it("keeps a batch below what an invocation carries", async () => {
      const { clock, stream, batches } = setUp({ batchSize: 100 });
      const text = { S: "x".repeat(390_000) };
      const ids = Array.from({ length: 20 }, (_, index) => String(index));
      stream.append(ids.map((id) => ({ keys: { id: { S: id } }, before: undefined, after: { id: { S: id }, text } })));
      await clock.advance(250);
      assert.deepEqual(batches, [ids.slice(0, 16), ids.slice(16)]);
    });

    it("has one batch with the function at a time, in the stream's order", async () => {
      const { promise, resolve } = Promise.withResolvers<[]>();
      const { clock, insert, batches } = setUp({ batchSize: 1 }, () => promise);
      insert("a", "b");
      await clock.advance(10_000);
      assert.deepEqual(batches, [["a"]]);
      resolve([]);
      await clock.advance(0);
      assert.deepEqual(batches, [["a"], ["b"]]);
    });
  });

  describe("its position", () => {
    it("is the oldest record for TRIM_HORIZON, and the next to come for LATEST", async () => {
      const { clock, insert, stream, mapping, batches } = setUp({ enabled: false });
      insert("before");
      const other: number[] = [];
      const latest = new StreamMapping(
        { ...mapping.configuration, startingPosition: "LATEST", enabled: true },
        {
          stream,
          clock,
          invoker: {
            async invoke(_, payload) {
              other.push((JSON.parse(String(payload)) as { Records: unknown[] }).Records.length);
              return { payload: "null" };
            },
          },
          onFailure: undefined,
        },
      );
      latest.start();
      insert("after");
      mapping.setEnabled(true);
      await clock.advance(250);
      assert.deepEqual([batches, other], [[["before", "after"]], [1]]);
    });

    it("stays where it is while the mapping is disabled", async () => {
      const { clock, insert, mapping, batches } = setUp();
      insert("a");
      await clock.advance(250);
      insert("b");
      mapping.setEnabled(false);
      assert.equal(clock.pending(), 0);
      insert("c");
      await clock.advance(HOUR);
      assert.deepEqual([batches, mapping.behind], [[["a"]], 2]);
      mapping.setEnabled(true);
      await clock.advance(250);
      assert.deepEqual([batches[1], mapping.behind], [["b", "c"], 0]);
    });
  });

  describe("filters", () => {
    it("pass over records that match none of them, without an invocation", async () => {
      const filters = ['{"dynamodb":{"NewImage":{"id":{"S":["b"]}}}}', '{"dynamodb":{"Keys":{"id":{"S":["d"]}}}}'];
      const { clock, insert, batches, mapping } = setUp({ filters });
      insert("a", "b", "c", "d");
      await clock.advance(250);
      insert("e");
      await clock.advance(250);
      assert.deepEqual(batches, [["b", "d"]]);
      assert.deepEqual([mapping.counts.polled, mapping.counts.filteredOut, mapping.behind], [5, 3, 0]);
    });
  });

  describe("a batch that fails", () => {
    it("is tried again after growing pauses, and holds up what comes after it", async () => {
      const { clock, insert, batches, state } = setUp({ batchSize: 2 }, crashOn("a"));
      insert("a", "b", "c", "d");
      await clock.advance(0);
      await clock.advance(999);
      assert.equal(batches.length, 1);
      await clock.advance(1);
      assert.equal(batches.length, 2);
      await clock.advance(2_000);
      assert.deepEqual(batches, [
        ["a", "b"],
        ["a", "b"],
        ["a", "b"],
      ]);
      state.behaviour = () => [];
      await clock.advance(4_000);
      assert.deepEqual(batches.slice(3), [
        ["a", "b"],
        ["c", "d"],
      ]);
    });

    it("is given up after its retries, and its destination told where it is", async () => {
      const { clock, stream, insert, batches, messages, mapping } = setUp(
        { batchSize: 2, maximumRetryAttempts: 2 },
        crashOn("a"),
      );
      insert("a", "b", "c");
      await clock.advance(3_250);
      assert.deepEqual(batches, [["a", "b"], ["a", "b"], ["a", "b"], ["c"]]);
      const { requestContext, timestamp, ...message } = messages[0] as { requestContext: object; timestamp: string };
      const { requestId, ...context } = requestContext as { requestId: string };
      assert.match(requestId, /^[0-9a-f-]{36}$/);
      assert.equal(timestamp, "2026-01-01T00:00:03.000Z");
      assert.deepEqual(context, { functionArn, condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 });
      assert.deepEqual(message, {
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        version: "1.0",
        DDBStreamBatchInfo: {
          shardId: stream.shardId,
          startSequenceNumber: "100000000000000000001",
          endSequenceNumber: "100000000000000000002",
          approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
          approximateArrivalOfLastRecord: "2026-01-01T00:00:00Z",
          batchSize: 2,
          streamArn,
        },
      });
      assert.deepEqual(mapping.counts, {
        polled: 3,
        filteredOut: 0,
        invoked: 7,
        failedInvoke: 6,
        dropped: 2,
        onFailureDestinationDelivered: 1,
      });
    });

    it("is given up when its records are too old, whatever its retries", async () => {
      const { clock, insert, batches, messages } = setUp({ batchSize: 2, maximumRecordAgeSeconds: 60 }, crashOn("a"));
      insert("a");
      await clock.advance(30_000);
      insert("b", "c");
      await clock.advance(60_000);
      const [message] = messages as {
        requestContext: { condition: string };
        DDBStreamBatchInfo: { batchSize: number };
      }[];
      assert.equal(message?.requestContext.condition, "RecordAgeExceeded");
      assert.equal(message?.DDBStreamBatchInfo.batchSize, 1);
      assert.deepEqual([messages.length, batches.at(-1)], [1, ["b", "c"]]);
    });

    it("is given up when the stream would not hold it any longer", async () => {
      const { clock, insert, messages, mapping } = setUp({}, crashOn("a"));
      insert("a");
      await clock.advance(24 * HOUR - 1);
      assert.deepEqual([messages.length, mapping.behind], [0, 1]);
      await clock.advance(60_000);
      assert.deepEqual([messages.length, mapping.behind], [1, 0]);
    });

    it("does not use its retries up while the function cannot be invoked", async () => {
      const { clock, insert, batches, messages, state } = setUp({ maximumRetryAttempts: 1 }, () => {
        throw throttled;
      });
      insert("a");
      await clock.advance(HOUR);
      assert.ok(batches.length > 10);
      assert.deepEqual(messages, []);
      batches.splice(0);
      state.behaviour = crashOn("a");
      await clock.advance(HOUR);
      assert.deepEqual([batches, messages.length], [[["a"], ["a"]], 1]);
    });

    it("goes on from the first record that the function reports", async () => {
      const { clock, insert, batches, state } = setUp({}, (ids) => ids.filter((id) => id === "d" || id === "b"));
      insert("a", "b", "c", "d");
      await clock.advance(250);
      state.behaviour = () => [];
      await clock.advance(1_000);
      assert.deepEqual(batches, [
        ["a", "b", "c", "d"],
        ["b", "c", "d"],
      ]);
    });

    it("is given up from the first reported record on, the healthy ones behind it included", async () => {
      const { clock, insert, batches, messages } = setUp({ maximumRetryAttempts: 1, bisectsOnError: true }, (ids) =>
        ids.filter((id) => id === "b"),
      );
      insert("a", "b", "c");
      await clock.advance(HOUR);
      assert.deepEqual(batches, [
        ["a", "b", "c"],
        ["b", "c"],
      ]);
      const [message] = messages as { responseContext: object; DDBStreamBatchInfo: { batchSize: number } }[];
      assert.equal(message?.DDBStreamBatchInfo.batchSize, 2);
      assert.deepEqual(message?.responseContext, { statusCode: 200, executedVersion: "$LATEST" });
    });

    it("fails as a whole when the function reports an id that is not in it", async () => {
      const { clock, insert, batches } = setUp({}, () => ["nonsense"]);
      insert("a", "b");
      await clock.advance(1_250);
      assert.deepEqual(batches, [
        ["a", "b"],
        ["a", "b"],
      ]);
    });

    it("has succeeded whatever the function answers, where item failures are not reported", async () => {
      const { clock, insert, batches, mapping } = setUp({ reportsItemFailures: false }, (ids) => ids);
      insert("a");
      await clock.advance(HOUR);
      assert.deepEqual([batches, mapping.behind], [[["a"]], 0]);
    });
  });

  describe("bisecting", () => {
    it("gives up the poison alone, without using retries up on the way", async () => {
      const ids = Array.from({ length: 10 }, (_, index) => String(index));
      const { clock, insert, batches, messages, mapping } = setUp(
        { bisectsOnError: true, maximumRetryAttempts: 1 },
        crashOn("6"),
      );
      insert(...ids);
      await clock.advance(HOUR);
      assert.deepEqual(batches, [
        ids,
        ids.slice(0, 5),
        ids.slice(5),
        ["5", "6", "7"],
        ["5", "6"],
        ["5"],
        ["6"],
        ["6"],
        ["7"],
        ["8", "9"],
      ]);
      const [message] = messages as { DDBStreamBatchInfo: Record<string, unknown> }[];
      assert.deepEqual([messages.length, message?.DDBStreamBatchInfo.batchSize], [1, 1]);
      assert.equal(message?.DDBStreamBatchInfo.startSequenceNumber, "100000000000000000007");
      assert.deepEqual([mapping.counts.dropped, mapping.behind], [1, 0]);
    });

    it("processes every record at least once in order, and gives up none but the poison", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
          fc.integer({ min: 1, max: 12 }),
          fc.integer({ min: 0, max: 2 }),
          async (poisons, batchSize, maximumRetryAttempts) => {
            const ids = poisons.map((_, index) => String(index));
            const poison = ids.filter((_, index) => poisons[index]);
            const { clock, insert, batches, mapping, state } = setUp({
              bisectsOnError: true,
              batchSize,
              maximumRetryAttempts,
            });
            const succeeded: string[] = [];
            state.behaviour = (batch) => {
              crashOn(...poison)(batch);
              succeeded.push(...batch);
              return [];
            };
            insert(...ids);
            await clock.advance(24 * HOUR);
            assert.deepEqual(
              succeeded,
              ids.filter((id) => !poison.includes(id)),
            );
            assert.deepEqual([mapping.counts.dropped, mapping.behind], [poison.length, 0]);
            for (const id of poison) {
              const alone = batches.filter((batch) => batch.length === 1 && batch[0] === id);
              assert.equal(alone.length, maximumRetryAttempts + 1);
            }
          },
        ),
        { numRuns: 40 },
      );
    });
  });

  describe("stopping", () => {
    it("waits for the batch that is with the function, and leaves no timer", async () => {
      const { promise, resolve } = Promise.withResolvers<[]>();
      const { clock, insert, mapping, batches } = setUp({ batchSize: 1 }, () => promise);
      insert("a", "b");
      await clock.advance(0);
      let stopped = false;
      const stop = mapping.stop().then(() => {
        stopped = true;
      });
      await clock.advance(HOUR);
      assert.equal(stopped, false);
      resolve([]);
      await stop;
      assert.deepEqual([batches, clock.pending()], [[["a"]], 0]);
    });

    it("ends a pause, and goes on with the same batch when enabled again", async () => {
      const { clock, insert, mapping, batches, state } = setUp({}, crashOn("a"));
      insert("a");
      await clock.advance(250 + 1_000 + 2_000);
      await mapping.stop();
      assert.deepEqual([clock.pending(), mapping.behind], [0, 1]);
      state.behaviour = () => [];
      mapping.setEnabled(true);
      await clock.advance(0);
      assert.deepEqual([batches.length, mapping.behind], [4, 0]);
    });
  });
});
