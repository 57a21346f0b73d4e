import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseOptions } from "../../../scripts/smoke/options.ts";
import { run } from "../../../scripts/smoke/run.ts";
import { setEnvironment } from "../../functions/support/environment.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

async function smoke(...args: string[]): Promise<{ code: number; text: string }> {
  const stream = new PassThrough();
  const code = await run(parseOptions(args), ROOT, stream as unknown as NodeJS.WriteStream);
  return { code, text: String(stream.read() ?? "") };
}

/* What it does where there is a stack: test/e2e/start.spec.ts. */
describe("npm run smoke", () => {
  let restore: () => void;
  before(() => {
    restore = setEnvironment({
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      AWS_MAX_ATTEMPTS: "1",
    });
  });
  after(() => restore());

  it("ends with 1 and says so where there is no such stack or topic", async () => {
    assert.deepEqual(await smoke("--stack", "nope"), {
      code: 1,
      text: 'stack "nope" has no Pulumi.nope.yaml, which names its topics\n',
    });
    const { code, text } = await smoke("--topic", "nope");
    assert.deepEqual([code, text], [1, "stack dev has no open topic nope; it has: events, orders, payments\n"]);
  });

  it("ends with 1 and says so where nothing answers", async () => {
    const { code, text } = await smoke();
    assert.match(
      text,
      /^Smoke test of lean-ops-dev in eu-west-1: 5,000 messages, smoke-\S+\n\nNothing answers at AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:1\.\n$/,
    );
    assert.equal(code, 1);
  });
});
