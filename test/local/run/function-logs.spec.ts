import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionLogs } from "../../../local/run/function-logs.ts";

describe("function logs", () => {
  let parent: string;

  beforeEach(() => {
    parent = join(mkdtempSync(join(tmpdir(), "lean-ops-logs-")), "logs");
  });

  afterEach(() => rmSync(join(parent, ".."), { recursive: true }));

  it("keeps each function's lines in a file of its own", () => {
    const logs = new FunctionLogs(parent);
    logs.write("one", "a");
    logs.write("two", "b");
    logs.write("one", "c");
    assert.equal(readFileSync(join(logs.folder, "one.log"), "utf8"), "a\nc\n");
    assert.equal(readFileSync(join(logs.folder, "two.log"), "utf8"), "b\n");
  });

  it("goes on when its folder is removed meanwhile", () => {
    const logs = new FunctionLogs(parent);
    logs.write("one", "a");
    rmSync(parent, { recursive: true });
    logs.write("one", "b");
    assert.equal(readFileSync(join(logs.folder, "one.log"), "utf8"), "b\n");
  });

  it("does not stop a run where nothing can be written", () => {
    writeFileSync(parent, "a file where the folder should be");
    new FunctionLogs(parent).write("one", "a");
    assert.equal(readFileSync(parent, "utf8"), "a file where the folder should be");
  });

  it("forgets all but the latest runs", () => {
    for (let run = 10; run < 30; run += 1) {
      mkdirSync(join(parent, `2026-01-${run}`), { recursive: true });
    }
    const { folder } = new FunctionLogs(parent);
    const kept = readdirSync(parent);
    assert.equal(kept.length, 10);
    assert.ok(kept.some((name) => folder.endsWith(name)));
    assert.ok(!kept.includes("2026-01-10"));
  });
});
