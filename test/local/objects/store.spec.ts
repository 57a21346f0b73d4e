import assert from "node:assert/strict";
import { type ObjectStorage, openObjectStorage } from "../../../local/objects/store.ts";
import { graphOf } from "../../support/graph.ts";

describe("object storage", () => {
  let storage: ObjectStorage;

  before(async () => {
    storage = await openObjectStorage(
      graphOf([{ type: "aws:s3/bucket:Bucket", name: "errors", inputs: { bucket: "delivery-errors" } }]),
    );
  });

  after(() => storage.close());

  it("keeps objects in the graph's buckets, by their physical names", async () => {
    await storage.put("delivery-errors", "b/2.json", "two");
    await storage.put("delivery-errors", "b/1.json", new TextEncoder().encode("eins ü"));
    assert.deepEqual(await storage.list("delivery-errors", "b/"), ["b/1.json", "b/2.json"]);
    assert.equal(new TextDecoder().decode(await storage.get("delivery-errors", "b/1.json")), "eins ü");
  });

  it("says how large its objects are and when they were written, and deletes them", async () => {
    const before = Date.now();
    await storage.put("delivery-errors", "d/1.json", "ü");
    const [object, ...others] = await storage.summaries("delivery-errors", "d/");
    assert.deepEqual([object?.key, object?.size, others], ["d/1.json", 2, []]);
    assert.ok(object !== undefined && object.lastModified >= before && object.lastModified <= Date.now());
    await storage.delete("delivery-errors", "d/1.json");
    await storage.delete("delivery-errors", "d/1.json");
    assert.deepEqual(await storage.summaries("delivery-errors", "d/"), []);
    await assert.rejects(storage.get("delivery-errors", "d/1.json"), { name: "NoSuchKey" });
  });

  it("has no other bucket", async () => {
    await assert.rejects(storage.put("nosuch", "key", "body"), { name: "NoSuchBucket" });
  });

  it("lists more keys than one page of S3's holds", async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
    await Promise.all(keys.map((key) => storage.put("delivery-errors", key, "x")));
    assert.deepEqual(await storage.list("delivery-errors", "many/"), keys);
  });
});
