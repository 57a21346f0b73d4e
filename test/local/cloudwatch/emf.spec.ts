import assert from "node:assert/strict";
import { writeMetrics } from "../../../functions/common/metrics.ts";
import { readEmf } from "../../../local/cloudwatch/emf.ts";

const Timestamp = 1_767_225_600_000;

function line(directives: unknown, members: object = {}): string {
  return JSON.stringify({ _aws: { Timestamp, CloudWatchMetrics: directives }, ...members });
}

const directive = { Namespace: "N", Dimensions: [["service"]], Metrics: [{ Name: "Count", Unit: "Count" }] };

describe("the embedded metric format", () => {
  it("gives each metric under each set of dimensions, from each directive", () => {
    const text = line(
      [
        { ...directive, Dimensions: [["service"], ["service", "lane"], []] },
        { Namespace: "M", Dimensions: [[]], Metrics: [{ Name: "Time" }] },
      ],
      { service: "s", lane: "3", Count: 2, Time: [1, 2.5], other: { nested: true } },
    );
    assert.deepEqual(readEmf(text), {
      timestamp: Timestamp,
      samples: [
        { metric: { namespace: "N", name: "Count", dimensions: { service: "s" } }, values: [2] },
        { metric: { namespace: "N", name: "Count", dimensions: { service: "s", lane: "3" } }, values: [2] },
        { metric: { namespace: "N", name: "Count", dimensions: {} }, values: [2] },
        { metric: { namespace: "M", name: "Time", dimensions: {} }, values: [1, 2.5] },
      ],
    });
  });

  it("is what the functions write", () => {
    const lines: string[] = [];
    writeMetrics((text) => lines.push(text), {
      timestamp: Timestamp,
      dimensions: { service: "s" },
      counts: { Received: 3 },
      finer: { dimensions: { lane: "0" }, counts: { Started: 1 } },
    });
    assert.deepEqual(readEmf(lines[0] ?? "")?.samples, [
      { metric: { namespace: "LeanOps", name: "Received", dimensions: { service: "s" } }, values: [3] },
      { metric: { namespace: "LeanOps", name: "Started", dimensions: { service: "s", lane: "0" } }, values: [1] },
    ]);
  });

  it("is no line that says nothing of it, or only quotes it", () => {
    const quoted = JSON.stringify({ message: line([directive], { service: "s", Count: 1 }) });
    for (const text of [
      "",
      "START RequestId: 1",
      '{"level":"INFO"}',
      `see "_aws" there`,
      quoted,
      '{"a":{"_aws":1}}',
      '["_aws"]',
    ]) {
      assert.equal(readEmf(text), undefined, text);
    }
  });

  const broken: [string, string, RegExp][] = [
    ["cut off", line([directive], { service: "s", Count: 1 }).slice(0, -5), /the line is not JSON/],
    ["without metadata", '{"_aws":null}', /_aws is no object/],
    ["without a time", '{"_aws":{"CloudWatchMetrics":[]}}', /_aws\.Timestamp is no whole number/],
    ["with a time as text", '{"_aws":{"Timestamp":"1","CloudWatchMetrics":[]}}', /_aws\.Timestamp is no whole number/],
    ["without directives", `{"_aws":{"Timestamp":${Timestamp}}}`, /_aws\.CloudWatchMetrics is no list/],
    [
      "without a namespace",
      line([{ ...directive, Namespace: undefined }], { service: "s", Count: 1 }),
      /a namespace has 1 to 255/,
    ],
    ["without a metric's value", line([directive], { service: "s" }), /Metrics\[0\]\.Name: the line has no "Count"/],
    ["with a value as text", line([directive], { service: "s", Count: "1" }), /Count is neither a number/],
    ["with a value of null", line([directive], { service: "s", Count: null }), /Count is neither a number/],
    ["with a huge value", line([directive], { service: "s", Count: 1e300 }), /Count is neither a number/],
    ["without a dimension's value", line([directive], { Count: 1 }), /Dimensions\[0\]: the line has no "service"/],
    ["with a number as a dimension", line([directive], { service: 1, Count: 1 }), /the dimension service has no value/],
    ["with an empty dimension", line([directive], { service: " ", Count: 1 }), /the dimension service has no value/],
    [
      "with inherited names",
      line([{ ...directive, Metrics: [{ Name: "toString" }] }], { service: "s" }),
      /has no "toString"/,
    ],
    [
      "without a set of dimensions",
      line([{ ...directive, Dimensions: [] }], { service: "s", Count: 1 }),
      /Dimensions lacks a set/,
    ],
    [
      "with dimensions that are no lists",
      line([{ ...directive, Dimensions: ["service"] }], { service: "s", Count: 1 }),
      /Dimensions\[0\] is no list/,
    ],
    [
      "with too many values",
      line([directive], { service: "s", Count: new Array(101).fill(1) }),
      /neither a number nor up to 100/,
    ],
  ];
  for (const [what, text, problem] of broken) {
    it(`refuses a line ${what}`, () => {
      assert.throws(() => readEmf(text), { name: "EmfError", message: problem });
    });
  }

  it("takes 100 metrics a directive, 30 dimensions a set and lines of 1 MiB, and no more", () => {
    const metrics = (count: number) => {
      const Metrics = Array.from({ length: count }, () => ({ Name: "Count" }));
      return line([{ ...directive, Metrics }], { service: "s", Count: 1 });
    };
    assert.equal(readEmf(metrics(100))?.samples.length, 100);
    assert.throws(() => readEmf(metrics(101)), /more than 100 metrics/);
    const dimensions = (count: number) => {
      const keys = Array.from({ length: count }, (_, index) => `d${index}`);
      const members = Object.fromEntries(keys.map((key) => [key, "v"]));
      return line([{ ...directive, Dimensions: [keys] }], { ...members, Count: 1 });
    };
    assert.equal(readEmf(dimensions(30))?.samples.length, 1);
    assert.throws(() => readEmf(dimensions(31)), /more than 30 dimensions/);
    const padding = "x".repeat(1024 * 1024);
    assert.throws(() => readEmf(line([directive], { service: "s", Count: 1, padding })), /exceeds 1048576 bytes/);
  });

  it("takes __proto__ for a name like any other", () => {
    const text = `{"_aws":{"Timestamp":${Timestamp},"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["__proto__"]],"Metrics":[{"Name":"Count"}]}]},"__proto__":"v","Count":1}`;
    const dimensions = readEmf(text)?.samples[0]?.metric.dimensions ?? {};
    assert.deepEqual(Object.entries(dimensions), [["__proto__", "v"]]);
  });
});
