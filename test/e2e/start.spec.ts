import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Gateway, openGateway } from "../../local/api/gateway.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { ProducerProcess } from "../../local/producer/process.ts";
import { Companions } from "../../local/run/companions.ts";
import { parseOptions as parseRunOptions } from "../../local/run/options.ts";
import { start as startHere } from "../../local/run/start.ts";
import { parseOptions } from "../../scripts/smoke/options.ts";
import { run } from "../../scripts/smoke/run.ts";
import { setEnvironment } from "../functions/support/environment.ts";
import { runStack } from "../support/run.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const pack = fileURLToPath(new URL("../fixtures/packs/objecting", import.meta.url));
const script = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));

/** What begins every colour and cursor movement of a terminal. */
const ESCAPE = "\u001b";

/** `npm start`, without npm. */
function start(args: string, input?: string) {
  const started = startWithOpenInput(args);
  started.child.stdin.end(input);
  return started;
}

function startWithOpenInput(args: string) {
  const child = spawn(process.execPath, [script, ...args.split(" ").filter(Boolean)], { stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, output }));
  });
  return { child, ended, output: () => output };
}

/** `npm run smoke`, against whatever answers there. */
async function smoke(endpoint: string | undefined, ...args: string[]): Promise<{ exitCode: number; output: string }> {
  const restore = setEnvironment({
    AWS_ENDPOINT_URL: endpoint ?? "",
    AWS_ACCESS_KEY_ID: "operator",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  const stream = new PassThrough();
  try {
    const exitCode = await run(parseOptions(args), ROOT, stream as unknown as NodeJS.WriteStream);
    return { exitCode, output: String(stream.read() ?? "") };
  } finally {
    restore();
  }
}

/** All that the functions of a run have written, each file under its name. */
async function logsOf(pid: number | undefined): Promise<string> {
  const parent = join(".local", "dev", "logs");
  const run = (await readdir(parent)).find((name) => name.endsWith(`-${pid}`)) ?? assert.fail("no logs");
  const files = await readdir(join(parent, run));
  const texts = await Promise.all(files.map((file) => readFile(join(parent, run, file), "utf8")));
  return files.map((file, index) => `${file}\n${texts[index]}`).join("\n");
}

describe("npm start", function () {
  this.timeout(240_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lean-ops-start-"));
  });

  after(() => rm(folder, { recursive: true }));

  it("brings real events to the RAW tables, accounts for the malformed ones, and writes plain lines where there is no terminal", async () => {
    const report = join(folder, "report.json");
    const { child, ended } = start(`--records 600 --malformed 0.05 --report ${report}`);
    const { exitCode, output } = await ended;
    assert.equal(exitCode, 0, output);
    assert.ok(!output.includes(ESCAPE), output);
    const text = await readFile(report, "utf8");
    const logs = await logsOf(child.pid);
    assert.match(logs, /sqs-processor/);
    const { stack, resources, records, topics, layers, balance, seconds, recordsPerSecond, denied } = JSON.parse(text);
    assert.deepEqual(denied, []);
    const written = [output, text, logs].join("\n");
    assert.doesNotMatch(written, /AKIA|ASIA|secret|session.?token|BEGIN [A-Z ]*PRIVATE KEY/i);
    // Of the webhooks' bodies: whose they are.
    assert.doesNotMatch(written, /Codertocat|octocat/i);
    for (const [account] of written.matchAll(/(?<![\d.a-f-])\d{12}(?![\da-f-])/g))
      assert.equal(account, "123456789012");
    assert.equal(stack, "dev");
    assert.ok(resources > 20);
    assert.deepEqual(Object.keys(topics), ["events", "orders", "payments"]);
    assert.equal(records.sent, 600);
    assert.ok(records.archived > 10 && records.archived < 60, `${records.archived} archived`);
    assert.deepEqual(records, {
      sent: 600,
      raw: 600 - records.archived,
      archived: records.archived,
      inFlight: 0,
      lost: 0,
      duplicates: 0,
      unexpected: 0,
    });
    assert.ok(Math.abs(records.raw / seconds - recordsPerSecond) < 0.001);
    assert.match(output, /^ {2}policy +\d+ policies: 0 mandatory, \d+ advisories, 0 not evaluated/m);
    assert.match(output, /600 sent = \d+ in RAW \+ \d+ archived: nothing lost/);

    const { topics: layersByTopic, reasons, ...rows } = layers;
    assert.deepEqual(balance, { balanced: 3, unequal: 0, notChecked: 0, skipped: 0, unexplained: 0 });
    assert.deepEqual(rows, {
      rawRows: records.raw,
      curated: records.raw,
      semantic: records.raw - rows.rejected,
      rejected: rows.rejected,
      duplicates: 0,
      superseded: 0,
      wrong: 0,
    });
    assert.deepEqual(reasons, { "sender: required": rows.rejected });
    assert.deepEqual(Object.keys(layersByTopic), Object.keys(topics));
    assert.equal(layersByTopic.orders.curated, topics.orders.raw);
    assert.match(output, /topic +sent +RAW +CURATED +SEMANTIC +rejected +archived +in flight +lost/);
    assert.match(output, /\d+ rows in RAW = \d+ in CURATED \+ 0 duplicates/);
    assert.match(
      output,
      /\d+ in CURATED = \d+ in SEMANTIC, 0 of them superseded, \+ \d+ rejected \(\d+ sender: required\)/,
    );
  });

  it("sends nothing where a mandatory policy is broken", async () => {
    const stream = new PassThrough();
    const options = parseRunOptions(["--records", "3", "--speed", "20"]);
    const exitCode = await startHere(options, {
      stream: stream as unknown as NodeJS.WriteStream,
      companions: new Companions(options, pack),
    });
    const output = String(stream.read());
    assert.equal(exitCode, 1, output);
    assert.match(output, /^mandatory {2}no-queues {2}messaging-topic-orders {2}components\/messaging\.ts:\d+:\d+$/m);
    assert.match(output, /Nothing was sent/);
    assert.doesNotMatch(output, /arrived/);
  });

  describe("with input that is not as it should be", () => {
    let gateway: Gateway;
    let graph: StackGraph;

    before(async () => {
      gateway = await openGateway();
      graph = await evaluate("dev", { queueEndpoint: gateway.endpoint });
    });

    after(() => gateway.close());

    it("says which lines were not accepted, and fails", async () => {
      const file = join(folder, "events.ndjson");
      const lines = [
        '{"topic":"nosuch","body":{}}',
        '{"topic":"orders","body":""}',
        "{}",
        '{"topic":"orders","body":{}}',
      ];
      await writeFile(file, lines.join("\n"));
      const { exitCode, output } = await runStack(graph, gateway, ["--input", file, "--speed", "20"]);
      assert.equal(exitCode, 1);
      assert.match(output, /3 events were not accepted/);
      assert.match(output, /line 1: the stack has no topic "nosuch"/);
      assert.match(output, /line 2: \w+: /);
      assert.match(output, /line 3: must be \{"topic": …/);
      assert.match(output, /1 sent = 1 in RAW: nothing lost/);
    });

    it("fails when there is nothing to send", async () => {
      const empty = new ProducerProcess("ignore");
      const { exitCode, output } = await runStack(graph, gateway, ["--input", "-", "--speed", "20"], empty);
      assert.equal(exitCode, 1);
      assert.match(output, /^no events were read from standard input$/m);
    });
  });

  for (const [args, message] of [
    ["--stack nosuch", /stack "nosuch" has no Pulumi\.nosuch\.yaml; there are: dev, prod/],
    ["--input /nosuch/events.ndjson", /option '--input <file>' argument '\/nosuch\/events.ndjson' .*no such file/],
  ] as const) {
    it(`explains what is wrong with ${args}`, async () => {
      const { exitCode, output } = await start(args).ended;
      assert.equal(exitCode, 1);
      assert.match(output, message);
      assert.doesNotMatch(output, /^ {4}at /m);
    });
  }

  it("calls nothing lost that an interrupt left on its way", async () => {
    const { child, ended, output } = start("--records 200000 --bytes 400");
    while (!/arrived +[1-9]/.test(output())) {
      await once(child.stdout, "data");
    }
    child.kill("SIGINT");
    const { exitCode } = await ended;
    assert.equal(exitCode, 130, output());
    assert.match(output(), /sent = .* nothing lost/);
  });

  it("ends at an interrupt though its input has nothing to say", async () => {
    const { child, ended, output } = startWithOpenInput("--input - --topic orders");
    while (!output().includes("realise")) {
      await once(child.stdout, "data");
    }
    child.kill("SIGINT");
    const { exitCode } = await ended;
    assert.equal(exitCode, 130, output());
  });

  it("takes lines of input, bad ones too, serves clients of one's own until it is interrupted, the smoke test too, and accounts for what all of them sent", async () => {
    const input = '{"topic":"orders","body":{"a":1}}\nnot json\n{"topic":"events","body":"{}"}\n';
    const { child, ended, output } = start("--serve --input - --topic payments --speed 20", input);
    while (!output().includes("Ctrl-C")) {
      await once(child.stdout, "data");
    }
    const [, endpoint] = /AWS_ENDPOINT_URL=(\S+)/.exec(output()) ?? [];
    const [, queueUrl] = /orders\s+(\S+)/.exec(output()) ?? [];
    const client = new SQSClient({
      endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "operator", secretAccessKey: "local" },
    });
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"hello":"world"}' }));
    client.destroy();

    const tested = await smoke(endpoint, "--records", "60", "--malformed", "0.2");
    assert.equal(tested.exitCode, 0, tested.output);
    const [, raw, archived] = /60 sent = (\d+) in RAW \+ (\d+) archived: nothing lost/.exec(tested.output) ?? [];
    assert.ok(Number(archived) > 0 && Number(raw) + Number(archived) === 60, tested.output);
    for (const topic of ["events", "orders", "payments"]) {
      assert.match(tested.output, new RegExp(`\n {2}${topic} +20 .* balanced\n`));
    }

    child.kill("SIGINT");
    const { exitCode } = await ended;
    assert.equal(exitCode, 0, output());
    // Two of three lines, and the message of one's own.
    const all = `64 sent = ${Number(raw) + 3} in RAW \\+ ${Number(archived) + 1} archived: nothing lost`;
    assert.match(output(), new RegExp(all));
  });
});
