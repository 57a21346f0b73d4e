import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type AlarmState,
  COMPARISONS,
  TREATMENTS,
  type Treatment,
} from "../../../local/cloudwatch/alarm-configuration.ts";
import { evaluationRange, isBreaching, verdictOn } from "../../../local/cloudwatch/alarm-verdict.ts";

const RETAINED = undefined;

/** `0` is within the threshold, `X` is not, `-` is missing; oldest first. */
function verdict(points: string, datapointsToAlarm: number, treatMissingData: Treatment, evaluationPeriods = 3) {
  const values = points.split(" ").map((point) => ({ "0": 0, X: 9 })[point]);
  const rule = { comparison: "GreaterThanThreshold", threshold: 5 } as const;
  return verdictOn(values, { ...rule, evaluationPeriods, datapointsToAlarm, treatMissingData });
}

type Row = [
  points: string,
  missing: AlarmState | undefined,
  ignore: AlarmState | undefined,
  breaching: AlarmState,
  notBreaching: AlarmState,
];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html#alarms-evaluating-missing-data */
const THREE_OF_THREE: Row[] = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["0 - - - -", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", RETAINED, "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - X - -", "ALARM", RETAINED, "ALARM", "OK"],
];

const TWO_OF_THREE: Row[] = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - X -", "ALARM", RETAINED, "ALARM", "OK"],
];

describe("an alarm's verdict", () => {
  for (const [needed, rows] of [
    [3, THREE_OF_THREE],
    [2, TWO_OF_THREE],
  ] as const) {
    for (const [points, ...states] of rows) {
      it(`is AWS's own on ${points} with ${needed} out of 3`, () => {
        const order: Treatment[] = ["missing", "ignore", "breaching", "notBreaching"];
        assert.deepEqual(
          order.map((treatment) => verdict(points, needed, treatment).state),
          states,
        );
      });
    }
  }

  it("does not become an alarm prematurely, as long as the next data point could still be within the threshold", () => {
    for (const points of ["- - - - X", "- - - X -", "- - - X X"]) {
      assert.equal(verdict(points, 3, "missing").state, RETAINED, points);
      assert.equal(verdict(points, 3, "ignore").state, RETAINED, points);
    }
    assert.equal(verdict("- - - X 0", 3, "missing").state, "OK");
    assert.equal(verdict("- - X X X", 3, "missing").state, "ALARM");
  });

  it("counts the newest data points, however far back they are, and says how many were missing", () => {
    assert.deepEqual(verdict("X 0 - - X", 3, "breaching"), { state: "OK", evaluated: [4, 1, 0], filled: 0 });
    assert.deepEqual(verdict("0 X X X X", 3, "missing"), { state: "ALARM", evaluated: [4, 3, 2], filled: 0 });
    assert.deepEqual(verdict("- - - - X", 2, "breaching"), { state: "ALARM", evaluated: [4], filled: 2 });
    assert.deepEqual(verdict("- - -", 1, "notBreaching", 1), { state: "OK", evaluated: [], filled: 1 });
  });

  it("looks at more periods than it evaluates: at 5 for 3, as AWS's examples do", () => {
    assert.equal(evaluationRange(3), 5);
    assert.equal(evaluationRange(1), 3);
  });

  it("needs as many breaching data points as it is told, of as many as it is told", () => {
    const points = fc.array(fc.constantFrom("0", "X"), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 4 }), fc.constantFrom(...TREATMENTS), (all, needed, treatment) => {
        const breaching = all.slice(-4).filter((point) => point === "X").length;
        assert.equal(verdict(all.join(" "), needed, treatment, 4).state, breaching >= needed ? "ALARM" : "OK");
      }),
    );
  });

  it("compares the value with the threshold, in this order", () => {
    const found = COMPARISONS.map((comparison) =>
      [4, 5, 6].map((value) => isBreaching(value, { comparison, threshold: 5 })),
    );
    assert.deepEqual(found, [
      [false, true, true],
      [false, false, true],
      [true, false, false],
      [true, true, false],
    ]);
  });
});
