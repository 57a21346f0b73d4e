import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trackerPlace } from "../../../scripts/replay/place.ts";

const PROD = `config:
  aws:region: eu-west-1
  pipes:topics:
    orders:
    events: {}
  pipes:x:
    secure: abc
`;

describe("trackerPlace", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "place-"));
    await writeFile(join(root, "Pulumi.yaml"), "name: pipes\n");
    await writeFile(join(root, "Pulumi.prod.yaml"), PROD);
    await writeFile(join(root, "Pulumi.empty.yaml"), "");
  });
  after(() => rm(root, { recursive: true }));

  it("names the stack's table, region and topics, whatever secrets its file holds", () => {
    const place = { table: "pipes-prod-error-tracker", region: "eu-west-1", topics: ["orders", "events"] };
    assert.deepEqual(trackerPlace(root, "prod"), place);
  });

  it("leaves the region to the environment, and the topics open, where the file names none", () => {
    const place = { table: "pipes-empty-error-tracker", region: undefined, topics: undefined };
    assert.deepEqual(trackerPlace(root, "empty"), place);
  });

  it("takes another table, whose topics nobody knows, in the stack's region if there is such a stack", () => {
    const place = { table: "t", region: "eu-west-1", topics: undefined };
    assert.deepEqual(trackerPlace(root, "prod", "t"), place);
    assert.deepEqual(trackerPlace(root, "nope", "t"), { ...place, region: undefined });
  });

  it("names the file that is missing", () => {
    assert.throws(() => trackerPlace(root, "nope"), /stack "nope" has no Pulumi\.nope\.yaml: .*--table/);
  });
});
