import assert from "node:assert/strict";
import { newQueue } from "./fixtures.ts";

describe("a received message", () => {
  it("has the MD5 of its message attributes, where there are any", () => {
    const { queue } = newQueue();
    queue.send({ body: "a", messageAttributes: { k: { DataType: "String", StringValue: "x" } } });
    queue.send({ body: "b", messageAttributes: {} });
    queue.send({ body: "c" });
    assert.deepEqual(
      queue.receive(3).map((message) => message.md5OfMessageAttributes),
      ["a45daa70926828a2f0a1db3418e6feb4", undefined, undefined],
    );
  });
});
