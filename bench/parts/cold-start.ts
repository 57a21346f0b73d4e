import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { evaluate } from "../../local/graph/evaluate.ts";
import { type GraphArchive, ofType } from "../../local/graph/types.ts";
import { type Part, type Section, type Spread, shown, spreadOf, verdict } from "../report.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STARTS = 9;
const TARGET = 1.05;

/** Loads a handler as the runtime does, and says how much CPU that took when it has it, in microseconds. */
const LOADER =
  'const { handler } = await import(process.argv[1]); if (typeof handler !== "function") process.exit(1); const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system)); process.exit(0);';

/** Milliseconds from the process's start. */
interface Start {
  wall: number;
  cpu: number;
}

export const part: Part = { name: "cold-start", run };

async function run(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), "lean-ops-bench-"));
  try {
    const graph = await evaluate("dev");
    const rows: (string | number)[][] = [];
    const verdicts: string[] = [];
    for (const resource of ofType(graph, "aws:lambda/function:Function")) {
      const name = String(resource.inputs.name).replace(`${graph.project}-${graph.stack}-`, "");
      const source = join(ROOT, "functions", name, "index.ts");
      const { files } = resource.inputs.code as GraphArchive;
      const { variables = {} } = (resource.inputs.environment ?? {}) as { variables?: Record<string, string> };
      const bundled = join(folder, name, "bundled", "index.mjs");
      const place = async (path: string, extra: Readonly<Record<string, string>>) => {
        await mkdir(dirname(path), { recursive: true });
        for (const [file, text] of Object.entries(extra)) await writeFile(join(dirname(path), file), text);
      };
      await place(bundled, files);
      const sdkOnly = join(folder, name, "sdk-only", "index.mjs");
      await place(sdkOnly, {});
      await esbuild(await clientsOf(source), sdkOnly, true);
      const unbundled = join(folder, name, "unbundled", "index.mjs");
      await place(unbundled, { ...files, "index.mjs": "" });
      await esbuild(await readFile(source, "utf8"), unbundled, false, dirname(source));
      await symlink(join(ROOT, "node_modules"), join(dirname(unbundled), "node_modules"));

      const paths = { bundled, sdkOnly, unbundled };
      const times: Record<keyof typeof paths, Start[]> = { bundled: [], sdkOnly: [], unbundled: [] };
      for (let start = -1; start < STARTS; start += 1) {
        for (const kind of Object.keys(paths) as (keyof typeof paths)[]) {
          const found = await startOf(paths[kind], variables);
          // The first one fills the machine's caches.
          if (start >= 0) times[kind].push(found);
        }
      }
      const bytes = Buffer.byteLength(files["index.mjs"] ?? "");
      const wall = spreadOf(times.bundled.map((one) => one.wall));
      const [own, sdk, loose] = [times.bundled, times.sdkOnly, times.unbundled].map((starts) =>
        spreadOf(starts.map((one) => one.cpu)),
      ) as [Spread, Spread, Spread];
      const ratio = own.median / sdk.median;
      const kib = Math.round(bytes / 1024);
      rows.push([name, shown(wall, 0), shown(own, 0), shown(sdk, 0), ratio.toFixed(2), shown(loose, 0), kib]);
      verdicts.push(verdict(`${name}, of the bundle of its SDK clients alone`, ratio, "≤", TARGET, "×"));
    }
    return {
      title: "Cold start",
      method: `Process start to handler loaded, ${STARTS} starts of each in turn, as deployed (bundle, source map, environment); ratios are of CPU time, which other work on the machine changes least; budgets of the bundles: test/components/bundle.spec.ts`,
      tables: [
        {
          head: ["function", "ms", "ms of CPU", "SDK clients alone", "ratio", "not bundled", "KiB"],
          rows,
        },
      ],
      verdicts,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A function that makes the same SDK clients, and does nothing else. */
async function clientsOf(source: string): Promise<string> {
  const text = await readFile(source, "utf8");
  const imports = [...text.matchAll(/import \{([^}]*)\} from "(@aws-sdk\/client-[^"]+)";/g)];
  const clients = imports.map(([, names = "", from]) => {
    const client = names
      .split(",")
      .map((one) => one.trim())
      .find((one) => /^\w+Client$/.test(one));
    return { client, from };
  });
  const lines = clients.map(({ client, from }) => `import { ${client} } from "${from}";`);
  const made = clients.map(({ client }) => `new ${client}({})`).join(", ");
  return `${lines.join("\n")}\nconst clients = [${made}];\nexport const handler = async () => clients.length;\n`;
}

async function esbuild(contents: string, outfile: string, isBundle: boolean, resolveDir = ROOT): Promise<void> {
  await build({
    stdin: { contents, resolveDir, loader: "ts" },
    outfile,
    bundle: true,
    ...(isBundle ? { minify: true } : { packages: "external" as const }),
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
}

function startOf(path: string, variables: Readonly<Record<string, string>>): Promise<Start> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, ["--input-type=module", "-e", LOADER, path], {
      env: { ...variables, AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", (cpu) => resolve({ wall: performance.now() - started, cpu: Number(cpu) / 1000 }));
    child.once("error", reject);
    // After what it said was read, this rejects nothing any more.
    child.once("close", (code) => reject(new Error(`${path}: ended without a handler, exit code ${code}`)));
  });
}
