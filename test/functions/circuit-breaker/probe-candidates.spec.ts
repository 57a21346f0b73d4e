import assert from "node:assert/strict";
import type { Circuit } from "../../../functions/circuit-breaker/circuit.ts";
import { candidatesOf, pickOf, toMeasure } from "../../../functions/circuit-breaker/probe-candidates.ts";
import { circuit, PROBE, saved } from "./support/circuits.ts";
import { QUEUE_PREFIX } from "./support/memory-lambda.ts";

const some = (...ids: string[]) =>
  candidatesOf(
    ids.map((id) => saved(id)),
    QUEUE_PREFIX,
  );
const many = (count: number) => some(...Array.from({ length: count }, (_, n) => String(n).padStart(3, "0")));
const order = (all: ReturnType<typeof some>, given: Partial<Circuit> = {}) =>
  toMeasure(all, circuit(given)).list.map(({ uuid }) => uuid);

/** @param waiting UUIDs of mappings with a backlog. */
function pick(all: ReturnType<typeof some>, waiting: readonly string[], given: Partial<Circuit> = {}) {
  const now = circuit(given);
  const measured = toMeasure(all, now);
  const backlogs = measured.list.map(({ uuid }) => (waiting.includes(uuid) ? 5 : 0));
  const { probe, measuredTo } = pickOf(measured, backlogs, now);
  return [probe?.uuid, measuredTo];
}

const tripping = { topic: "t-c" };

describe("the probe", () => {
  it("is of the tripping topic before others with a backlog, whatever their number", () => {
    assert.deepEqual(pick(some("a", "b", "c", "d"), ["a", "c"], { tripping }), ["c", "d"]);
  });

  it("is another one with a backlog where the tripping topic has none", () => {
    assert.deepEqual(pick(some("a", "b", "c", "d"), ["d"], { tripping }), ["d", "d"]);
  });

  it("is the tripping topic's where nobody has a backlog, or the first one", () => {
    assert.deepEqual(pick(some("a", "b", "c"), [], { tripping }), ["c", "b"]);
    assert.deepEqual(pick(some("b", "a"), []), ["a", "b"]);
    assert.deepEqual(pick(some("a"), [], { tripping: { topic: "t-gone" } }), ["a", "a"]);
  });

  it("stays where it has a backlog, or nobody has", () => {
    const given = { tripping, probe: { ...PROBE, uuid: "b" } };
    assert.deepEqual(pick(some("a", "b", "c"), ["a", "b", "c"], given), ["b", "a"]);
    assert.deepEqual(pick(some("a", "b", "c"), [], given), ["b", "a"]);
  });

  it("is one whose function crashed only where no other has a backlog", () => {
    const given = { tripping, crashedProbe: "c" };
    assert.deepEqual(pick(some("a", "b", "c"), ["b", "c"], given), ["b", "b"]);
    assert.deepEqual(pick(some("a", "b", "c"), ["c"], given), ["c", "b"]);
    assert.deepEqual(pick(some("a", "b", "c"), [], given), ["a", "b"]);
    assert.deepEqual(pick(some("c"), [], given), ["c", undefined]);
  });

  it("is none where nothing is saved", () => {
    assert.deepEqual(pick([], []), [undefined, undefined]);
  });
});

describe("toMeasure", () => {
  it("takes 30 at most, and goes on behind the last one", () => {
    const all = many(70);
    const first = order(all);
    assert.deepEqual([first.length, first[0], first.at(-1)], [30, "000", "029"]);
    const second = order(all, { measuredTo: "029" });
    assert.deepEqual([second.length, second[0], second.at(-1)], [30, "030", "059"]);
    const third = order(all, { measuredTo: "059" });
    assert.deepEqual([third.length, third[0], third.at(-1)], [30, "060", "019"]);
  });

  it("has each one's turn come, whatever is taken first", () => {
    const all = many(95);
    const given = { tripping: { topic: "t-050" }, crashedProbe: "060", probe: { ...PROBE, uuid: "070" } };
    const turns = new Set<string>();
    let measuredTo: string | undefined;
    for (let tick = 0; tick < 4; tick++) {
      const now = circuit({ ...given, ...(measuredTo === undefined ? {} : { measuredTo }) });
      const measured = toMeasure(all, now);
      for (const { uuid } of measured.list) turns.add(uuid);
      assert.equal(measured.list.length, 30);
      ({ measuredTo } = pickOf(measured, [], now));
    }
    assert.equal(turns.size, 95);
  });

  it("names each once, even one that is several things", () => {
    const given = { tripping, probe: { ...PROBE, uuid: "c" }, crashedProbe: "c" };
    assert.deepEqual(order(some("a", "b", "c"), given), ["c", "a", "b"]);
  });
});

describe("candidatesOf", () => {
  it("knows the topic by the queue's name, dashes and all", () => {
    const source_arn = "arn:aws:sqs:eu-west-1:123456789012:other-queue";
    assert.deepEqual(candidatesOf([saved("a-b"), saved("c", { source_arn })], QUEUE_PREFIX), [
      { uuid: "a-b", topic: "t-a-b", name: "t-a-b" },
      { uuid: "c", topic: undefined, name: "other-queue" },
    ]);
  });
});
