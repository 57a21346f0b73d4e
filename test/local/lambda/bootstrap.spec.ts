import assert from "node:assert/strict";
import { endHosts, errorOf, functionOf, hostOf } from "./hosts.ts";

describe("the Lambda host loads", () => {
  afterEach(endHosts);

  const cases: [title: string, files: Record<string, string>, handler: string][] = [
    ["a CommonJS module", { "index.js": "exports.handler = async () => 1;" }, "index.handler"],
    [
      "a bundle's CommonJS exports",
      { "index.cjs": "module.exports = Object.defineProperty({}, 'handler', { get: () => async () => 1 });" },
      "index.handler",
    ],
    ["a module in a folder", { "lib/work.mjs": "export const run = async () => 1;" }, "lib/work.run"],
    ["a nested export", { "index.mjs": "export const api = { v1: { run: () => 1 } };" }, "index.api.v1.run"],
    [
      "a handler after a top-level await",
      { "index.mjs": "await null; export const handler = () => 1;" },
      "index.handler",
    ],
  ];
  for (const [title, files, handler] of cases) {
    it(title, async () => {
      const found = functionOf(files, { handler });
      const { host } = await hostOf([found]);
      assert.deepEqual(await host.invoke(found.arn, "{}"), { payload: "1" });
    });
  }

  const failing: [title: string, source: string, errorType: string, message: RegExp, handler?: string][] = [
    ["an exception", "throw new RangeError('no');", "RangeError", /^no$/],
    ["a syntax error", "export const = 1;", "Runtime.UserCodeSyntaxError", /SyntaxError/],
    ["a missing module", "import 'nowhere';", "Runtime.ImportModuleError", /nowhere/],
    ["a missing file", "", "Runtime.ImportModuleError", /Cannot find module 'main'/, "main.handler"],
    ["a missing export", "export const other = 1;", "Runtime.HandlerNotFound", /index\.handler is undefined/],
    ["a malformed handler", "", "Runtime.MalformedHandlerName", /'handler'/, "handler"],
    ["a callback", "export const handler = (a, b, c) => c();", "Runtime.CallbackHandlerDeprecated", /callback/],
    ["an exit", "process.exit(7);", "Runtime.ExitError", /exit status 7/],
  ];
  for (const [title, source, errorType, message, handler] of failing) {
    it(`not: ${title} is the answer`, async () => {
      const broken = functionOf({ "index.mjs": source }, { handler: handler ?? "index.handler" });
      const { host } = await hostOf([broken]);
      const error = errorOf(await host.invoke(broken.arn, "{}"));
      assert.equal(error.errorType, errorType);
      assert.match(error.errorMessage, message);
    });
  }

  it("not: each invocation tries anew, and so does a warm-up", async () => {
    const broken = functionOf({ "index.mjs": "console.log('tried'); throw new Error('no');" });
    const { host, lines } = await hostOf([broken], { childrenPerFunction: 1 });
    for (const answer of await Promise.all([host.invoke(broken.arn, "{}"), host.invoke(broken.arn, "{}")])) {
      assert.equal(errorOf(answer).errorMessage, "no");
    }
    await assert.rejects(host.warm(broken.arn, 1), /processor: initialisation failed: .*"errorMessage":"no"/);
    await endHosts();
    assert.equal(lines.filter((line) => line === "tried").length, 3);
  });
});
