import assert from "node:assert/strict";
import { stackPlace } from "../../../scripts/common/place.ts";
import { openProject } from "./projects.ts";

describe("stackPlace", () => {
  let project: Awaited<ReturnType<typeof openProject>>;
  before(async () => {
    project = await openProject();
  });
  after(() => project.remove());

  it("has the stack's names, region and topics, the open ones apart, whatever secrets its file holds", () => {
    const { names, ...others } = stackPlace(project.root, "prod") ?? {};
    assert.equal(names?.prefix, "pipes-prod");
    assert.deepEqual(others, {
      region: "eu-west-1",
      topics: ["orders", "events", "old"],
      openTopics: ["orders", "events"],
    });
  });

  it("leaves the region to the environment, and the topics open, where the file names none", () => {
    const { names, ...others } = stackPlace(project.root, "empty") ?? {};
    assert.equal(names?.prefix, "pipes-empty");
    assert.deepEqual(others, { region: undefined, topics: undefined, openTopics: [] });
  });

  it("is undefined where the stack has no file", () => {
    assert.equal(stackPlace(project.root, "nope"), undefined);
  });
});
