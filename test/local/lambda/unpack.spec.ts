import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpack } from "../../../local/lambda/unpack.ts";

describe("unpacking an archive", () => {
  let directory = "";

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "unpack-"));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it("writes each file, in its folder", async () => {
    await unpack({ "index.mjs": "export {}", "lib/deep/data.json": '{"a":"é"}' }, join(directory, "task"));
    assert.equal(await readFile(join(directory, "task/index.mjs"), "utf8"), "export {}");
    assert.equal(await readFile(join(directory, "task/lib/deep/data.json"), "utf8"), '{"a":"é"}');
  });

  for (const path of ["../outside.js", "lib/../../outside.js", "/outside.js"]) {
    it(`refuses ${path}`, async () => {
      await assert.rejects(unpack({ [path]: "" }, directory), /must stay inside/);
    });
  }
});
