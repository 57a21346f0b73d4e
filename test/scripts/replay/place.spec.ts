import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trackerPlace } from "../../../scripts/replay/place.ts";

describe("trackerPlace", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "place-"));
    await writeFile(join(root, "Pulumi.yaml"), "name: pipes\n");
    await writeFile(join(root, "Pulumi.prod.yaml"), "config:\n  aws:region: eu-west-1\n  pipes:x:\n    secure: abc\n");
    await writeFile(join(root, "Pulumi.empty.yaml"), "");
  });
  after(() => rm(root, { recursive: true }));

  it("names the stack's table and region, whatever secrets its file holds", () => {
    assert.deepEqual(trackerPlace(root, "prod"), { table: "pipes-prod-error-tracker", region: "eu-west-1" });
  });

  it("leaves the region to the environment where the file names none", () => {
    assert.deepEqual(trackerPlace(root, "empty"), { table: "pipes-empty-error-tracker", region: undefined });
  });

  it("takes another table, in the stack's region if there is such a stack", () => {
    assert.deepEqual(trackerPlace(root, "prod", "t"), { table: "t", region: "eu-west-1" });
    assert.deepEqual(trackerPlace(root, "nope", "t"), { table: "t", region: undefined });
  });

  it("names the file that is missing", () => {
    assert.throws(() => trackerPlace(root, "nope"), /stack "nope" has no Pulumi\.nope\.yaml: .*--table/);
  });
});
