import assert from "node:assert/strict";
import fc from "fast-check";
import type { Alarm } from "../../components/alarm.ts";
import { BREAKER_PERIOD_SECONDS, breakerAlarms } from "../../components/breaker-alarms.ts";
import { functionDimensions } from "../../functions/common/signals.ts";
import { namesFor } from "../../settings/names.ts";
import { isBreaching, type Minute } from "../support/metric-math.ts";

const names = namesFor("lean-ops", "test");
const breaker = {
  errorPercent: 50,
  minimumMessages: 10,
  coolDownMinutes: 5,
  maximumCoolDownMinutes: 15,
  probeMinutes: 2,
  maximumHoldHours: 48,
};

function alarmsOf(topicCount: number): Alarm[] {
  const topics = Array.from({ length: topicCount }, (_, index) => [`t${index}`, { maximumConcurrency: 2 }]);
  return breakerAlarms(names, { topics: Object.fromEntries(topics), breaker });
}

function alarmOf(name: string, topicCount = 12): Alarm {
  const found = alarmsOf(topicCount).find((alarm) => alarm.name === name);
  assert(found !== undefined, name);
  return found;
}

/** Batches of new messages by lane, `[started, ended]`; undefined where nothing is known. */
function lanes(...counts: ([number, number] | undefined)[]): Minute {
  return Object.fromEntries(
    counts.flatMap((count, lane) => [
      [`started${lane}`, count?.[0]],
      [`ended${lane}`, count?.[1]],
    ]),
  );
}

describe("the alarms that open the circuit", () => {
  it("are four, whatever the number of topics, each named as their topic's policy has it", () => {
    for (const count of [1, 2, 1000]) {
      assert.deepEqual(
        alarmsOf(count).map(({ name }) => name),
        ["circuit-error-rate", "circuit-crashes", "circuit-no-start", "circuit-throttled"],
      );
    }
  });

  it("look at each minute, and take one that says nothing for a good one", () => {
    for (const { name, periodSeconds, missing } of alarmsOf(12)) {
      assert.deepEqual([periodSeconds, missing], [60, "notBreaching"], name);
    }
    assert.equal(BREAKER_PERIOD_SECONDS, 60);
  });

  it("keep to AWS's limits of ten metrics and 2,048 characters", () => {
    for (const { name, watched } of alarmsOf(1000)) {
      assert("expression" in watched);
      assert(Object.keys(watched.metrics).length <= 10, name);
      assert(watched.expression.length <= 2048, name);
    }
  });

  it("use each metric that they ask for, and ask for each that they use", () => {
    for (const { name, watched } of [...alarmsOf(1), ...alarmsOf(12)]) {
      assert("expression" in watched);
      const used = new Set(watched.expression.match(/\b[a-z]\w*\b/g));
      assert.deepEqual([...used].toSorted(), Object.keys(watched.metrics).toSorted(), name);
    }
  });

  it("look at the processor's own counts under the dimensions by which it tells them", () => {
    const own = functionDimensions("lean-ops-test-sqs-processor");
    const { watched } = alarmOf("circuit-crashes");
    assert("expression" in watched);
    assert.deepEqual(watched.metrics.started3, {
      namespace: "LeanOps",
      name: "FreshBatchesStarted",
      dimensions: { ...own, lane: "3" },
      statistic: "Sum",
    });
    assert.deepEqual(watched.metrics.errors, {
      namespace: "AWS/Lambda",
      name: "Errors",
      dimensions: { FunctionName: "lean-ops-test-sqs-processor" },
      statistic: "Sum",
    });
  });
});

describe("circuit-error-rate", () => {
  const alarm = alarmOf("circuit-error-rate");

  it("needs one minute of the last two, since counts may come late", () => {
    assert.deepEqual(alarm.periods, [1, 2]);
  });

  const cases: [what: string, minute: Minute, isBreach: boolean][] = [
    ["everything fails", { forwarded: 0, failures: 10, throttles: 0 }, true],
    ["more than half fails", { forwarded: 49, failures: 51, throttles: 0 }, true],
    ["just half fails", { forwarded: 50, failures: 50, throttles: 0 }, false],
    ["too few fail to tell", { forwarded: 0, failures: 9, throttles: 0 }, false],
    ["nothing is forwarded, and the count of it is missing", { failures: 10 }, true],
    ["all is throttled", { forwarded: 0, failures: 0, throttles: 1000 }, false],
    ["throttling outweighs failures", { forwarded: 0, failures: 50, throttles: 60 }, false],
    ["all is well", { forwarded: 1000, failures: 0, throttles: 0 }, false],
    ["nothing is there to forward", { forwarded: 0, failures: 0, throttles: 0 }, false],
    ["nothing is known", {}, false],
  ];
  for (const [what, minute, isBreach] of cases) {
    it(`${isBreach ? "opens" : "does not open"} the circuit where ${what}`, () => {
      assert.equal(isBreaching(alarm, minute), isBreach);
    });
  }

  it("is not moved by messages that are bad in themselves: it does not look at them", () => {
    const { watched } = alarm;
    assert("expression" in watched);
    const looksAt = Object.values(watched.metrics).map(({ name }) => name);
    assert.deepEqual(looksAt, ["RecordsForwarded", "DependencyFailures", "DependencyThrottles"]);
  });

  it("is what its sentence says, for any counts", () => {
    const count = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(count, count, count, (forwarded, failures, throttles) => {
        const attempts = forwarded + failures + throttles;
        const expected = attempts >= 10 && failures * 2 > attempts;
        assert.equal(isBreaching(alarm, { forwarded, failures, throttles }), expected);
      }),
    );
  });
});

