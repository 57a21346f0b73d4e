import assert from "node:assert/strict";
import fc from "fast-check";
import { Minutes } from "../../../local/cloudwatch/minutes.ts";
import { MetricStore, RETAINED_MINUTES } from "../../../local/cloudwatch/store.ts";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const minutes = new Minutes(virtualClock());
const metric: MetricId = { namespace: "N", name: "m", dimensions: { a: "1", b: "2" } };

describe("the metric store", () => {
  it("keeps sum, count, minimum and maximum of each minute", () => {
    const store = new MetricStore(minutes);
    for (const [value, at] of [
      [3, 0],
      [-1, 59_999],
      [5, 60_000],
      [2, 1],
    ] as const)
      store.record(metric, value, at);
    assert.deepEqual(store.find(metric)?.between(0, 1), { sum: 4, count: 3, min: -1, max: 3 });
    assert.deepEqual(store.find(metric)?.between(1, 1), { sum: 5, count: 1, min: 5, max: 5 });
    assert.deepEqual(store.find(metric)?.between(0, 5), { sum: 9, count: 4, min: -1, max: 5 });
    assert.equal(store.find(metric)?.between(2, 10), undefined);
  });

  it("takes statistic sets beside samples", () => {
    const store = new MetricStore(minutes);
    const set = { sum: 10, count: 4, min: 1, max: 6 };
    store.merge(metric, set, 0);
    store.record(metric, 7, 1);
    store.merge(metric, set, 2);
    assert.deepEqual(store.find(metric)?.between(0, 1), { sum: 27, count: 9, min: 1, max: 7 });
    assert.deepEqual(set, { sum: 10, count: 4, min: 1, max: 6 });
  });

  it("answers what is no part of it", () => {
    const store = new MetricStore(minutes);
    store.record(metric, 1, 0);
    const answer = store.find(metric)?.between(0, 1);
    assert.ok(answer);
    answer.sum = 99;
    assert.equal(store.find(metric)?.between(0, 1)?.sum, 1);
  });

  it("knows a metric by its names, whatever object says them and in whatever order", () => {
    const store = new MetricStore(minutes);
    store.record(metric, 1, 0);
    store.record({ namespace: "N", name: "m", dimensions: { b: "2", a: "1" } }, 2, 0);
    store.record({ ...metric, dimensions: { a: "1" } }, 4, 0);
    store.record({ ...metric, dimensions: { a: "2", b: "1" } }, 8, 0);
    store.record({ ...metric, namespace: "M" }, 16, 0);
    assert.equal(store.find({ ...metric })?.between(0, 1)?.sum, 3);
    assert.equal(store.named("N", "m").length, 3);
    assert.equal([...store.all()].length, 4);
    assert.equal(store.find({ ...metric, name: "other" }), undefined);
    assert.deepEqual(store.named("N", "other"), []);
  });

  it("finds a metric that came after the first question for it", () => {
    const store = new MetricStore(minutes);
    assert.equal(store.find(metric), undefined);
    store.record({ ...metric }, 1, 0);
    assert.equal(store.find(metric)?.between(0, 1)?.sum, 1);
  });

  it("refuses what is no number", () => {
    const store = new MetricStore(minutes);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => store.record(metric, value, 0), {
        name: "RangeError",
        message: `N m: ${value} is no sample`,
      });
    }
    assert.deepEqual([...store.all()], []);
  });

  it("forgets what is older than 15 days", () => {
    const store = new MetricStore(minutes);
    for (let minute = 0; minute <= RETAINED_MINUTES; minute += 1) store.record(metric, 1, minutes.startOf(minute));
    assert.equal(store.find(metric)?.between(0, 1), undefined);
    assert.equal(store.find(metric)?.between(0, RETAINED_MINUTES + 1)?.count, RETAINED_MINUTES);
  });

  it("counts every sample once, in whatever order they come and at whatever speed", () => {
    const sample = fc.record({ value: fc.integer({ min: -9, max: 9 }), at: fc.integer({ min: 0, max: 600_000 }) });
    fc.assert(
      fc.property(fc.array(sample), fc.constantFrom(1, 3, 7, 20), (samples, speed) => {
        const scaled = new Minutes(virtualClock(undefined, speed));
        const store = new MetricStore(scaled);
        for (const { value, at } of samples) store.record(metric, value, at);
        const expected = samples.reduce((sum, { value }) => sum + value, 0);
        const all = store.find(metric)?.between(0, scaled.at(600_000) + 1);
        assert.deepEqual([all?.sum ?? 0, all?.count ?? 0], [expected, samples.length]);
      }),
    );
  });
});
