import assert from "node:assert/strict";
import { ignoredInputs, notificationsOf } from "../../../local/objects/notifications-from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const queueArn = "arn:aws:sqs:eu-west-1:123456789012:told";
const queue = { queueArn, events: ["s3:ObjectCreated:*"] };

const read = (...resources: Record<string, unknown>[]) =>
  notificationsOf(
    graphOf([
      { type: "aws:s3/bucket:Bucket", name: "errors", inputs: { bucket: "errors" } },
      { type: "aws:sqs/queue:Queue", name: "told", inputs: { name: "told" } },
      ...resources.map((inputs, index) => ({
        type: "aws:s3/bucketNotification:BucketNotification",
        name: `notification-${index}`,
        inputs: { bucket: "errors", ...inputs },
      })),
    ]),
  );

describe("bucket notifications of a graph", () => {
  it("take queues, events and filters from their resource", () => {
    const created = { queueArn, filterPrefix: "failed/", filterSuffix: ".gz", id: "failed" };
    assert.deepEqual(read({ queues: [{ ...created, events: ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"] }] }), [
      {
        bucket: "errors",
        region: "eu-west-1",
        queues: [{ id: "failed", queueArn, events: new Set(["Put", "Copy"]), prefix: "failed/", suffix: ".gz" }],
      },
    ]);
    assert.ok(Object.values(ignoredInputs).every((reason) => reason.length > 0));
  });

  it("may share a bucket where no object is for two of them", () => {
    const prefixes = [
      { ...queue, filterPrefix: "a/" },
      { ...queue, filterPrefix: "b/" },
    ];
    const suffixes = [
      { ...queue, filterSuffix: ".gz" },
      { ...queue, filterSuffix: ".json" },
    ];
    const events = [
      { ...queue, events: ["s3:ObjectCreated:Put"] },
      { ...queue, events: ["s3:ObjectCreated:Copy"] },
    ];
    for (const queues of [prefixes, suffixes, events]) {
      assert.equal(read({ queues })[0]?.queues.length, 2);
    }
  });

  const refused: [title: string, resources: Record<string, unknown>[], message: RegExp][] = [
    ["an unknown bucket", [{ bucket: "nosuch", queues: [queue] }], /bucket: the stack has no bucket nosuch/],
    ["an unknown queue", [{ queues: [{ ...queue, queueArn: "arn:x" }] }], /queues\[0\].queueArn: must be a standard/],
    ["no event", [{ queues: [{ queueArn }] }], /queues\[0\].events: must name at least one event/],
    ["other events", [{ queues: [{ queueArn, events: ["s3:ObjectRemoved:*"] }] }], /not s3:ObjectRemoved:\*/],
    ["topics", [{ topics: [{}] }], /topics: not known to the local cloud/],
    ["two resources for one bucket", [{ queues: [queue] }, { queues: [] }], /errors has notifications already/],
    [
      "rules that overlap",
      [{ queues: [queue, { ...queue, filterPrefix: "a/", events: ["s3:ObjectCreated:Put"] }] }],
      /queues\[1\]: Configurations overlap/,
    ],
  ];
  for (const [title, resources, message] of refused) {
    it(`are refused with ${title}`, () => {
      assert.throws(() => read(...resources), message);
    });
  }
});
