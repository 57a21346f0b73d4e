import assert from "node:assert/strict";
import { trackerPlace } from "../../../scripts/replay/place.ts";
import { openProject } from "../common/projects.ts";

describe("trackerPlace", () => {
  let project: Awaited<ReturnType<typeof openProject>>;
  let root: string;
  before(async () => {
    project = await openProject();
    root = project.root;
  });
  after(() => project.remove());

  it("names the stack's tables, region and topics", () => {
    const place = {
      table: "pipes-prod-error-tracker",
      region: "eu-west-1",
      topics: ["orders", "events", "old"],
      circuitTable: "pipes-prod-circuit",
    };
    assert.deepEqual(trackerPlace(root, "prod"), place);
    assert.deepEqual(trackerPlace(root, "prod", "pipes-prod-error-tracker"), place);
  });

  it("takes another table, whose topics and circuit nobody knows, in the stack's region if there is such a stack", () => {
    const place = { table: "t", region: "eu-west-1", topics: undefined, circuitTable: undefined };
    assert.deepEqual(trackerPlace(root, "prod", "t"), place);
    assert.deepEqual(trackerPlace(root, "nope", "t"), { ...place, region: undefined });
  });

  it("names the file that is missing", () => {
    assert.throws(() => trackerPlace(root, "nope"), /stack "nope" has no Pulumi\.nope\.yaml: .*--table/);
  });
});
