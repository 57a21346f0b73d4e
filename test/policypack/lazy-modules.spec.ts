import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lazy from "../../policypack/lazy-modules.cjs";

describe("modules that are loaded when something of them is read", () => {
  let folder: string;
  let requireThere: NodeJS.Require;
  const loaded: string[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lean-ops-lazy-"));
    Object.assign(globalThis, { loaded });
    writeFileSync(join(folder, "tool.cjs"), 'loaded.push("tool"); exports.answer = () => 42; exports.self = exports;');
    writeFileSync(join(folder, "other.cjs"), 'loaded.push("other"); exports.name = "other";');
    // As TypeScript compiles `import * as tool`.
    writeFileSync(
      join(folder, "user.cjs"),
      'const load = require("./tool.cjs");\n' +
        "const tool = load.__esModule ? load : { ...load };\n" +
        "exports.ask = () => tool.answer();\n",
    );
    requireThere = createRequire(join(folder, "index.cjs"));
  });

  beforeEach(() => {
    loaded.length = 0;
    for (const name of ["tool", "other", "user"]) delete requireThere.cache[join(folder, `${name}.cjs`)];
  });

  after(() => {
    Reflect.deleteProperty(globalThis, "loaded");
    rmSync(folder, { recursive: true });
  });

  it("loads nothing where nothing is read, and then the real one, once", () => {
    lazy.loadWhenRead(join(folder, "index.cjs"), ["./tool.cjs"]);
    const { ask } = requireThere("./user.cjs") as { ask(): number };
    assert.deepEqual(loaded, []);
    assert.equal(ask(), 42);
    assert.equal(ask(), 42);
    assert.deepEqual(loaded, ["tool"]);
  });

  it("is the module itself for whoever asks for it later, and knows what it has", () => {
    lazy.loadWhenRead(join(folder, "index.cjs"), ["./tool.cjs"]);
    const standIn = requireThere("./tool.cjs") as { answer(): number; self: unknown };
    assert.ok("answer" in standIn && !("nothing" in standIn));
    assert.equal(requireThere("./tool.cjs"), standIn.self);
  });

  it("leaves what is loaded already as it is", () => {
    const other = requireThere("./other.cjs");
    lazy.loadWhenRead(join(folder, "index.cjs"), ["./other.cjs"]);
    assert.equal(requireThere("./other.cjs"), other);
  });

  it("changes nothing where there is no SDK", () => {
    assert.doesNotThrow(() => lazy.loadSdkLean(join(folder, "index.cjs")));
  });

  it("knows what the SDK loads, so that another version of it does not pass unnoticed", () => {
    const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
    for (const name of lazy.UNUSED) assert.ok(sdk.resolve(name), name);
    assert.ok(lazy.UNUSED.length > 0);
  });
});
