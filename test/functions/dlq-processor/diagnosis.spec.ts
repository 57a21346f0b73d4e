import assert from "node:assert/strict";
import { dropOf } from "../../../functions/dlq-processor/diagnosis.ts";

const diagnosed = (body: string) =>
  dropOf({ topic: "orders", message_id: "id", body, sqs_attributes: { SentTimestamp: "1" } })?.reason;

describe("dropOf", () => {
  const cases: [string, string, string | undefined][] = [
    ["a good message", '{"amount":1}', undefined],
    ["a body that is no JSON", "nonsense", "BODY_NOT_JSON"],
    ["a body that is a list", "[]", "BODY_NOT_OBJECT"],
    ["a message too large for Firehose", `{"text":"${"x".repeat(1024 * 1000)}"}`, "RECORD_TOO_LARGE"],
  ];
  for (const [what, body, reason] of cases) {
    it(`finds ${reason ?? "nothing"} in ${what}`, () => assert.equal(diagnosed(body), reason));
  }

  it("finds nothing where the core itself fails", () => {
    assert.equal(diagnosed(undefined as unknown as string), undefined);
  });
});
