import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TrackerItem } from "../../functions/common/error-tracker.ts";
import { POISON_MARKER } from "../../local/input/poison.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";

const replayScript = fileURLToPath(new URL("../../scripts/replay/main.ts", import.meta.url));

const SPEED = 20;

/** A run may pass midnight. */
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** Of AWS's time; long enough that a row meets it, short enough to wait for its end. */
const MISMATCH_SECONDS = 40;

async function tracked(stack: RunningStack): Promise<TrackerItem[]> {
  return (await stack.cloud.dynamodb.scan(stack.outputs.errorTracker)) as unknown as TrackerItem[];
}

async function statuses(stack: RunningStack): Promise<string[]> {
  return (await tracked(stack)).map(({ status }) => status).sort();
}

/** `npm run replay`, against the local cloud. */
function replay(stack: RunningStack, args: string): Promise<{ exitCode: number | null; output: string }> {
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: stack.gateway.endpoint,
    AWS_ACCESS_KEY_ID: "operator",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const child = spawn(process.execPath, [replayScript, ...args.split(" ")], { env, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, output })));
}

async function replayAndSettle(stack: RunningStack, topic: string): Promise<void> {
  const { exitCode, output } = await replay(stack, `--topic ${topic} --since ${YESTERDAY} --yes`);
  assert.equal(exitCode, 0, output);
  await stack.settled();
}

/** Receives a topic's messages until SQS moves them to the DLQ, as if every invocation had failed. */
function exhaustReceives(stack: RunningStack, topic: string): void {
  const queue = stack.cloud.sqs.queues.get(stack.outputs.queueNames.get(topic) ?? "");
  assert.ok(queue);
  for (let receive = 0; receive <= 10; receive += 1) {
    queue.receive(100, 0);
  }
}

function pollers(stack: RunningStack, topic: string) {
  const queueName = stack.outputs.queueNames.get(topic);
  return stack.cloud.mappings.filter(({ configuration }) => configuration.queueArn.endsWith(`:${queueName}`));
}

describe("archive, tracker and replay through the whole pipeline", function () {
  this.timeout(240_000);
  let stack: RunningStack;

  beforeEach(async () => {
    stack = await startStack({ faults: { asked: [], poison: true, seed: 1 } });
  });

  afterEach(() => stack.stop());

  it("keeps a malformed message once, byte for byte, with its class and reason, and no body in the tracker", async () => {
    const body = ' not json: "Zoë" \u2028';
    const [id] = await stack.send("orders", body);
    await stack.settled();
    const [object, ...others] = await stack.archived();
    assert.deepEqual(others, []);
    assert.equal(object?.message_id, id);
    assert.equal(object?.body, body);
    assert.equal(object?.topic, "orders");
    assert.equal(object?.origin, "sqs");
    assert.equal(object?.error_class, "DROP");
    assert.equal(object?.error_type, "BODY_NOT_JSON");
    assert.equal(object?.receive_count, 1);
    assert.equal(object?.replay_count, 0);
    const items = await tracked(stack);
    assert.equal(items.length, 1);
    assert.equal(items[0]?.status, "ARCHIVED");
    assert.ok(!JSON.stringify(items).includes("Zoë"));
  });

  it("brings back, at an operator's request, what failed for a reason since repaired", async () => {
    for (const poller of pollers(stack, "orders")) poller.setEnabled(false);
    const ids = await stack.send("orders", '{"n":1}', '{"messageId":"own","payload":{"n":2}}');
    exhaustReceives(stack, "orders");
    await stack.settled();
    const before = await stack.archived();
    assert.deepEqual(new Set(before.map(({ message_id }) => message_id)), new Set(ids));
    for (const { error_class, error_type } of before) {
      assert.deepEqual([error_class, error_type], ["UNKNOWN", "RECEIVES_EXHAUSTED"]);
    }

    const dryRun = await replay(stack, `--topic orders --since ${YESTERDAY}`);
    assert.equal(dryRun.exitCode, 0, dryRun.output);
    assert.match(dryRun.output, /--yes/);
    assert.deepEqual(await statuses(stack), ["ARCHIVED", "ARCHIVED"]);

    for (const poller of pollers(stack, "orders")) poller.setEnabled(true);
    await replayAndSettle(stack, "orders");
    const rows = await stack.rows("orders");
    assert.deepEqual(new Set(rows.map(({ message_id }) => message_id)), new Set([ids[0], "own"]));
    assert.deepEqual(await statuses(stack), ["REPLAYED", "REPLAYED"]);

    await replayAndSettle(stack, "orders");
    assert.equal((await stack.rows("orders")).length, 2, "what is REPLAYED is not sent again");
    const { sent, raw, archived: stillOnlyArchived, inFlight, lost } = (await stack.accounts()).get("orders") ?? {};
    assert.deepEqual(
      { sent, raw, stillOnlyArchived, inFlight, lost },
      { sent: 2, raw: 2, stillOnlyArchived: 0, inFlight: 0, lost: 0 },
    );
  });

  it("archives a row that Firehose cannot deliver, and brings it back", async () => {
    const asked = [{ name: "schema-mismatch" as const, rate: 1, from: 0, to: MISMATCH_SECONDS }];
    await stack.stop();
    stack = await startStack({ faults: { asked, poison: false, seed: 1 }, speed: SPEED });
    const started = performance.now();
    const [id] = await stack.send("events", '{"n":1}');
    await stack.settled();
    const [object] = await stack.archived();
    assert.equal(object?.origin, "firehose");
    assert.equal(JSON.parse(object?.body ?? "{}").message_id, id);
    assert.deepEqual(await stack.rows("events"), []);
    assert.deepEqual(await stack.cloud.objects.list(stack.outputs.errorBucket), [], "the error file is done with");

    await pause(Math.max(0, (MISMATCH_SECONDS * 1000) / SPEED - (performance.now() - started)));
    await replayAndSettle(stack, "events");
    const [row] = await stack.rows("events");
    assert.equal(row?.message_id, id);
    assert.equal(row?.json_payload, '{"n":1}');
  });

  it("keeps a poison message alone, and brings its neighbours to RAW", async () => {
    const healthy = Array.from({ length: 30 }, (_, n) => `{"n":${n}}`);
    const bodies = healthy.toSpliced(11, 0, `{"poison":"${POISON_MARKER}"}`);
    const ids = await stack.send("payments", ...bodies);
    await stack.settled();
    const sqsObjects = (await stack.archived()).filter(({ origin }) => origin === "sqs");
    assert.deepEqual(
      sqsObjects.map(({ message_id, error_class }) => [message_id, error_class]),
      [[ids[11], "UNKNOWN"]],
    );
    const account = (await stack.accounts()).get("payments");
    assert.equal(account?.lost, 0);
    assert.equal(account?.sent, 31);
    assert.equal((account?.raw ?? 0) + (account?.archived ?? 0), 31);
  });
});
