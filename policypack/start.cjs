// What Pulumi's CLI starts. It bundles the policies when they have changed, and never prints to standard output, where
// the CLI waits for the pack's port. CommonJS, since the CLI requires it.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } = require("node:fs");
const { enableCompileCache, flushCompileCache } = require("node:module");
const { join } = require("node:path");
const { loadSdkLean } = require("./lazy-modules.cjs");

// Half of the start is compiling what Pulumi loads. What is kept is written at once, since a pack ends by being killed.
enableCompileCache?.();

const SOURCES = [__dirname, join(__dirname, "core")];
const BUILT = join(__dirname, "dist");

// The name says what the bundle was made of: it can be missing, and never be out of date.
const hash = createHash("sha256");
for (const folder of SOURCES) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    hash.update(file).update(readFileSync(join(folder, file)));
  }
}
const bundle = join(BUILT, `pack-${hash.digest("hex").slice(0, 16)}.cjs`);

if (!existsSync(bundle)) {
  const { buildSync } = require("esbuild");
  mkdirSync(BUILT, { recursive: true });
  // Two packs may start at the same time: each writes its own file, and either may give it its name.
  const unfinished = `${bundle}.${process.pid}`;
  buildSync({
    absWorkingDir: __dirname,
    entryPoints: ["index.ts"],
    outfile: unfinished,
    allowOverwrite: true,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node22",
    external: ["@pulumi/*"],
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const old = readdirSync(BUILT).filter((name) => /^pack-[0-9a-f]{16}\.cjs$/.test(name));
  renameSync(unfinished, bundle);
  for (const name of old) rmSync(join(BUILT, name), { force: true });
}

loadSdkLean(bundle);
require(bundle);
flushCompileCache?.();
