import assert from "node:assert/strict";
import { expectedMessageId } from "../../../local/run/expected-id.ts";

describe("expected message id", () => {
  const cases: [body: string, expected: string | undefined][] = [
    ['{"messageId":"m","payload":{}}', "m"],
    ['{"messageId":90071992547409931,"payload":{}}', "90071992547409931"],
    ['{"publishTime":"2026-01-10T00:00:00Z","payload":{}}', "sqs"],
    ['{"message":{"messageId":"m","data":"e30="}}', "m"],
    ['{"message":{"data":"e30="}}', "sqs"],
    ['{"messageId":"m"}', "sqs"],
    ['{"payload":{}}', "sqs"],
    ["{}", "sqs"],
    [`{"messageId":7,"payload":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "7"],
    ["[]", undefined],
    ["null", undefined],
    ["{", undefined],
  ];
  for (const [body, expected] of cases) {
    it(`of ${body.slice(0, 60)} is ${expected ?? "none"}`, () => {
      assert.equal(expectedMessageId(body, "sqs"), expected);
    });
  }
});
