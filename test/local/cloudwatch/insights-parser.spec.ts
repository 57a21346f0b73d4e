import assert from "node:assert/strict";
import fc from "fast-check";
import { isInsightsQuery, parseInsights } from "../../../local/cloudwatch/insights-parser.ts";

describe("the parser of Metrics Insights", () => {
  it("reads a query with all its clauses", () => {
    const query = `SELECT MAX(ApproximateAgeOfOldestMessage) FROM SCHEMA("AWS/SQS", QueueName)
      WHERE tag.topicOf = 'lean-ops' AND QueueName != 'orders' GROUP BY QueueName, tag."cost-center"
      ORDER BY AVG() DESC LIMIT 100`;
    assert.deepEqual(parseInsights(query), {
      statistic: "Maximum",
      metricName: "ApproximateAgeOfOldestMessage",
      namespace: "AWS/SQS",
      schema: ["QueueName"],
      conditions: [
        { label: { kind: "tag", key: "topicOf" }, equal: true, value: "lean-ops" },
        { label: { kind: "dimension", key: "QueueName" }, equal: false, value: "orders" },
      ],
      groupBy: [
        { kind: "dimension", key: "QueueName" },
        { kind: "tag", key: "cost-center" },
      ],
      orderBy: { statistic: "Average", descending: true },
      limit: 100,
    });
  });

  it("reads a query with none of them, whatever its keywords' case", () => {
    assert.deepEqual(parseInsights("select sum(m) from Own"), {
      statistic: "Sum",
      metricName: "m",
      namespace: "Own",
      schema: undefined,
      conditions: [],
      groupBy: [],
      orderBy: undefined,
      limit: 500,
    });
  });

  it("tells no dimensions from any dimensions", () => {
    assert.deepEqual(parseInsights('SELECT COUNT(m) FROM SCHEMA("A/B")').schema, []);
    assert.equal(parseInsights('SELECT COUNT(m) FROM "A/B"').schema, undefined);
  });

  it("takes any name in double quotation marks, and marks after a backslash", () => {
    const { metricName, namespace, groupBy } = parseInsights(
      String.raw`SELECT AVG("Bytes\"Input\"") FROM "LIMIT" GROUP BY "a b"`,
    );
    assert.deepEqual([metricName, namespace, groupBy], ['Bytes"Input"', "LIMIT", [{ kind: "dimension", key: "a b" }]]);
  });

  it("orders upwards unless told otherwise", () => {
    for (const order of ["MIN()", "MIN() ASC", "min() asc"]) {
      const { orderBy } = parseInsights(`SELECT MIN(m) FROM N GROUP BY d ORDER BY ${order}`);
      assert.deepEqual(orderBy, { statistic: "Minimum", descending: false });
    }
  });

  const refused: [string, RegExp][] = [
    ["SELECT", /one of AVG, COUNT, MAX, MIN, SUM must follow, not the end \(at character 7\)/],
    ["SELECT P90(m) FROM N", /one of AVG, .* must follow, not P90/],
    ["SELECT SUM(m)", /FROM must follow, not the end/],
    ["SELECT SUM(LIMIT) FROM N", /a metric's name must follow, not LIMIT; as a name it needs double quotation marks/],
    ["SELECT SUM(m) FROM AWS/SQS", /"\/" is not part of a Metrics Insights query \(at character 23\)/],
    ["SELECT SUM(m) FROM SCHEMA()", /a namespace must follow, not \)/],
    ["SELECT SUM(m) FROM N WHERE a = b", /a value in single quotation marks must follow, not b/],
    ['SELECT SUM(m) FROM N WHERE a = "b"', /a value in single quotation marks must follow, not b/],
    ["SELECT SUM(m) FROM N WHERE a > 'b'", /">" is not part of/],
    ["SELECT SUM(m) FROM N WHERE a LIKE 'b'", /= or != must follow, not LIKE/],
    ["SELECT SUM(m) FROM N WHERE a = 'b' OR a = 'c'", /OR does not belong there \(at character 36\)/],
    ["SELECT SUM(m) FROM N WHERE AWS.AccountId = '1'", /the local cloud has dimensions and tag\.key, not AWS\./],
    ["SELECT SUM(m) FROM N GROUP QueueName", /GROUP does not belong there/],
    ["SELECT SUM(m) FROM N ORDER BY MAX(m)", /\) must follow, not m/],
    ["SELECT SUM(m) FROM N LIMIT 501", /LIMIT takes a whole number from 1 to 500, not 501/],
    ["SELECT SUM(m) FROM N LIMIT 0", /LIMIT takes/],
    ["SELECT SUM(m) FROM N LIMIT 10 GROUP BY a", /GROUP does not belong there/],
    ["SELECT SUM(m) FROM N WHERE a = 'b", /"'" is not part of/],
    ["SELECT SUM(m) FROM N WHERE tag.my-key = 'b'", /"-" is not part of/],
  ];
  for (const [query, problem] of refused) {
    it(`refuses ${query}, and says where`, () => {
      assert.throws(() => parseInsights(query), { name: "QueryError", message: problem });
    });
  }

  it("answers every text with a query or a QueryError", () => {
    const pieces = [
      "SELECT ",
      "SUM(",
      "m",
      ")",
      " FROM ",
      "SCHEMA(",
      '"N"',
      ",",
      " WHERE ",
      "a",
      " = ",
      "'v'",
      " GROUP BY ",
      ".",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, "\\", "é", "'"), { maxLength: 20 }), (parts) => {
        try {
          parseInsights(parts.join(""));
        } catch (error) {
          assert.equal((error as Error).name, "QueryError");
        }
      }),
    );
  });

  it("is what reads an expression that begins with SELECT", () => {
    assert.equal(isInsightsQuery("\n select SUM(m) FROM N"), true);
    assert.equal(isInsightsQuery("SELECTED + 1"), false);
    assert.equal(isInsightsQuery("m1"), false);
  });
});