describe("circuit-crashes", () => {
  const alarm = alarmOf("circuit-crashes");

  it("needs one minute of the last three, since what times out is known late", () => {
    assert.deepEqual(alarm.periods, [1, 3]);
  });

  const cases: [what: string, minute: Minute, isBreach: boolean][] = [
    ["every batch crashes", { ...lanes([5, 0], [5, 0], [5, 0], [5, 0]), errors: 20 }, true],
    ["every batch crashes, and nothing is known of any end", { started0: 2, started1: 1, errors: 3 }, true],
    ["most of two lanes crash", { ...lanes([10, 3], [10, 4], [10, 10], [10, 10]), errors: 13 }, true],
    ["just half of two lanes crash", { ...lanes([10, 5], [10, 5], [10, 10], [10, 10]), errors: 10 }, false],
    ["one topic's batches crash", { ...lanes([50, 0], [10, 10], [10, 10], [10, 10]), errors: 50 }, false],
    ["two batches crash in all", { ...lanes([1, 0], [1, 0], undefined, undefined), errors: 2 }, false],
    ["batches are slow, and none has failed", { ...lanes([5, 0], [5, 0], [5, 0], [5, 0]), errors: 0 }, false],
    ["slow batches meet one that crashes again", { ...lanes([5, 0], [5, 0], [5, 0], [5, 0]), errors: 1 }, false],
    ["only batches crash that came before", { ...lanes([5, 5], [5, 5], [5, 5], [5, 5]), errors: 30 }, false],
    ["all is well", { ...lanes([9, 9], [9, 9], [9, 9], [9, 9]), errors: 0 }, false],
    ["nothing is known", {}, false],
  ];
  for (const [what, minute, isBreach] of cases) {
    it(`${isBreach ? "opens" : "does not open"} the circuit where ${what}`, () => {
      assert.equal(isBreaching(alarm, minute), isBreach);
    });
  }

  it("asks for all the lanes that there are, where there is one alone", () => {
    const single = alarmOf("circuit-crashes", 1);
    assert.equal(isBreaching(single, { ...lanes([3, 0]), errors: 3 }), true);
    assert.equal(isBreaching(single, { ...lanes([2, 0]), errors: 9 }), false);
    const double = alarmOf("circuit-crashes", 2);
    assert.equal(isBreaching(double, { ...lanes([9, 0], [9, 9]), errors: 9 }), false);
    assert.equal(isBreaching(double, { ...lanes([2, 0], [1, 0]), errors: 3 }), true);
  });
});

describe("circuit-no-start", () => {
  const alarm = alarmOf("circuit-no-start");

  it("needs two minutes of three, since a count on its way looks the same", () => {
    assert.deepEqual(alarm.periods, [2, 3]);
  });

  const cases: [what: string, minute: Minute, isBreach: boolean][] = [
    ["every invocation fails at its start", { errors: 3 }, true],
    ["none started, as is told", { started: 0, errors: 3 }, true],
    ["one started", { started: 1, errors: 100 }, false],
    ["two failed", { errors: 2 }, false],
    ["nothing is known", {}, false],
  ];
  for (const [what, minute, isBreach] of cases) {
    it(`${isBreach ? "opens" : "does not open"} the circuit where ${what}`, () => {
      assert.equal(isBreaching(alarm, minute), isBreach);
    });
  }
});

describe("circuit-throttled", () => {
  const alarm = alarmOf("circuit-throttled");

  it("needs five minutes in a row", () => {
    assert.deepEqual(alarm.periods, [5, 5]);
  });

  const cases: [what: string, minute: Minute, isBreach: boolean | undefined][] = [
    ["nothing gets through", { throttles: 10, forwarded: 0 }, true],
    ["one message gets through", { throttles: 10_000, forwarded: 1 }, false],
    ["too few are throttled to tell", { throttles: 9, forwarded: 0 }, false],
    ["nothing is throttled", { forwarded: 0 }, false],
    ["nothing is known of what got through", { throttles: 10 }, undefined],
    ["nothing is known", {}, undefined],
  ];
  for (const [what, minute, isBreach] of cases) {
    const says = isBreach === undefined ? "says nothing" : isBreach ? "counts a minute" : "counts no minute";
    it(`${says} where ${what}`, () => {
      assert.equal(isBreaching(alarm, minute), isBreach);
    });
  }
});
