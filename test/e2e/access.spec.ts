import assert from "node:assert/strict";
import { Access } from "../../local/iam/access.ts";
import { type Coverage, coverageOf } from "../../local/iam/coverage.ts";
import { type Outcome, outcomes } from "../../local/iam/proof.ts";
import { UNUSED_GRANTS } from "../../local/iam/unused-grants.ts";
import { EXERCISE_SETTINGS, useEverything } from "../../scripts/permissions/exercise.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";
import { runStack } from "../support/run.ts";

const RECORDS = ["--records", "30", "--speed", "20"];

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
    await stack.cloud.stop();
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

  it("says of a removal what the whole trace would say", () => {
    const { trace, access } = stack.cloud.authority;
    for (const { mutation, caught } of results.filter(
      ({ mutation }, index) => mutation.kind !== "deny" && index % 9 === 0,
    )) {
      const without = new Access(mutation.graph, access.outsiders);
      const isMissed = trace.some((call) => !without.judge(call).allowed);
      assert.equal(isMissed, caught !== undefined, mutation.name);
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

  /** A few of the removals for real: what `npm start` says must be what was told from the trace. */
  describe("a run without one of them", () => {
    for (const [what, of, name] of [
      ["a permission", "permission", /"compute-sqs-processor-policy", Deliver: firehose:PutRecordBatch on /],
      ["an endpoint", "VPC endpoint", /^network-kinesis-firehose$/],
      ["a security group's rule", "security-group rule", /./],
      ["a producer's grant in a queue's policy", "permission", /topic-payments", Producers: sqs:SendMessage on /],
      ["a producer's grant in the key's policy", "permission", /"encryption-messages", Producers: kms:GenerateDataKey/],
      ["an alarm's grant in a key's policy", "permission", /"encryption-notifications", Alarms: kms:Decrypt/],
      ["a role's trust", "permission", /"compute-sqs-processor-role", .*sts:AssumeRole/],
    ] as const) {
      it(`fails for want of ${what}, and names who, what, why and where`, async () => {
        const found = results.find(
          ({ mutation, caught }) => caught !== undefined && mutation.kind === of && name.test(mutation.name),
        );
        assert.ok(found);
        const { exitCode, output } = await runStack(found.mutation.graph, stack.gateway, RECORDS);
        assert.equal(exitCode, 1, output);
        const reason = (found.caught ?? "").replace(/^[\w-]+:\w+: /, "");
        const refusal = new RegExp(
          `(\\S+) called (\\S+).*\\n *refused: ${literally(reason)}\\n *add: .+\\n *in: +(components/\\S+|index)\\.ts:\\d+`,
        );
        assert.match(output, refusal);
      });
    }

    it("fails for want of a function's permission, and names it", async () => {
      const { mutation } = results.find(({ mutation }) => mutation.kind === "function permission") ?? assert.fail();
      const { exitCode, output } = await runStack(mutation.graph, stack.gateway, RECORDS);
      assert.equal(exitCode, 1, output);
      assert.match(
        output,
        /\(components\/breaker\.ts:\d+\): endpoint: \S+ may not invoke \S+, which needs an aws:lambda\/permission/,
      );
    });
  });
});

/** An expression of a text as it is. */
function literally(text: string): string {
  return text.replace(/[\\^$.|+*?()[\]{}]/g, "\\$&");
}
