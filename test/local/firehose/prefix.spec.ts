import assert from "node:assert/strict";
import { errorPrefix, objectSuffix } from "../../../local/firehose/prefix.ts";

const time = Date.UTC(2026, 0, 31, 9, 5, 7);

function evaluated(errorOutputPrefix: string | undefined, prefix?: string): string {
  return errorPrefix(errorOutputPrefix, prefix).evaluate("processing-failed", time);
}

describe("errorPrefix", () => {
  it("evaluates the error type and the arrival of the oldest record in UTC", () => {
    assert.equal(
      evaluated("errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/!{timestamp:HH'h'mm_ss.DDD}/"),
      "errors/processing-failed/2026/01/31/09h05_07.031/",
    );
  });

  it("gives a random string anew for each expression", () => {
    const prefix = "!{firehose:random-string}/!{firehose:random-string}/!{firehose:error-output-type}/";
    const [first, second] = evaluated(prefix).split("/");
    assert.match(first ?? "", /^[0-9a-f-]{11}$/);
    assert.notEqual(first, second);
  });

  it("adds the error type and the hour to a prefix without expressions", () => {
    assert.equal(evaluated("errors/"), "errors/processing-failed/2026/01/31/09/");
  });

  it("falls back on the prefix for data, and on none", () => {
    assert.equal(evaluated(undefined, "data/"), "data/processing-failed/2026/01/31/09/");
    assert.equal(evaluated(undefined), "processing-failed/2026/01/31/09/");
  });

  const refused: Record<string, [string | undefined, string | undefined, RegExp]> = {
    "expressions without the error type": ["e/!{timestamp:yyyy}/", undefined, /holds !\{firehose:error-output-type\}/],
    "a data prefix with expressions and no error prefix": [undefined, "!{timestamp:yyyy}/", /is required when prefix/],
    "an unknown namespace": ["!{firehose:error-output-type}/!{aws:region}/", undefined, /: !\{aws:region\}$/],
    "an unknown value": ["!{firehose:error-output-type}/!{firehose:name}/", undefined, /: !\{firehose:name\}$/],
    "an expression that does not end": [
      "!{firehose:error-output-type}/!{timestamp:yyyy",
      undefined,
      /: \/!\{timestamp/,
    ],
    "a timestamp field that is not known": [
      "!{firehose:error-output-type}/!{timestamp:YYYY}",
      undefined,
      /fields yyyy.*: YYYY$/,
    ],
    "more than 512 characters": [
      `${"e".repeat(500)}!{firehose:error-output-type}`,
      undefined,
      /at most 512 characters/,
    ],
  };
  for (const [what, [errorOutputPrefix, prefix, message]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => errorPrefix(errorOutputPrefix, prefix), { message });
    });
  }
});

describe("objectSuffix", () => {
  it("names the stream, its version, the time and something unique", () => {
    const suffix = objectSuffix("events", time, ".gz");
    assert.match(suffix, /^events-1-2026-01-31-09-05-07-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.gz$/);
    assert.notEqual(suffix, objectSuffix("events", time, ".gz"));
  });
});
