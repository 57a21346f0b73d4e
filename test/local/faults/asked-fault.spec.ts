import assert from "node:assert/strict";
import { FAULT_NAMES, FaultError, readFaults } from "../../../local/faults/asked-fault.ts";

const always = { from: 0, to: Number.POSITIVE_INFINITY };

describe("a fault that is asked for", () => {
  it("strikes with a rate of 0.2 and always, where nothing else is said", () => {
    assert.deepEqual(readFaults("archive-down"), [{ name: "archive-down", rate: 0.2, ...always }]);
  });

  it("takes a rate, a window, or both", () => {
    const name = "firehose-throttle";
    assert.deepEqual(readFaults("firehose-throttle=0.05"), [{ name, rate: 0.05, ...always }]);
    assert.deepEqual(readFaults("firehose-throttle@2.5-90"), [{ name, rate: 0.2, from: 2.5, to: 90 }]);
    assert.deepEqual(readFaults("firehose-throttle=1@0-3600"), [{ name, rate: 1, from: 0, to: 3600 }]);
  });

  it("is a total outage of twenty minutes, of which each part can be said otherwise", () => {
    const name = "firehose-outage";
    assert.deepEqual(readFaults(name), [{ name, rate: 1, from: 0, to: 1200 }]);
    assert.deepEqual(readFaults(`${name}=0.5`), [{ name, rate: 0.5, from: 0, to: 1200 }]);
    assert.deepEqual(readFaults(`${name}@60-3660`), [{ name, rate: 1, from: 60, to: 3660 }]);
    assert.deepEqual(readFaults(`${name}=0@5-6`), [{ name, rate: 0, from: 5, to: 6 }]);
  });

  it("is alike for every fault when asked for all, which leaves something to each", () => {
    const all = readFaults("all");
    assert.deepEqual(
      all,
      FAULT_NAMES.map((name) => ({ name, rate: 0.2, ...always })),
    );
  });

  it("is every fault when asked for all", () => {
    const all = readFaults("all=0.5@10-20");
    assert.deepEqual(
      all.map(({ name }) => name),
      FAULT_NAMES,
    );
    assert.ok(all.every(({ rate, from, to }) => rate === 0.5 && from === 10 && to === 20));
  });

  const refused: [text: string, rule: RegExp][] = [
    ["", /There is no fault ""/],
    ["archive", /There is no fault "archive"\. The faults are firehose-outage, .*, and all of them/],
    ["archive-down=", /rate after = must be a number from 0 to 1, not ""/],
    ["archive-down=1.01", /not "1\.01"/],
    ["archive-down=-1", /not "-1"/],
    ["archive-down=half", /not "half"/],
    ["archive-down=1=1", /There is no fault|not "1=1"/],
    ["archive-down@", /window after @ must be FROM-TO in seconds, FROM below TO, not ""/],
    ["archive-down@10", /not "10"/],
    ["archive-down@10-10", /not "10-10"/],
    ["archive-down@20-10", /not "20-10"/],
    ["archive-down@0-1-2", /not "0-1-2"/],
    ["archive-down@a-b", /not "a-b"/],
  ];
  for (const [text, rule] of refused) {
    it(`is refused as ${JSON.stringify(text)}, with the rule`, () => {
      assert.throws(
        () => readFaults(text),
        (error) => error instanceof FaultError && rule.test(error.message),
      );
    });
  }
});
