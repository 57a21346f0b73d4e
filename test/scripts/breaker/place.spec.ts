import assert from "node:assert/strict";
import { breakerPlace } from "../../../scripts/breaker/place.ts";
import { openProject } from "../common/projects.ts";

describe("breakerPlace", () => {
  let project: Awaited<ReturnType<typeof openProject>>;
  let root: string;
  before(async () => {
    project = await openProject();
    root = project.root;
  });
  after(() => project.remove());

  it("names the stack's function and region", () => {
    const place = { functionName: "pipes-prod-circuit-breaker", region: "eu-west-1" };
    assert.deepEqual(breakerPlace(root, "prod"), place);
  });

  it("takes another function, in the stack's region if there is such a stack", () => {
    assert.deepEqual(breakerPlace(root, "prod", "f"), { functionName: "f", region: "eu-west-1" });
    assert.deepEqual(breakerPlace(root, "nope", "f"), { functionName: "f", region: undefined });
  });

  it("names the file that is missing", () => {
    assert.throws(() => breakerPlace(root, "nope"), /stack "nope" has no Pulumi\.nope\.yaml: .*--function/);
  });
});
