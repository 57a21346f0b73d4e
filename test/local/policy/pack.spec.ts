import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Pack } from "../../../local/policy/pack.ts";
import { PACK } from "../../../local/policy/pack-process.ts";
import { verdictOf } from "../../../local/policy/verdict.ts";
import { noticeIn } from "../../../policypack/core/notices.ts";
import * as t from "../../../policypack/core/types.ts";
import { POLICIES } from "../../../policypack/policies.ts";
import { registration } from "../../support/policies.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/packs/${name}`, import.meta.url));

/** Written by somebody who never read our components: names by Pulumi, defaults everywhere. */
const foreign = [
  registration("pulumi:pulumi:Stack", "shop-live"),
  registration(
    t.QUEUE,
    "jobs",
    {},
    { outputs: { arn: "arn:aws:sqs:eu-west-1:1:jobs-1a2b3c", visibilityTimeoutSeconds: 30 } },
  ),
  registration(
    t.FUNCTION,
    "worker",
    { runtime: "python3.9", timeout: 120, role: "arn:aws:iam::1:role/worker" },
    { outputs: { arn: "arn:aws:lambda:eu-west-1:1:function:worker" } },
  ),
  registration(t.EVENT_SOURCE_MAPPING, "feed", {
    eventSourceArn: "arn:aws:sqs:eu-west-1:1:jobs-1a2b3c",
    functionName: "arn:aws:lambda:eu-west-1:1:function:worker",
  }),
  registration("random:index/randomId:RandomId", "id", { byteLength: 4 }),
];

describe("Pack", function () {
  this.timeout(240_000);
  let pack: Pack;

  before(async () => {
    const config = {
      "lambda-tracing": "mandatory",
      "lambda-timeout": { maximumSeconds: 120 },
      "sqs-queue-customer-key": "disabled",
    } as const;
    pack = await Pack.open(PACK, "shop", "live", config);
  });

  after(() => pack.close());

  it("starts the pack as the CLI does, and knows its policies", () => {
    assert.deepEqual(
      pack.policies.map(({ name }) => name),
      POLICIES.map(({ name }) => name),
    );
    assert.ok(pack.policies.every(({ fix, url, description }) => fix && description && url.startsWith("https://")));
  });

  it("judges a stack of somebody else's, with levels and settings as configured", async () => {
    const found = (await pack.judge(foreign)).filter(({ message }) => noticeIn(message) === undefined);
    const names = found.map(({ policy, urn, level }) => `${level} ${policy} ${urn?.split("::").at(-1)}`);
    for (const expected of [
      "mandatory mapping-report-batch-item-failures feed",
      "mandatory mapping-maximum-concurrency feed",
      "mandatory sqs-dead-letter-queue jobs",
      "mandatory sqs-visibility-covers-timeout jobs",
      "mandatory lambda-function-vpc worker",
      "mandatory lambda-runtime-supported worker",
      "mandatory lambda-tracing worker",
      "advisory lambda-memory worker",
    ]) {
      assert.ok(names.includes(expected), `${expected} is not among:\n${names.join("\n")}`);
    }
    assert.ok(!names.some((name) => /lambda-timeout|sqs-queue-customer-key/.test(name)));
  });

  it("refuses a configuration of policies that there are not", async () => {
    await assert.rejects(
      Pack.open(PACK, "shop", "live", { "no-such-policy": "mandatory" }),
      /no-such-policy, which is no policy/,
    );
  });

  it("says why a pack does not start", async () => {
    const open = (name: string) => verdictOf([], { project: "shop", stack: "live", folder: fixture(name) });
    await assert.rejects(open("broken"), /packs\/broken did not start: .*[\s\S]*nothing works here/);
    await assert.rejects(open("talkative"), /it printed "hello" instead of its port/);
    await assert.rejects(open("missing"), /has no PulumiPolicy.yaml/);
  });
});
