import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { undeliveredId } from "../../../functions/common/archive.ts";
import { wholeRecord } from "../../../functions/dlq-processor/whole-record.ts";
import { sqsRecord } from "../support/sqs.ts";

const given = (fields: object) => wholeRecord({ ...sqsRecord(), ...fields } as SQSRecord);

describe("wholeRecord", () => {
  it("leaves what SQS hands over as it is, whatever a producer has named an attribute", () => {
    const messageAttributes = JSON.parse('{"__proto__":{"dataType":"String","stringValue":"x"}}');
    const { messageId, body, attributes } = sqsRecord();
    assert.deepEqual(given({ messageAttributes }), { messageId, body, attributes, messageAttributes });
    assert.deepEqual(Object.keys(given({ messageAttributes }).messageAttributes), ["__proto__"]);
  });

  it("takes what is missing or of another type for empty, and a time or count that is none for 0", () => {
    for (const fields of [
      { attributes: undefined, messageAttributes: undefined, body: undefined },
      { attributes: [7], messageAttributes: "text", body: {} },
      { attributes: { SentTimestamp: "-1", ApproximateReceiveCount: "many" }, messageAttributes: { a: null }, body: 7 },
    ]) {
      const { attributes, messageAttributes, body } = given(fields);
      assert.deepEqual(
        [attributes, messageAttributes, body],
        [{ SentTimestamp: "0", ApproximateReceiveCount: "0" }, {}, ""],
      );
    }
  });

  it("knows a message whose id may not stand in a key by its body", () => {
    const id = undeliveredId(Buffer.from("a body"));
    for (const messageId of [undefined, "", "../x", {}, 7])
      assert.equal(given({ messageId, body: "a body" }).messageId, id);
  });
});
