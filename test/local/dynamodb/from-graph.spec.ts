import assert from "node:assert/strict";
import { ignoredInputs, tablesOf } from "../../../local/dynamodb/from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const inputs = {
  name: "errors",
  billingMode: "PAY_PER_REQUEST",
  attributes: [
    { name: "topic", type: "S" },
    { name: "id", type: "S" },
  ],
  hashKey: "topic",
  rangeKey: "id",
};

const read = (more: Record<string, unknown> = {}) =>
  tablesOf(graphOf([{ type: "aws:dynamodb/table:Table", name: "tracker", inputs: { ...inputs, ...more } }]));

function refusal(more: Record<string, unknown>): string {
  try {
    read(more);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail("the table was accepted");
}

describe("tables of a graph", () => {
  it("take their keys, indexes and stream from their resource", () => {
    const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/errors";
    const [table] = read({
      attributes: [...inputs.attributes, { name: "status", type: "N" }],
      globalSecondaryIndexes: [
        { name: "by-status", hashKey: "status", projectionType: "INCLUDE", nonKeyAttributes: ["kind"] },
      ],
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
    });
    assert.deepEqual(table, {
      name: "errors",
      arn,
      attributes: { topic: "S", id: "S", status: "N" },
      keys: { hash: "topic", range: "id" },
      globalSecondaryIndexes: [
        {
          name: "by-status",
          keys: { hash: "status", range: undefined },
          projection: "INCLUDE",
          nonKeyAttributes: ["kind"],
        },
      ],
      stream: {
        arn: `${arn}/stream/2026-01-01T00:00:00.000`,
        label: "2026-01-01T00:00:00.000",
        viewType: "NEW_AND_OLD_IMAGES",
      },
    });
  });

  it("have no stream unless it is enabled", () => {
    assert.equal(read()[0]?.stream, undefined);
  });

  it("take what has no effect here", () => {
    read({
      ttl: { attributeName: "expires_at", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
      tags: { owner: "data" },
    });
    read({ billingMode: undefined, readCapacity: 5, writeCapacity: 5 });
    assert.ok(Object.values(ignoredInputs).every((reason) => reason.length > 0));
  });

  const refused: [title: string, more: Record<string, unknown>, message: RegExp][] = [
    ["a name out of AWS's rule", { name: "a!" }, /name: must match/],
    ["a key attribute without definition", { rangeKey: "date" }, /attributes: the key attribute date is not defined/],
    [
      "an attribute that is no key",
      { attributes: [...inputs.attributes, { name: "body", type: "S" }] },
      /attributes: body is no key of the table or of an index/,
    ],
    ["a stream without a view type", { streamEnabled: true }, /streamViewType: is required/],
    ["a view type without a stream", { streamViewType: "NEW_IMAGE" }, /streamViewType: the stream is not enabled/],
    [
      "an unknown view type",
      { streamEnabled: true, streamViewType: "ALL" },
      /streamViewType: the local cloud has KEYS/,
    ],
    ["provisioned throughput without numbers", { billingMode: "PROVISIONED" }, /readCapacity: is required/],
    ["numbers on demand", { writeCapacity: 5 }, /writeCapacity: must be absent on demand/],
    ["replicas", { replicas: [{ regionName: "eu-central-1" }] }, /replicas: not known to the local cloud/],
    ["local secondary indexes", { localSecondaryIndexes: [{}] }, /localSecondaryIndexes: not known/],
  ];
  for (const [title, more, message] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(refusal(more), message);
      assert.match(refusal(more), /aws:dynamodb\/table:Table "tracker"/);
    });
  }
});
