import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Log } from "sarif";
import { policiesDocument } from "../../../scripts/policy/docs.ts";
import { run } from "../../../scripts/policy/run.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const program = fileURLToPath(new URL("../../fixtures/program", import.meta.url));

async function gate(options: object, at: string, environment = {}): Promise<{ code: number; text: string }> {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const code = await run({ stack: "dev", docs: false, ...options }, at, stream as NodeJS.WriteStream, environment);
  return { code, text };
}

describe("npm run policy", function () {
  this.timeout(240_000);

  it("fails a stack that breaks a mandatory policy, with place, fix, annotation and SARIF", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policy-"));
    try {
      const sarif = join(folder, "result.sarif");
      const { code, text } = await gate({ sarif }, program, { GITHUB_ACTIONS: "true" });
      assert.equal(code, 1);
      assert.match(text, /mandatory {2}sqs-queue-customer-key {2}group-queue {2}index\.ts:13:18/);
      assert.match(text, /Fix: Set functionResponseTypes/);
      assert.match(text, /^5 resources, \d+ policies: \d+ mandatory, /m);
      assert.match(text, /^::error file=index\.ts,line=\d+,col=\d+,title=sqs-queue-customer-key::/m);
      const log = JSON.parse(await readFile(sarif, "utf8")) as Log;
      const results = log.runs[0]?.results ?? [];
      const one = results.find(({ ruleId }) => ruleId === "sqs-queue-customer-key");
      assert.equal(one?.level, "error");
      assert.equal(one?.locations?.[0]?.physicalLocation?.artifactLocation?.uri, "index.ts");
      // The fixture's function has a secret in its environment.
      assert.ok(!text.includes("hush"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("says why a stack cannot be evaluated", async () => {
    const { code, text } = await gate({ stack: "nowhere" }, root);
    assert.equal(code, 1);
    assert.match(text, /could not be evaluated for the stack nowhere:\n.*has no Pulumi\.nowhere\.yaml/);
  });

  it("keeps docs/policies.md as the pack is", async () => {
    assert.equal(await readFile(join(root, "docs/policies.md"), "utf8"), policiesDocument());
  });
});
