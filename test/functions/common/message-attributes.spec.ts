import assert from "node:assert/strict";
import { messageBytes, toSend } from "../../../functions/common/message-attributes.ts";

describe("toSend", () => {
  it("sends what was received, by its type", () => {
    assert.deepEqual(toSend({ dataType: "Number.int", stringValue: "7" }), {
      DataType: "Number.int",
      StringValue: "7",
    });
    const binary = toSend({ dataType: "Binary.gzip", stringValue: "", binaryValue: "AQI=" });
    assert.deepEqual(binary, { DataType: "Binary.gzip", BinaryValue: Buffer.from([1, 2]) });
  });
});

describe("messageBytes", () => {
  it("counts the body, and each attribute's name, type and value, in UTF-8", () => {
    assert.equal(messageBytes("é", {}), 2);
    const attributes = {
      né: { DataType: "String", StringValue: "é" },
      b: { DataType: "Binary", BinaryValue: new Uint8Array(5) },
    };
    assert.equal(messageBytes("", attributes), 3 + 6 + 2 + (1 + 6 + 5));
  });
});
