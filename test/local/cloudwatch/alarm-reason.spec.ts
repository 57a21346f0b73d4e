import assert from "node:assert/strict";
import { stateReason, stateReasonData } from "../../../local/cloudwatch/alarm-reason.ts";
import { alarmOf, ERRORS, metricInput, WITHOUT_METRIC } from "./configurations.ts";

const start = Date.UTC(2026, 6, 3, 8, 29);

/** Data points of a minute each, the newest first. */
function found(values: readonly number[], filled = 0) {
  return { points: values.map((value, age) => ({ timestamp: start - age * 60_000, value })), filled };
}

describe("an alarm's reason", () => {
  it("names the data points that make it an alarm, the newest first", () => {
    const alarm = alarmOf({ threshold: 5, evaluationPeriods: 3, datapointsToAlarm: 2 });
    assert.equal(
      stateReason(alarm, "ALARM", found([7, 1, 5.25])),
      "Threshold Crossed: 2 out of the last 3 datapoints [7.0 (03/07/26 08:29:00), 5.25 (03/07/26 08:27:00)] were greater than or equal to the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).",
    );
  });

  it("names those that end it", () => {
    const alarm = alarmOf({ threshold: 20, comparisonOperator: "LessThanThreshold", evaluationPeriods: 3 });
    assert.equal(
      stateReason(alarm, "OK", found([25, 1, 1])),
      "Threshold Crossed: 1 out of the last 3 datapoints [25.0 (03/07/26 08:29:00)] was not less than the threshold (20.0) (minimum 1 datapoint for ALARM -> OK transition).",
    );
  });

  it("says what missing data was taken for", () => {
    const breaching = alarmOf({ treatMissingData: "breaching", evaluationPeriods: 2 });
    assert.equal(
      stateReason(breaching, "ALARM", found([], 2)),
      "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
    );
    assert.equal(
      stateReason(alarmOf({ treatMissingData: "notBreaching" }), "OK", found([], 1)),
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
    );
    assert.match(
      stateReason(breaching, "ALARM", found([9], 1)),
      /\(1\.0\) and 1 missing datapoint was treated as \[Breaching\]\.$/,
    );
    assert.equal(
      stateReason(alarmOf(), "INSUFFICIENT_DATA", found([], 1)),
      "Insufficient Data: 1 datapoint was unknown.",
    );
  });

  it("comes with its data, which are JSON", () => {
    const data = JSON.parse(stateReasonData(alarmOf(), found([7, 1]), start + 80_000));
    assert.deepEqual(data, {
      version: "1.0",
      queryDate: "2026-07-03T08:30:20.000+0000",
      startDate: "2026-07-03T08:28:00.000+0000",
      statistic: "Sum",
      period: 60,
      recentDatapoints: [1, 7],
      threshold: 1,
      evaluatedDatapoints: [
        { timestamp: "2026-07-03T08:29:00.000+0000", value: 7 },
        { timestamp: "2026-07-03T08:28:00.000+0000", value: 1 },
      ],
    });
    const queries = alarmOf({ ...WITHOUT_METRIC, metricQueries: [{ ...metricInput("m", ERRORS), returnData: true }] });
    const { statistic, startDate } = JSON.parse(stateReasonData(queries, found([]), start));
    assert.deepEqual([statistic, startDate], [undefined, undefined]);
  });
});
