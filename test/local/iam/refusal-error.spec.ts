import assert from "node:assert/strict";
import { refusalError } from "../../../local/iam/refusal-error.ts";

const principal = { kind: "user", arn: "arn:aws:iam::123456789012:user/somebody" } as const;
const refusalOf = (action: string) =>
  ({
    allowed: false,
    kind: "policy",
    request: { principal, action, resource: "arn:aws:x:::y", context: {} },
    reason: { kind: "no allow", policy: "identity-based policy" },
  }) as const;
const stranger = { allowed: false, kind: "unknown caller", accessKeyId: "x", action: "a:b", resource: "*" } as const;

describe("a refusal's error", () => {
  for (const [service, action, name, status, queryCode] of [
    ["sqs", "sqs:SendMessage", "AccessDeniedException", 403, "AccessDenied"],
    ["sqs", "kms:Decrypt", "KmsAccessDenied", 400, "KMS.AccessDeniedException"],
    ["sns", "sns:Publish", "AuthorizationError", 403, undefined],
    ["sns", "kms:GenerateDataKey", "KMSAccessDenied", 400, undefined],
    ["s3", "s3:GetObject", "AccessDenied", 403, undefined],
    ["s3", "kms:Decrypt", "AccessDenied", 403, undefined],
    ["lambda", "lambda:InvokeFunction", "AccessDeniedException", 403, undefined],
    ["dynamodb", "dynamodb:GetItem", "AccessDeniedException", 400, undefined],
    ["firehose", "firehose:PutRecordBatch", "AccessDeniedException", 400, undefined],
  ] as const) {
    it(`of ${action} by ${service} is ${name}, in AWS's words`, () => {
      const error = refusalError(service, refusalOf(action));
      assert.deepEqual([error.name, error.status, error.queryCode], [name, status, queryCode]);
      assert.equal(
        error.message,
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: arn:aws:x:::y ` +
          `because no identity-based policy allows the ${action} action`,
      );
    });
  }

  for (const [service, name, status] of [
    ["s3", "InvalidAccessKeyId", 403],
    ["sqs", "InvalidClientTokenId", 403],
    ["sns", "InvalidClientTokenId", 403],
    ["monitoring", "InvalidClientTokenId", 403],
    ["dynamodb", "UnrecognizedClientException", 400],
    ["firehose", "UnrecognizedClientException", 403],
  ] as const) {
    it(`to a key that is nobody's is ${name} by ${service}`, () => {
      const error = refusalError(service, stranger);
      assert.deepEqual([error.name, error.status], [name, status]);
    });
  }
});
