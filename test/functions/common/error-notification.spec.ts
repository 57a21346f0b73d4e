import assert from "node:assert/strict";
import fc from "fast-check";
import { errorNotification, notifiedKeys } from "../../../functions/common/error-notification.ts";

const s3 = (name: string, key: string) => ({
  eventSource: "aws:s3",
  s3: { bucket: { name }, object: { key, size: 1 } },
});
const body = (...records: unknown[]) => JSON.stringify({ Records: records });

describe("notifiedKeys", () => {
  it("reads keys as S3 encodes them", () => {
    const text = body(s3("errors", "failed/a+b%2Bc%C3%A9"), s3("errors", "failed/second"));
    assert.deepEqual(notifiedKeys(text, "errors"), ["failed/a b+cé", "failed/second"]);
  });

  it("leaves out other buckets and prefixes", () => {
    const text = body(s3("other", "failed/a"), s3("errors", "raw/failed/a"), s3("errors", "failed/b"));
    assert.deepEqual(notifiedKeys(text, "errors"), ["failed/b"]);
  });

  it("finds none in S3's test event", () => {
    assert.deepEqual(notifiedKeys('{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"errors"}', "errors"), []);
  });

  for (const text of ["", "nonsense", "null", "7", "{}", '{"Records":{}}', body({}), body(s3("errors", "%"))]) {
    it(`does not take ${JSON.stringify(text)} for a notification`, () => {
      assert.equal(notifiedKeys(text, "errors"), undefined);
    });
  }

  it("reads back every key of which errorNotification tells", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const key = `failed/${name}`;
        assert.deepEqual(notifiedKeys(errorNotification("errors", key), "errors"), [key]);
      }),
    );
  });
});

describe("errorNotification", () => {
  it("leaves slashes as they are, as S3 does", () => {
    assert.deepEqual(JSON.parse(errorNotification("errors", "failed/a b/c")), {
      Records: [{ s3: { bucket: { name: "errors" }, object: { key: "failed/a+b/c" } } }],
    });
  });
});
