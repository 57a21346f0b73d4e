import assert from "node:assert/strict";
import type { StreamViewType } from "../../../local/dynamodb/configuration.ts";
import type { Item } from "../../../local/dynamodb/item.ts";
import { isChange, streamRecord } from "../../../local/dynamodb/stream-record.ts";
import { streamArn } from "./fixtures.ts";

const keys: Item = { Id: { N: "101" } };
const older: Item = { ...keys, Message: { S: "New item!" } };
const newer: Item = { ...keys, Message: { S: "This item has changed" } };

function recordOf(before: Item | undefined, after: Item | undefined, viewType: StreamViewType = "NEW_AND_OLD_IMAGES") {
  return streamRecord({ keys, before, after }, { streamArn, viewType, position: 41, createdAt: 1_767_225_600_999 });
}

describe("a record of a stream", () => {
  it("has the form that Lambda documents", () => {
    const { eventID, ...record } = recordOf(older, newer);
    assert.match(eventID, /^[0-9a-f]{32}$/);
    assert.deepEqual(record, {
      eventName: "MODIFY",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "eu-west-1",
      dynamodb: {
        ApproximateCreationDateTime: 1_767_225_600,
        Keys: keys,
        NewImage: newer,
        OldImage: older,
        SequenceNumber: "100000000000000000042",
        SizeBytes: 59,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      eventSourceARN: streamArn,
    });
  });

  it("has the sizes of AWS's examples", () => {
    assert.equal(recordOf(undefined, older).dynamodb.SizeBytes, 26);
    assert.equal(recordOf(newer, undefined).dynamodb.SizeBytes, 38);
  });

  const views: [StreamViewType, string[]][] = [
    ["KEYS_ONLY", []],
    ["NEW_IMAGE", ["NewImage"]],
    ["OLD_IMAGE", ["OldImage"]],
    ["NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
  ];
  for (const [viewType, images] of views) {
    it(`shows ${images.join(" and ") || "the keys alone"} in a stream of ${viewType}`, () => {
      const { dynamodb } = recordOf(older, newer, viewType);
      assert.deepEqual(
        Object.keys(dynamodb).filter((name) => name.endsWith("Image")),
        images,
      );
    });
  }

  it("is of a change only, in which a set's order counts for nothing and a list's does", () => {
    const withTags = (value: Item[string]): Item => ({ ...keys, nested: { M: { tags: value } } });
    const change = (before: Item[string], after: Item[string]) =>
      isChange({ keys, before: withTags(before), after: withTags(after) });
    assert.equal(change({ SS: ["a", "b"] }, { SS: ["b", "a"] }), false);
    assert.equal(change({ SS: ["a", "b"] }, { SS: ["a", "c"] }), true);
    assert.equal(change({ L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] }), true);
    assert.equal(isChange({ keys, before: undefined, after: undefined }), false);
  });
});
