import assert from "node:assert/strict";
import { dashboardBody } from "../../../components/observability/dashboard.ts";
import { COLUMNS, type Widget } from "../../../components/observability/widgets.ts";
import { namesFor } from "../../../settings/names.ts";
import { graphOf } from "../../support/graph.ts";
import { metricsUsed } from "../../support/metrics-used.ts";

const names = namesFor("lean-ops", "test");
const observability = { freshnessMinutes: 15, topicMetrics: true, queueAlarms: "each" } as const;
const refinery = { everyMinutes: 15, concurrency: 10, marginSeconds: 3600 };
const ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:one";

function bodyOf(topicCount: number): { widgets: Widget[] } {
  const topics = Array.from({ length: topicCount }, (_, index) => [`t${index}`, { maximumConcurrency: 2 }]);
  const settings = { topics: Object.fromEntries(topics), observability, refinery };
  const body = dashboardBody({ names, settings, region: "eu-west-1", alarms: [ALARM] });
  return JSON.parse(JSON.stringify(body));
}

/** As https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html has a metric widget. */
interface MetricProperties {
  title: string;
  region: string;
  view: string;
  stacked: boolean;
  period: number;
  metrics: unknown[][];
  yAxis: Record<string, { min: number; label: string; showUnits: boolean }>;
  annotations?: { horizontal: { label: string; value: number }[] };
}

const graphsOf = ({ widgets }: { widgets: Widget[] }) =>
  widgets.filter(({ type }) => type === "metric").map(({ properties }) => properties as unknown as MetricProperties);

