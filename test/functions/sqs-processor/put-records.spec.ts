import assert from "node:assert/strict";
import { type PutRecordBatch, putRecords } from "../../../functions/sqs-processor/put-records.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";

interface Item {
  id: string;
  row: Uint8Array;
}

const item = (id: string | number, bytes = 10): Item => ({ id: String(id), row: Buffer.alloc(bytes, String(id)) });
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).join();

/** One call's answer: the ids that it refuses, or the error that it throws, or nothing ever. */
type Answer = readonly string[] | Error | "never";

interface Conditions {
  clock?: VirtualClock;
  remainingMs?: number;
  random?: () => number;
  callMs?: number;
}

/** Puts items to a Firehose that gives these answers, one a call, and then takes everything. */
async function put(
  items: readonly Item[],
  answers: readonly Answer[],
  { clock = virtualClock(), remainingMs = 20_000, random = () => 0.5, callMs = 0 }: Conditions = {},
) {
  const calls: { at: number; ids: string; sizes: number[] }[] = [];
  const start = clock.now();
  const idOf = new Map(items.map(({ id, row }) => [row, id]));
  const putRecordBatch: PutRecordBatch = async (records) => {
    const answer = answers[calls.length] ?? [];
    const ids = records.map((record) => idOf.get(record) ?? assert.fail("an unknown record"));
    calls.push({ at: clock.now() - start, ids: ids.join(), sizes: records.map(({ length }) => length) });
    if (answer === "never") return new Promise(() => {});
    if (callMs > 0) await passing(clock, callMs);
    if (answer instanceof Error) throw answer;
    return {
      RequestResponses: ids.map((id) =>
        answer.includes(id) ? { ErrorCode: "ServiceUnavailableException" } : { RecordId: `r-${id}` },
      ),
    };
  };
  const done = putRecords(items, { putRecordBatch, clock, random, deadline: start + remainingMs });
  let endedAt = Number.NaN;
  done.then(() => {
    endedAt = clock.now() - start;
  });
  await clock.advance(60_000);
  const { refused, errors } = await done;
  const failures = refused.map(({ failure }) => failure);
  return { refused: refused.map((one) => one.item), failures, errors, calls, endedAt, pending: clock.pending() };
}

