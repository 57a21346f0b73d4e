import assert from "node:assert/strict";
import type { ErrorClass, Origin } from "../../../functions/common/archive.ts";
import { Tally } from "../../../functions/dlq-processor/tally.ts";
import { archiveObject } from "../support/replay.ts";

const failed = (origin: Origin, error_class: ErrorClass, error_type: string) => ({
  date: "2026-11-23",
  object: archiveObject({ origin, error_class, error_type }),
});
const unknown = failed("sqs", "UNKNOWN", "RECEIVES_EXHAUSTED");

describe("a tally", () => {
  it("counts what is archived by origin, class and type", () => {
    const tally = new Tally();
    for (const one of [unknown, unknown, failed("firehose", "RETRY", "S3.AccessDenied")]) tally.isArchived(one);
    assert.deepEqual(tally.archived, {
      sqs: { DROP: 0, RETRY: 0, UNKNOWN: 2 },
      firehose: { DROP: 0, RETRY: 1, UNKNOWN: 0 },
    });
    assert.deepEqual(tally.types, { RECEIVES_EXHAUSTED: 2, "S3.AccessDenied": 1 });
  });

  it("counts what gets another class once, under that class", () => {
    const tally = new Tally();
    tally.isArchived(unknown);
    tally.isArchived(unknown);
    tally.isReclassified(unknown, failed("sqs", "DROP", "BODY_NOT_JSON"));
    assert.deepEqual(tally.archived.sqs, { DROP: 1, RETRY: 0, UNKNOWN: 1 });
    assert.deepEqual(tally.types, { RECEIVES_EXHAUSTED: 1, BODY_NOT_JSON: 1 });
    tally.isReclassified(unknown, failed("sqs", "DROP", "BODY_NOT_JSON"));
    assert.deepEqual(tally.types, { BODY_NOT_JSON: 2 });
  });

  it("counts failures by the error's name", () => {
    const tally = new Tally();
    for (const error of [new TypeError("secret"), new TypeError(), "text"]) tally.hasFailed(error);
    assert.deepEqual([tally.failures, tally.errors], [3, { TypeError: 2, string: 1 }]);
  });
});
