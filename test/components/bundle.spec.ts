import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type ArchiveFiles, bundle } from "../../components/bundle.ts";

const PROCESSOR = "functions/sqs-processor/index.ts";
const TRANSFORM = "functions/firehose-transform/index.ts";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/**
 * In KiB: what a function loads is what its cold start waits for. Most of each is its SDK clients; that of S3 alone takes
 * 320.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  "sqs-processor": 240,
  "firehose-transform": 10,
  "dlq-processor": 410,
  "error-sweep": 350,
  replay: 440,
  "circuit-breaker": 420,
  "refinery-plan": 450,
  "water-balance": 470,
};

const run = promisify(execFile);

describe("bundle", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "bundle-"));
  });
  after(() => rm(directory, { recursive: true }));

  const unpack = (files: ArchiveFiles) =>
    Promise.all(Object.entries(files).map(([path, text]) => writeFile(join(directory, path), text)));
  const node = (script: string, environment: Record<string, string>) =>
    run(process.execPath, ["--input-type=module", "-e", script], { cwd: directory, env: environment });

  for (const [name, budget] of Object.entries(BUDGETS)) {
    it(`keeps ${name} within ${budget} KiB`, () => {
      const bytes = Buffer.byteLength(bundle(`functions/${name}/index.ts`)["index.mjs"] ?? "");
      assert.ok(bytes > 0 && bytes <= budget * 1024, `${bytes} bytes`);
    });
  }

  it("has a budget for every function", async () => {
    const folders = await readdir(join(ROOT, "functions"));
    assert.deepEqual(Object.keys(BUDGETS).toSorted(), folders.filter((folder) => folder !== "common").toSorted());
  });

  it("answers the module, its map and the extra files", () => {
    const files = bundle(TRANSFORM, { extraFiles: { "topics.json": "{}" } });
    assert.deepEqual(Object.keys(files).toSorted(), ["index.mjs", "index.mjs.map", "topics.json"]);
    assert.equal(files["topics.json"], "{}");
    assert.deepEqual(Object.keys(bundle(TRANSFORM)).toSorted(), ["index.mjs", "index.mjs.map"]);
  });

  it("is the same from another checkout and another working directory, byte for byte", async () => {
    const copy = join(directory, "elsewhere", "checkout");
    for (const part of ["components", "functions", "package.json"]) {
      await cp(join(ROOT, part), join(copy, part), { recursive: true });
    }
    await mkdir(join(copy, "node_modules"));
    // Without what is kept of bundles.
    for (const name of (await readdir(join(ROOT, "node_modules"))).filter((name) => name !== ".cache")) {
      await symlink(join(ROOT, "node_modules", name), join(copy, "node_modules", name));
    }
    const other: typeof import("../../components/bundle.ts") = await import(
      pathToFileURL(join(copy, "components/bundle.ts")).href
    );
    const before = process.cwd();
    process.chdir(directory);
    try {
      assert.deepEqual(other.bundle(TRANSFORM), bundle(TRANSFORM));
      assert.deepEqual(other.bundle(PROCESSOR), bundle(PROCESSOR));
    } finally {
      process.chdir(before);
    }
  });

  it("names no path of this machine", () => {
    for (const text of Object.values(bundle(PROCESSOR))) assert.ok(!text.includes(ROOT));
  });

  it("maps to the project's own sources, by paths from its root", () => {
    const { sources } = JSON.parse(bundle(PROCESSOR)["index.mjs.map"] ?? "") as { sources: string[] };
    assert.ok(sources.includes("functions/sqs-processor/handler.ts"));
    for (const source of sources) assert.match(source, /^functions\/[\w/-]+\.ts$/);
  });

  const traceOf = async (files: ArchiveFiles): Promise<string> => {
    await unpack(files);
    const event = { Records: [{ eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:other" }] };
    const script = `
      const { handler } = await import("./index.mjs");
      await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 30000 })
        .catch((error) => console.error(error.stack));`;
    const { stderr } = await node(script, {
      AWS_REGION: "eu-west-1",
      TOPIC_QUEUE_PREFIX: "p-",
      TOPIC_QUEUE_URL_PREFIX: "https://q/p-",
      DELIVERY_STREAM: "s",
      DEAD_LETTER_QUEUE_URL: "https://q",
      TOPIC_METRICS: "off",
    });
    return stderr;
  };

  it("names the source in the stack trace of what it throws", async () => {
    const trace = await traceOf(bundle(PROCESSOR, { extraFiles: { "topics.json": "{}" } }));
    assert.match(trace, /^Error: queue "other" belongs to no topic/);
    assert.match(trace, /functions\/sqs-processor\/topic\.ts:\d+:\d+/);
    assert.match(trace, /functions\/sqs-processor\/handler\.ts:\d+:\d+/);
  });

  it("names the place in the bundle where its map is missing or broken", async () => {
    const trace = await traceOf({
      ...bundle(PROCESSOR, { extraFiles: { "topics.json": "{}" } }),
      "index.mjs.map": "no map",
    });
    assert.match(trace, /^Error: queue "other" belongs to no topic.*\n {4}at .*index\.mjs:\d+:\d+/);
  });

  it("has no client for credentials that Lambda does not give", () => {
    for (const name of Object.keys(BUDGETS)) {
      const code = bundle(`functions/${name}/index.ts`)["index.mjs"] ?? "";
      assert.equal(code.includes("AssumeRoleWithWebIdentity"), false, name);
    }
  });

  it("reads its topics from beside the bundle, and routes by them", async () => {
    await unpack(bundle(TRANSFORM, { extraFiles: { "topics.json": '{"order-events":"order_events"}' } }));
    const data = Buffer.from('{"topic_name":"order-events"}').toString("base64");
    const script = `
      const { handler } = await import("./index.mjs");
      console.log(JSON.stringify(await handler({ records: [{ recordId: "1", data: "${data}" }] }, {})));`;
    const { stdout } = await node(script, { RAW_DATABASE: "raw" });
    const { records } = JSON.parse(stdout);
    assert.equal(records[0].metadata.otfMetadata.destinationTableName, "order_events");
  });

  it("fails at load with every environment variable that is missing", async () => {
    await unpack(bundle(PROCESSOR));
    const failing = node('await import("./index.mjs");', { DELIVERY_STREAM: "s" });
    await assert.rejects(
      failing,
      /environment: not set: TOPIC_QUEUE_PREFIX, TOPIC_QUEUE_URL_PREFIX, DEAD_LETTER_QUEUE_URL, TOPIC_METRICS/,
    );
  });

  it("says what is wrong with an entry that cannot be bundled", () => {
    assert.throws(() => bundle("functions/none/index.ts"), /Could not resolve "functions\/none\/index\.ts"/);
  });
});
