import assert from "node:assert/strict";
import { runId, smokePlace } from "../../../scripts/smoke/place.ts";
import { openProject } from "../common/projects.ts";

describe("smokePlace", () => {
  let project: Awaited<ReturnType<typeof openProject>>;
  before(async () => {
    project = await openProject();
  });
  after(() => project.remove());

  it("has every topic that is not retired, or those that are asked for", () => {
    const { names, region, topics } = smokePlace(project.root, "prod", []);
    assert.deepEqual([names.prefix, region, topics], ["pipes-prod", "eu-west-1", ["orders", "events"]]);
    assert.deepEqual(smokePlace(project.root, "prod", ["events"]).topics, ["events"]);
  });

  for (const [stack, topics, rule] of [
    ["nope", [], /^stack "nope" has no Pulumi\.nope\.yaml/],
    ["empty", [], /^stack empty has no topic that takes messages$/],
    ["prod", ["orders", "refunds"], /^stack prod has no open topic refunds; it has: orders, events$/],
    ["prod", ["old"], /^stack prod has no open topic old; it has: orders, events$/],
  ] as const) {
    it(`refuses ${stack} ${topics}`, () => {
      assert.throws(() => smokePlace(project.root, stack, topics), { name: "OperatorError", message: rule });
    });
  }
});

describe("runId", () => {
  it("tells runs apart, and says when they began", () => {
    assert.equal(runId(Date.UTC(2026, 0, 10, 6, 30), 0), "smoke-20260110T063000-0000");
    assert.match(runId(Date.UTC(2026, 0, 10, 6, 30), 0.9999999), /^smoke-20260110T063000-zzzz$/);
  });
});
