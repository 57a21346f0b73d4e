import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundle, BundleCache } from "../../components/bundle-cache.ts";

const NAME = "functions/a/index.ts";

describe("BundleCache", () => {
  let root: string;
  let kept: string;
  let built: number;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "bundle-cache-"));
    kept = join(root, "kept");
    built = 0;
    await writeFile(join(root, "a.ts"), "1");
    await writeFile(join(root, "b.ts"), "2");
  });

  afterEach(() => rm(root, { recursive: true }));

  const build = (): Bundle => {
    built += 1;
    return { files: { "index.mjs": `build ${built}` }, inputs: ["a.ts", "b.ts"] };
  };
  /** As the next process has it. */
  const get = (recipe = ["esbuild 1"], inputs?: string[]) =>
    new BundleCache(root, kept, recipe).get(NAME, () => ({ ...build(), ...(inputs && { inputs }) }));
  const entry = async () => join(kept, (await readdir(kept))[0] ?? "");

  it("builds once, for as long as nothing changes", () => {
    assert.deepEqual(get(), { "index.mjs": "build 1" });
    assert.deepEqual(get(), { "index.mjs": "build 1" });
    assert.equal(built, 1);
  });

  it("builds again where an input has changed, or is gone", async () => {
    get();
    await writeFile(join(root, "b.ts"), "3");
    assert.deepEqual(get(), { "index.mjs": "build 2" });
    await rm(join(root, "b.ts"));
    assert.deepEqual(get(), { "index.mjs": "build 3" });
  });

  it("builds again where it would be made in another way", () => {
    get();
    assert.deepEqual(get(["esbuild 2"]), { "index.mjs": "build 2" });
  });

  it("takes nothing that is not as it was written", async () => {
    get();
    const text = await readFile(await entry(), "utf8");
    for (const broken of [text.slice(0, -20), text.replace("build 1", "build X"), "", "null"]) {
      await writeFile(await entry(), broken);
      assert.match(get()["index.mjs"] ?? "", /^build \d+$/);
    }
    assert.equal(built, 5);
  });

  it("keeps nothing where an input is no file that could be compared", async () => {
    get(["esbuild 1"], ["a.ts", "(disabled):fs"]);
    await assert.rejects(readdir(kept), /ENOENT/);
  });

  it("builds where nothing can be kept", async () => {
    await writeFile(kept, "a file, and no folder");
    assert.deepEqual(get(), { "index.mjs": "build 1" });
    assert.deepEqual(get(), { "index.mjs": "build 2" });
  });

  it("leaves no unfinished file", async () => {
    await mkdir(join(kept, "functions-a-index-ts.json"), { recursive: true });
    get();
    assert.deepEqual(await readdir(kept), ["functions-a-index-ts.json"]);
  });
});
