import assert from "node:assert/strict";
import { readFilter } from "../../../local/mappings/stream-filter.ts";

const record = {
  eventName: "MODIFY",
  dynamodb: {
    NewImage: { status: { S: "REPLAY_REQUESTED" }, count: { N: "3" }, held: { BOOL: false }, tags: { SS: ["a", "b"] } },
  },
};

const image = (attributes: object) => ({ dynamodb: { NewImage: attributes } });

describe("a filter of an event source mapping", () => {
  const matches: [title: string, pattern: object, expected: boolean][] = [
    ["a value that is equal", image({ status: { S: ["REPLAY_REQUESTED"] } }), true],
    ["another value", image({ status: { S: ["replay_requested"] } }), false],
    ["one of several values", image({ status: { S: ["ARCHIVED", "REPLAY_REQUESTED"] } }), true],
    ["a value that is no text", image({ held: { BOOL: [false] } }), true],
    ["a number for a text", image({ count: { N: [3] } }), false],
    ["several members that fit", { eventName: ["MODIFY"], ...image({ count: { N: ["3"] } }) }, true],
    ["several members of which one does not fit", { eventName: ["INSERT"], ...image({ count: { N: ["3"] } }) }, false],
    ["a member that is not there", { dynamodb: { OldImage: { status: { S: ["x"] } } } }, false],
    ["a member of a set", image({ tags: { SS: ["b"] } }), true],
    ["a prefix", image({ status: { S: [{ prefix: "REPLAY" }] } }), true],
    ["another prefix", image({ status: { S: [{ prefix: "replay" }] } }), false],
    ["existence", image({ status: { S: [{ exists: true }] } }), true],
    ["existence of what is no leaf", image({ status: [{ exists: true }] }), false],
    ["absence", { dynamodb: { OldImage: { status: { S: [{ exists: false }] } } } }, true],
    ["absence of what is there", image({ status: { S: [{ exists: false }] } }), false],
    ["anything but others", image({ status: { S: [{ "anything-but": ["ARCHIVED"] }] } }), true],
    ["anything but itself", image({ status: { S: [{ "anything-but": "REPLAY_REQUESTED" }] } }), false],
    ["anything but others, where there is nothing", image({ absent: { S: [{ "anything-but": ["x"] }] } }), false],
  ];
  for (const [title, pattern, expected] of matches) {
    it(`${expected ? "lets pass" : "holds back"} a record for ${title}`, () => {
      assert.equal(readFilter(JSON.stringify(pattern))(record), expected);
    });
  }

  const refused: [pattern: string, message: RegExp][] = [
    ["{", /is not JSON/],
    ["[]", /the pattern must be an object with members/],
    ["{}", /the pattern must be an object with members/],
    ['{"eventName":"MODIFY"}', /eventName must be an object with members, is "MODIFY"/],
    ['{"eventName":[]}', /eventName: a list of rules must not be empty/],
    ['{"n":[{"numeric":[">",1]}]}', /n: the local cloud's filters have prefix, exists and anything-but, not numeric/],
    ['{"n":[{"prefix":1}]}', /n: prefix must be a text/],
    ['{"n":[{"exists":"yes"}]}', /n: exists must be true or false/],
    ['{"n":[{"anything-but":{"prefix":"a"}}]}', /n: the local cloud compares with plain values/],
    ['{"n":[{"prefix":"a","exists":true}]}', /n: a rule has one operator, not prefix, exists/],
  ];
  for (const [pattern, message] of refused) {
    it(`is refused as ${pattern}`, () => {
      assert.throws(() => readFilter(pattern), message);
    });
  }
});