function passing(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
const THROTTLED = failure("ThrottlingException", { $metadata: { httpStatusCode: 400 } });
const BUSY = failure("ServiceUnavailableException", { $metadata: { httpStatusCode: 503 } });
const TIMED_OUT = failure("TimeoutError");
const DENIED = failure("AccessDeniedException", { $metadata: { httpStatusCode: 400 } });

describe("putRecords", () => {
  it("puts everything in one call, and nothing in none", async () => {
    const { calls, refused, errors } = await put([item("a"), item("b")], []);
    assert.deepEqual(calls, [{ at: 0, ids: "a,b", sizes: [10, 10] }]);
    assert.deepEqual([refused, errors], [[], {}]);
    assert.deepEqual((await put([], [])).calls, []);
  });

  it("keeps a call within 500 records", async () => {
    const { calls } = await put(
      Array.from({ length: 1200 }, (_, n) => item(n)),
      [],
    );
    assert.deepEqual(
      calls.map(({ sizes }) => sizes.length),
      [500, 500, 200],
    );
  });

  it("keeps a call within 4 MiB, base64 counted", async () => {
    const largest = 1_024_000;
    const { calls } = await put(
      Array.from({ length: 7 }, (_, n) => item(n, largest)),
      [],
    );
    assert.deepEqual(
      calls.map(({ ids }) => ids),
      ["0,1,2", "3,4,5", "6"],
    );
  });

  it("has at most four calls in flight", async () => {
    const sixChunks = Array.from({ length: 18 }, (_, n) => item(n, 1_024_000));
    const { calls } = await put(sixChunks, [], { callMs: 100 });
    assert.deepEqual(
      calls.map(({ at }) => at),
      [0, 0, 0, 0, 100, 100],
    );
  });

  it("tries the refused records alone again, and refuses what fails three times", async () => {
    const { calls, refused, errors } = await put(
      [item("a"), item("b"), item("c"), item("d")],
      [["b", "d"], ["d"], ["d"]],
    );
    assert.deepEqual(
      calls.map(({ ids }) => ids),
      ["a,b,c,d", "b,d", "d"],
    );
    assert.equal(idsOf(refused), "d");
    assert.deepEqual(errors, { ServiceUnavailableException: 4 });
  });

  it("says how the last try of each failed", async () => {
    const { refused, failures } = await put([item("a"), item("b")], [["a", "b"], ["b"], TIMED_OUT]);
    assert.deepEqual([idsOf(refused), failures], ["b", ["UNAVAILABLE"]]);
  });

  it("goes by what Firehose said before, where the time ends a try", async () => {
    const cut = await put([item("a"), item("b")], [["a"], "never"]);
    assert.deepEqual([idsOf(cut.refused), cut.failures, cut.endedAt], ["a", ["THROTTLED"], 8000]);
  });

  it("waits with full jitter that doubles", async () => {
    const random = () => 0.75;
    const { calls } = await put([item("a")], [["a"], ["a"], ["a"]], { random });
    assert.deepEqual(
      calls.map(({ at }) => at),
      [0, 150, 450],
    );
  });

  for (const error of [THROTTLED, BUSY, TIMED_OUT, failure("Error", { code: "ECONNRESET" })]) {
    it(`tries a whole chunk again after ${error.name} ${"code" in error ? error.code : ""}`, async () => {
      const { calls, refused } = await put([item("a"), item("b")], [error, ["a"]]);
      assert.deepEqual(
        calls.map(({ ids }) => ids),
        ["a,b", "a,b", "a"],
      );
      assert.equal(idsOf(refused), "");
    });
  }

  it("refuses a whole chunk at once after an error that does not pass", async () => {
    const { calls, refused, failures, errors } = await put([item("a"), item("b")], [DENIED]);
    assert.equal(calls.length, 1);
    assert.deepEqual(failures, ["REFUSED", "REFUSED"]);
    assert.equal(idsOf(refused), "a,b");
    assert.deepEqual(errors, { AccessDeniedException: 2 });
  });

  it("tells apart what succeeded before a later try threw", async () => {
    const { refused } = await put([item("a"), item("b")], [["b"], DENIED]);
    assert.equal(idsOf(refused), "b");
  });

  it("takes a record without an answer for refused", async () => {
    const clock = virtualClock();
    const putRecordBatch: PutRecordBatch = async () => ({ RequestResponses: [{ RecordId: "r" }] });
    const done = putRecords([item("a"), item("b")], {
      putRecordBatch,
      clock,
      random: () => 0,
      deadline: clock.now() + 5000,
    });
    await clock.advance(5000);
    const { refused, errors } = await done;
    // One answer for two records, then one for the one that is left.
    assert.deepEqual([refused, errors], [[], { NoResponse: 1 }]);
  });

  it("ends 8 s after it began, whatever is in flight then", async () => {
    const { refused, failures, errors, endedAt } = await put([item("a")], ["never"]);
    assert.equal(idsOf(refused), "a");
    assert.deepEqual(failures, ["UNAVAILABLE"]);
    assert.equal(endedAt, 8000);
    assert.deepEqual(errors, { DeadlineError: 1 });
  });

  it("ends at the deadline if that is sooner, and leaves no timer", async () => {
    const { refused, endedAt, pending } = await put([item("a")], ["never"], { remainingMs: 1500 });
    assert.equal(idsOf(refused), "a");
    assert.equal(endedAt, 1500);
    assert.equal(pending, 0);
  });

  it("does not wait for a try that would come too late", async () => {
    const { calls, endedAt } = await put([item("a")], [TIMED_OUT], { remainingMs: 100, random: () => 0.9 });
    assert.equal(calls.length, 1);
    assert.equal(endedAt, 0);
  });

  it("makes no call when no time is left", async () => {
    const { calls, refused } = await put([item("a")], [], { remainingMs: 0 });
    assert.equal(calls.length, 0);
    assert.equal(idsOf(refused), "a");
  });
});
