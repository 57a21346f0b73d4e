import assert from "node:assert/strict";
import { classOfFirehoseError } from "../../../functions/dlq-processor/firehose-errors.ts";

describe("classOfFirehoseError", () => {
  const cases = {
    DROP: ["Iceberg.MissingColumnWithinRecord", "Iceberg.SchemaTypeMismatch"],
    RETRY: ["Lambda.InvokeLimitExceeded", "S3.AccessDenied", "Glue.AccessDenied"],
    UNKNOWN: ["Lambda.ProcessingFailedStatus", "Lambda.FunctionError", "Iceberg.NoSuchTable", "Some.Throttling", ""],
  };
  for (const [errorClass, codes] of Object.entries(cases)) {
    for (const code of codes) {
      it(`takes ${code || "nothing"} for ${errorClass}`, () => assert.equal(classOfFirehoseError(code), errorClass));
    }
  }

  it("takes the names of Object's own members for UNKNOWN too", () => {
    assert.equal(classOfFirehoseError("constructor"), "UNKNOWN");
  });
});