for (const topicCount of [1, 3, 100, 101, 1000]) {
  describe(`the dashboard of ${topicCount} topics`, () => {
    const body = bodyOf(topicCount);
    const graphs = graphsOf(body);

    it("has widgets on the grid's cells, and no two on the same", () => {
      const taken = new Set<string>();
      for (const { x, y, width, height } of body.widgets) {
        assert(Number.isInteger(width) && width >= 1 && x >= 0 && x + width <= COLUMNS);
        assert(Number.isInteger(height) && height >= 1 && height <= 1000 && y >= 0);
        for (let column = x; column < x + width; column++) {
          for (let row = y; row < y + height; row++) {
            assert(!taken.has(`${column}/${row}`), `${column}/${row}`);
            taken.add(`${column}/${row}`);
          }
        }
      }
    });

    it("has the properties that AWS asks for, and no others", () => {
      const known = ["title", "region", "view", "stacked", "period", "metrics", "yAxis", "annotations"];
      for (const graph of graphs) {
        assert.deepEqual(
          Object.keys(graph).filter((key) => !known.includes(key)),
          [],
        );
        assert.match(graph.title, /\w/);
        assert.deepEqual([graph.region, graph.view], ["eu-west-1", "timeSeries"]);
        // What is told once a run is shown by run.
        assert.equal(graph.period, /^[89] |refinery|balance/.test(graph.title) ? 900 : 60, graph.title);
        assert(graph.metrics.length > 0, graph.title);
      }
      const others = body.widgets.filter(({ type }) => type !== "metric");
      assert.deepEqual(
        others.map(({ type }) => type),
        ["text", "alarm"],
      );
      assert.equal(typeof others[0]?.properties.markdown, "string");
      assert.deepEqual(others[1]?.properties.alarms, [ALARM]);
    });

    it("draws each line of metrics with a statistic and an axis that is labelled, or of an expression", () => {
      for (const { title, metrics, yAxis } of graphs) {
        const ids: string[] = [];
        for (const entry of metrics) {
          const options = entry.at(-1) as Record<string, unknown>;
          if (entry.length === 1) {
            assert.match(String(options.expression), /^(SUM|SORT)\(METRICS\(|^SELECT /, title);
            continue;
          }
          assert(entry.length % 2 === 1 && entry.slice(0, -1).every((word) => typeof word === "string"), title);
          assert.match(String(options.stat), /^(Sum|Maximum)$/);
          if (options.visible === false) ids.push(String(options.id));
          else assert(String(options.yAxis) in yAxis, `${title}: ${options.yAxis}`);
        }
        assert.deepEqual(ids, [...new Set(ids)], title);
        assert(ids.every((id) => /^[a-z]\w*$/.test(id)));
      }
    });

    it("keeps to AWS's limits: 500 metrics a graph, 2,500 in all", () => {
      const counts = graphs.map(({ metrics }) => metrics.length);
      assert(Math.max(...counts) <= 500);
      assert(counts.reduce((sum, count) => sum + count) <= 2500);
    });
  });
}

describe("the dashboard", () => {
  it("shows the flow from left to right", () => {
    const flow = bodyOf(3)
      .widgets.filter(({ properties }) => /^[1-4] /.test(String(properties.title)))
      .toSorted((a, b) => a.x - b.x);
    assert.deepEqual(
      flow.map(({ properties, y }) => [properties.title, y]),
      [
        ["1 Queues: messages", 2],
        ["2 sqs-processor: messages", 2],
        ["3 Firehose: records", 2],
        ["4 Tables: rows", 2],
      ],
    );
  });

  it("names each topic's queue up to 100 of them, and asks for all by their tag above", () => {
    const expressionsOf = (topicCount: number) =>
      graphsOf(bodyOf(topicCount)).flatMap(({ metrics }) =>
        metrics.filter(({ length }) => length === 1).map(([options]) => (options as { expression: string }).expression),
      );
    assert.deepEqual(expressionsOf(100), [
      'SUM(METRICS("sent"))',
      'SUM(METRICS("done"))',
      'SORT(METRICS("topic"), MAX, DESC, 10)',
      'SORT(METRICS("topic"), MAX, DESC, 10)',
    ]);
    const from = "FROM SCHEMA(\"AWS/SQS\", QueueName) WHERE tag.topicOf = 'lean-ops-test'";
    const most = "GROUP BY QueueName ORDER BY MAX() DESC LIMIT 10";
    assert.deepEqual(expressionsOf(101), [
      `SELECT SUM(NumberOfMessagesSent) ${from}`,
      `SELECT SUM(NumberOfMessagesDeleted) ${from}`,
      `SELECT MAX(ApproximateAgeOfOldestMessage) ${from} ${most}`,
      `SELECT MAX(ApproximateNumberOfMessagesVisible) ${from} ${most}`,
    ]);
  });

  it("finds by an expression the metrics that are meant, and no others", () => {
    for (const { title, metrics } of graphsOf(bodyOf(100))) {
      const hidden = metrics.map((entry) => entry.at(-1) as { id?: string; expression?: string });
      const searched = hidden.flatMap(({ expression }) => /METRICS\("(\w+)"\)/.exec(expression ?? "")?.[1] ?? []);
      for (const { id } of hidden.filter(({ id }) => id !== undefined)) {
        assert.equal(searched.filter((text) => id?.includes(text)).length, 1, `${title}: ${id}`);
      }
    }
  });

  it("marks where the alarm on late messages lies", () => {
    const graph = graphsOf(bodyOf(3)).find(({ title }) => title === "Oldest message, by topic");
    assert.deepEqual(graph?.annotations, { horizontal: [{ label: "alarm", value: 900 }] });
  });

  it("is read in full by who compares its metrics with what the system emits", () => {
    const inputs = { dashboardName: "d", dashboardBody: JSON.stringify(bodyOf(101)) };
    const uses = metricsUsed(graphOf([{ type: "aws:cloudwatch/dashboard:Dashboard", name: "d", inputs }]));
    assert.deepEqual(
      uses.filter(({ usedBy }) => usedBy === "d: 1 Queues: messages"),
      ["NumberOfMessagesSent", "NumberOfMessagesDeleted"].map((name) => ({
        usedBy: "d: 1 Queues: messages",
        namespace: "AWS/SQS",
        name,
        dimensions: { QueueName: undefined },
      })),
    );
    assert.deepEqual(
      uses.find(({ usedBy }) => usedBy === "d: Circuit"),
      {
        usedBy: "d: Circuit",
        namespace: "LeanOps",
        name: "CircuitOpen",
        dimensions: { service: "circuit-breaker", function_name: "lean-ops-test-circuit-breaker" },
      },
    );
    assert.deepEqual([...new Set(uses.map(({ namespace }) => namespace))].toSorted(), [
      "AWS/Firehose",
      "AWS/Lambda",
      "AWS/SQS",
      "LeanOps",
    ]);
  });
});
