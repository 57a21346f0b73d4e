import assert from "node:assert/strict";
import { bad, type Call, good, invoke, received } from "./invocation.ts";

const suspects = (count: number, receives: number) =>
  Array.from({ length: count }, (_, n) => good(`s${receives}-${n}`, received(receives)));
/** Chances one after the other, from the first again at the end. */
const chances = (...list: number[]) => {
  let next = 0;
  return () => list[next++ % list.length] ?? 0;
};
const puts = (sequence: readonly Call[]) =>
  sequence.filter(({ dependency }) => dependency === "firehose").map(({ taken }) => taken.join());
const poisonous = (id: string) => (row: Record<string, unknown>) => row.json_payload === `{"id":"${id}"}`;

describe("a batch with messages that come for a second time", () => {
  it("leaves a batch of first receives alone", async () => {
    const { calls } = await invoke(suspects(100, 1));
    assert.deepEqual(calls, { firehose: 1, deadLetterQueue: 0, visibility: 0, delete: 0 });
  });

  it("is put in growing steps, fewest receives first, each hidden before it and deleted before the next", async () => {
    const batch = [...suspects(3, 4), ...suspects(1, 1), ...suspects(2, 2)];
    const random = chances(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    const { sequence, failed, deleted } = await invoke(batch, { latencyMs: 10, random });
    assert.deepEqual(failed, []);
    assert.deepEqual(
      sequence.map(({ dependency, at, taken }) => `${at} ${dependency} ${taken.join()}`),
      [
        "0 visibility s1-0,s2-0,s2-1,s4-0,s4-1,s4-2",
        "10 firehose s1-0",
        "20 visibility s2-0",
        "20 delete s1-0",
        "30 firehose s2-0",
        "40 visibility s2-1",
        "40 delete s2-0",
        "50 firehose s2-1",
        "60 visibility s4-0",
        "60 delete s2-1",
        "70 firehose s4-0",
        "80 visibility s4-1,s4-2",
        "80 delete s4-0",
        "90 firehose s4-1,s4-2",
      ],
    );
    // The last step is Lambda's to delete, since nothing can go wrong after it.
    assert.deepEqual(deleted, ["s1-0", "s2-0", "s2-1", "s4-0"]);
  });

  it("hides what is at risk for 35 s, and what waits its turn for longer, each differently", async () => {
    const random = chances(0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 0.5);
    const { sequence } = await invoke(suspects(20, 2), { random });
    const [first, second, ...others] = sequence.filter(({ dependency }) => dependency === "visibility");
    assert.equal(first?.seconds?.[0], 35);
    const waiting = [...(first?.seconds?.slice(1) ?? []), ...(second?.seconds ?? [])];
    assert.equal(waiting.length, 19);
    assert.ok(waiting.every((seconds) => seconds >= 35 && seconds <= 95));
    assert.ok(new Set(waiting).size > 8, waiting.join());
    assert.ok(others.every(({ seconds }) => seconds?.every((one) => one === 35)));
  });

  it("lets chance decide among messages with as many receives", async () => {
    const orders = await Promise.all(
      [chances(0.1, 0.5, 0.9), chances(0.9, 0.5, 0.1)].map(async (random) =>
        puts((await invoke(suspects(3, 2), { random })).sequence),
      ),
    );
    assert.deepEqual(orders, [
      ["s2-0", "s2-1,s2-2"],
      ["s2-2", "s2-1,s2-0"],
    ]);
  });

  it("loses no more than a step to a message that ends the process", async () => {
    let lot = 0;
    const random = () => ++lot / 1000;
    const batch = suspects(10, 3);
    const { crashed, forwarded, deleted, secondsOf } = await invoke(batch, { random, isPoison: poisonous("s3-4") });
    assert.equal(crashed, true);
    assert.deepEqual(deleted, ["s3-0", "s3-1", "s3-2"]);
    assert.equal(forwarded.length, 3);
    for (const atRisk of ["s3-3", "s3-4", "s3-5"]) assert.deepEqual(secondsOf(atRisk), [35]);
    for (const waiting of ["s3-6", "s3-7", "s3-8", "s3-9"]) assert.ok((secondsOf(waiting)[0] ?? 0) >= 35);
  });

  it("sends what is bad in itself to the dead-letter queue, and deletes it too", async () => {
    const batch = [bad("a", received(2)), good("b", received(3)), good("c", received(4))];
    const { failed, deadLettered, deleted } = await invoke(batch);
    assert.deepEqual([failed, deadLettered, deleted], [[], ["not JSON: a"], ["a", "b"]]);
  });

  it("keeps what Firehose refuses, and reports it alone", async () => {
    const refusal = { refuse: [false, true] };
    const again = { refuse: [true] };
    const { failed, deleted, secondsOf } = await invoke(suspects(6, 2), {
      firehose: [{ refuse: [] }, refusal, again, again],
      random: () => 0,
    });
    assert.deepEqual(failed, ["s2-2"]);
    assert.deepEqual(deleted, ["s2-0", "s2-1"]);
    assert.deepEqual(secondsOf("s2-2"), [120]);
  });

  it("goes on where the queue neither hides nor deletes, and says so", async () => {
    const denied = { throws: "AccessDenied" };
    const { failed, forwarded, logged } = await invoke(suspects(6, 2), {
      visibility: [denied, denied, denied],
      delete: [denied, { refuse: [true] }],
    });
    assert.deepEqual([failed, forwarded.length], [[], 6]);
    assert.deepEqual(
      logged.map(({ message, messages, errors }) => [message, messages, errors]),
      [
        ["visibility not changed", 11, { AccessDenied: 11 }],
        ["messages not deleted between steps", 2, { AccessDenied: 1, InternalError: 1 }],
      ],
    );
  });

  it("takes little longer than one call for a hundred messages that an outage has sent back", async () => {
    const { failed, tookMs } = await invoke(suspects(100, 4), { latencyMs: 20 });
    assert.deepEqual([failed, tookMs], [[], 14 * (20 + 20)]);
  });

  it("is done in time even if each call takes 1.5 s", async () => {
    const { failed, forwarded, tookMs } = await invoke(suspects(100, 3), { latencyMs: 1500 });
    assert.deepEqual([failed, forwarded.length], [[], 100]);
    assert.ok(tookMs < 29_000, `${tookMs}`);
  });

  it("gives a Firehose that is away 8 s in all, and tries no more", async () => {
    const away = Array.from({ length: 100 }, () => "never" as const);
    const { failed, calls, tookMs, secondsOf, counts } = await invoke(suspects(100, 2), { firehose: away });
    assert.equal(failed.length, 100);
    assert.deepEqual([calls.firehose, tookMs], [1, 8000]);
    assert.equal(counts.DependencyFailures, 100);
    assert.ok((secondsOf("s2-99")[0] ?? 0) >= 120);
  });

  it("counts as throttled what finds no time left beside a Firehose that throttles", async () => {
    const throttled = Array.from({ length: 100 }, () => ({ throws: "ServiceUnavailableException" }));
    const { counts, calls, tookMs } = await invoke(suspects(100, 2), { firehose: throttled, latencyMs: 450 });
    // Most of the steps made no call any more.
    assert.ok(calls.firehose < 20, `${calls.firehose} calls`);
    assert.ok(tookMs < 29_000);
    assert.deepEqual([counts.DependencyThrottles, counts.DependencyFailures], [100, 0]);
  });

  it("tries on while Firehose takes anything at all", async () => {
    const throttled = { throws: "ThrottlingException" };
    const firehose = Array.from({ length: 40 }, (_, n) => (n % 4 === 3 ? { refuse: [] } : throttled));
    const { failed, tookMs } = await invoke(suspects(100, 2), { firehose, latencyMs: 700 });
    assert.ok(failed.length < 100 && failed.length > 0);
    assert.ok(tookMs > 8000);
  });

  it("waits for a queue that does not answer no longer than a quarter of the time that is left", async () => {
    const never = Array.from({ length: 3 }, () => "never" as const);
    const { failed, sequence, tookMs } = await invoke(suspects(10, 2), { visibility: never, remainingMs: 5000 });
    assert.deepEqual(failed, []);
    assert.deepEqual(
      sequence.filter(({ dependency }) => dependency === "firehose").map(({ at, taken }) => [at, taken.length]),
      [
        [1000, 1],
        [1750, 3],
        [2312, 4],
        [2312, 2],
      ],
    );
    assert.ok(tookMs < 4000);
  });

  it("reports what it does not reach in time, soon to come back and nobody's failure", async () => {
    const { failed, counts, secondsOf, tookMs } = await invoke(suspects(10, 2), {
      firehose: ["never"],
      remainingMs: 4000,
    });
    assert.equal(tookMs, 3200);
    assert.equal(failed.length, 10);
    assert.deepEqual([counts.MessagesNotReached, counts.DependencyFailures], [9, 1]);
    assert.deepEqual(secondsOf("s2-9"), [3]);
  });
});
