import assert from "node:assert/strict";
import { MAX_METRICS, runInsights } from "../../../local/cloudwatch/insights.ts";
import { parseInsights } from "../../../local/cloudwatch/insights-parser.ts";
import { Minutes } from "../../../local/cloudwatch/minutes.ts";
import { MetricStore } from "../../../local/cloudwatch/store.ts";
import type { MetricId } from "../../../local/cloudwatch/types.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { _, type Points } from "./points.ts";

const minutes = new Minutes(virtualClock());

function age(dimensions: MetricId["dimensions"]): MetricId {
  return { namespace: "AWS/SQS", name: "Age", dimensions };
}

/** Points of metrics by their dimensions, from minute 0 on. */
function store(metrics: readonly [MetricId["dimensions"], Points][]): MetricStore {
  const filled = new MetricStore(minutes);
  for (const [dimensions, points] of metrics) {
    for (const [minute, value] of points.entries()) {
      if (value !== undefined) filled.record(age(dimensions), value, minutes.startOf(minute));
    }
  }
  return filled;
}

const queues = store([
  [{ QueueName: "b" }, [1, 8, _]],
  [{ QueueName: "a" }, [4, _, _]],
  [{ QueueName: "c" }, [5, 5, 3]],
  [{ QueueName: "a", Region: "eu" }, [100, 100, 100]],
  [{}, [7, 7, 7]],
]);

const tags: Record<string, Record<string, string>> = { a: { topicOf: "dev" }, b: { topicOf: "dev" }, c: {} };

function run(query: string, metrics = queues, length = 3) {
  const tagsOf = ({ dimensions }: MetricId) => tags[dimensions.QueueName ?? ""] ?? {};
  return runInsights(parseInsights(query), { metrics, tagsOf }, { start: 0, periodMinutes: 1, length });
}

function labelled(query: string): [string, Points][] {
  return run(query).series.map(({ label, values }) => [label, values]);
}

describe("Metrics Insights", () => {
  it("makes one series of all metrics of a name, or of those with exactly some dimensions", () => {
    assert.deepEqual(labelled('SELECT SUM(Age) FROM "AWS/SQS"'), [["", [117, 120, 110]]]);
    assert.deepEqual(labelled('SELECT SUM(Age) FROM SCHEMA("AWS/SQS", QueueName)'), [["", [10, 13, 3]]]);
    assert.deepEqual(labelled('SELECT SUM(Age) FROM SCHEMA("AWS/SQS", Region, QueueName)'), [["", [100, 100, 100]]]);
    assert.deepEqual(labelled('SELECT SUM(Age) FROM SCHEMA("AWS/SQS")'), [["", [7, 7, 7]]]);
  });

  it("aggregates over the samples that there are", () => {
    const by = (name: string) => labelled(`SELECT ${name}(Age) FROM SCHEMA("AWS/SQS", QueueName)`)[0]?.[1];
    assert.deepEqual(by("AVG"), [10 / 3, 6.5, 3]);
    assert.deepEqual(by("MAX"), [5, 8, 3]);
    assert.deepEqual(by("MIN"), [1, 5, 3]);
    assert.deepEqual(by("COUNT"), [3, 2, 1]);
  });

  it("makes a series for each value of a label, in the alphabet's order", () => {
    assert.deepEqual(labelled('SELECT MAX(Age) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY QueueName'), [
      ["a", [4, _, _]],
      ["b", [1, 8, _]],
      ["c", [5, 5, 3]],
    ]);
  });

  it("groups what lacks a label as Other, and joins several labels", () => {
    assert.deepEqual(
      labelled('SELECT MAX(Age) FROM "AWS/SQS" GROUP BY QueueName, Region').map(([label]) => label),
      ["Other Other", "a Other", "a eu", "b Other", "c Other"],
    );
    const [grouped] = run("SELECT MAX(Age) FROM \"AWS/SQS\" WHERE Region = 'eu' GROUP BY QueueName, Region").series;
    assert.deepEqual(grouped?.groups, { QueueName: "a", Region: "eu" });
  });

  it("orders by what a series' data points come to, and takes the first ones", () => {
    const order = (by: string) =>
      labelled(`SELECT MAX(Age) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY QueueName ORDER BY ${by}`).map(([a]) => a);
    assert.deepEqual(order("MAX() DESC"), ["b", "c", "a"]);
    assert.deepEqual(order("SUM() DESC"), ["c", "b", "a"]);
    assert.deepEqual(order("COUNT() DESC LIMIT 2"), ["c", "b"]);
    assert.deepEqual(order("MIN() LIMIT 1"), ["b"]);
  });

  it("finds metrics by dimensions and by the tags of their resources", () => {
    const found = (where: string) =>
      labelled(`SELECT MAX(Age) FROM SCHEMA("AWS/SQS", QueueName) WHERE ${where} GROUP BY QueueName`).map(([a]) => a);
    assert.deepEqual(found("tag.topicOf = 'dev'"), ["a", "b"]);
    assert.deepEqual(found("tag.topicOf = 'dev' AND QueueName != 'a'"), ["b"]);
    assert.deepEqual(found("QueueName = 'A'"), []);
    assert.deepEqual(found("tag.topicOf != 'prod'"), ["a", "b"]);
    assert.deepEqual(found("tag.constructor = 'x'"), []);
  });

  it("groups by tags", () => {
    assert.deepEqual(
      labelled('SELECT SUM(Age) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY tag.topicOf').map(([label]) => label),
      ["Other", "dev"],
    );
  });

  it("leaves out series without a data point in the time that is asked for", () => {
    const { series } = run(
      'SELECT MAX(Age) FROM "AWS/SQS" GROUP BY QueueName',
      store([[{ QueueName: "a" }, [_, _, _, 1]]]),
    );
    assert.deepEqual(series, []);
    assert.deepEqual(run('SELECT MAX(Nothing) FROM "AWS/SQS"').series, []);
  });

  it("answers at most 500 series, and says so", () => {
    const many = store(Array.from({ length: 501 }, (_nothing, index) => [{ QueueName: `q${index}` }, [1]]));
    const grouped = run('SELECT MAX(Age) FROM "AWS/SQS" GROUP BY QueueName', many);
    assert.deepEqual([grouped.series.length, grouped.partial], [500, true]);
    const few = run('SELECT MAX(Age) FROM "AWS/SQS" GROUP BY QueueName LIMIT 10', many);
    assert.deepEqual([few.series.length, few.partial], [10, false]);
    const limited = run("SELECT MAX(Age) FROM \"AWS/SQS\" WHERE QueueName != 'q7' GROUP BY QueueName", many);
    assert.deepEqual([limited.series.length, limited.partial], [500, false]);
  });

  it("looks at 10,000 metrics at most, and says so", () => {
    const many = store(Array.from({ length: MAX_METRICS + 1 }, (_nothing, index) => [{ QueueName: `q${index}` }, [1]]));
    const { series, partial } = run('SELECT SUM(Age) FROM "AWS/SQS"', many, 1);
    assert.deepEqual([series[0]?.values, partial], [[MAX_METRICS], true]);
  });
});
