import assert from "node:assert/strict";
import { md5OfAttributes, md5OfBody } from "../../../local/sqs/digest.ts";

// The expected values were answered by SQS itself.
describe("MD5 as SQS computes it", () => {
  it("of a body", () => {
    assert.equal(md5OfBody("msg"), "6e2baaf3b97dbeef01c0043275f9a0e7");
  });

  it("of attributes, in the order of their names", () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    assert.equal(
      md5OfAttributes({ Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") }),
      "4c360f3fdafd970e05fae2f149d997f5",
    );
    assert.equal(md5OfAttributes({ k: text("x") }), "a45daa70926828a2f0a1db3418e6feb4");
  });

  it("of a binary attribute, over its bytes", () => {
    const bytes = Buffer.from("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01");
    assert.equal(
      md5OfAttributes({ attr1: { DataType: "Binary", BinaryValue: bytes.toString("base64") } }),
      "8cbe4db156db8a94db8b801b7addb984",
    );
  });
});
