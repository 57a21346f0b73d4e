import assert from "node:assert/strict";
import { type Coverage, coverageOf } from "../../local/iam/coverage.ts";
import { type Outcome, outcomes } from "../../local/iam/proof.ts";
import { UNUSED_GRANTS } from "../../local/iam/unused-grants.ts";
import { EXERCISE_SETTINGS, useEverything } from "../../scripts/permissions/exercise.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";

const OTHER_ACCOUNT = "999999999999";

/** One of each kind, so that each kind's grants are in the graph. */
const PRODUCERS = {
  shop: { role: "arn:aws:iam::123456789012:role/shop" },
  partner: { role: `arn:aws:iam::${OTHER_ACCOUNT}:role/partner`, topics: ["orders"] },
  neighbours: { account: OTHER_ACCOUNT, topics: ["payments"] },
  uploads: { service: "s3", source: "arn:aws:s3:::uploads", topics: ["events"] },
  news: { service: "sns", source: `arn:aws:sns:eu-west-1:${OTHER_ACCOUNT}:news`, topics: ["events"] },
  rule: { service: "events", source: "arn:aws:events:eu-west-1:123456789012:rule/rule", topics: ["orders"] },
};

describe("least privilege", function () {
  this.timeout(300_000);
  let stack: RunningStack;
  let results: Outcome[];
  let coverage: Coverage;

  before(async () => {
    stack = await startStack({ settings: { ...EXERCISE_SETTINGS, producers: PRODUCERS } });
    await useEverything(stack);
    results = outcomes(stack.graph, stack.cloud.authority.trace);
    coverage = coverageOf(results);
  });

  after(() => stack.stop());

  it("refuses nothing that the stack does", () => {
    assert.deepEqual(stack.cloud.authority.denied, []);
  });

  it("notices whatever is taken away, or says why it need not", () => {
    const { needed, explained, unexplained } = coverage;
    console.log(`      ${results.length} removals: ${needed.length} caught, ${explained.length} explained`);
    assert.deepEqual(
      unexplained.map(({ kind, name }) => `${kind} ${name}`),
      [],
    );
  });

  it("names what was taken away", () => {
    for (const { mutation, caught } of results) {
      if (caught === undefined || mutation.action === undefined) continue;
      const [service = ""] = mutation.action.split(":");
      assert.ok(mutation.action === "sts:AssumeRole" || caught.includes(`${service}:`), `${mutation.name}: ${caught}`);
    }
  });

  it("explains nothing that is used", () => {
    const unused = results.filter(({ caught }) => caught === undefined).map(({ mutation }) => mutation.name);
    const stale = UNUSED_GRANTS.filter(({ name, byChance }) => !byChance && !unused.some((one) => name.test(one)));
    assert.deepEqual(
      stale.map(({ name }) => String(name)),
      [],
    );
  });
});
