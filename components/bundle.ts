import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync, version } from "esbuild";
import { type ArchiveFiles, type Bundle, BundleCache } from "./bundle-cache.ts";
import { onlySources, type SourceMap } from "./source-map.ts";

export type { ArchiveFiles };

export interface BundleOptions {
  /** Files to put beside the bundle, for example data that is too long for the environment. */
  extraFiles?: ArchiveFiles;
}

/** The project's root: no path in a bundle depends on where it lies, or on where the program is started. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));

const OPTIONS = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  // esbuild takes CommonJS first for node: larger, and slower to load.
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  sourcemap: "linked",
  sourcesContent: false,
  // The compiler's own settings must not change what is deployed.
  tsconfigRaw: {},
} as const satisfies BuildOptions;

/** What decides on a bundle besides its inputs: which packages there are, and what is done here. */
const RECIPE = ["package-lock.json", "components/bundle.ts", "components/source-map.ts"];

const bundled = new Map<string, ArchiveFiles>();
let cache: BundleCache | undefined;

/**
 * A function's code as one minified ES module with the AWS SDK inside: the copy that comes with the runtime is not the
 * tested version, and a bundle starts sooner than a tree of files.
 *
 * The same source gives the same bytes, so that no deployment shows a change where there is none. The map beside the
 * bundle serves stack traces (`functions/common/stack-traces.ts`); it covers the project's own code.
 *
 * @param entry Module that exports `handler`, relative to the project's root. Bundled once in a process.
 * @returns `index.mjs`, `index.mjs.map` and the extra files.
 * @throws esbuild's BuildFailure with file, line and reason.
 */
export function bundle(entry: string, { extraFiles = {} }: BundleOptions = {}): ArchiveFiles {
  let files = bundled.get(entry);
  if (files === undefined) {
    cache ??= new BundleCache(ROOT, join(ROOT, "node_modules/.cache/lean-ops/bundles"), [
      version,
      ...RECIPE.map((file) => (existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), "utf8") : "")),
    ]);
    files = cache.get(entry, () => build(entry));
    bundled.set(entry, files);
  }
  return { ...files, ...extraFiles };
}

function build(entry: string): Bundle {
  const { outputFiles, metafile } = buildSync({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: [entry],
    inject: ["functions/common/stack-traces.ts"],
    alias: { "@aws-sdk/credential-provider-node": "./functions/common/credentials.ts" },
    outfile: "index.mjs",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const files = outputFiles.map(({ path, text }) =>
    path.endsWith(".map") ? ["index.mjs.map", ownPart(text)] : ["index.mjs", text],
  );
  return { files: Object.fromEntries(files), inputs: Object.keys(metafile.inputs) };
}

function ownPart(map: string): string {
  return JSON.stringify(onlySources(JSON.parse(map) as SourceMap, (source) => !source.includes("node_modules/")));
}
