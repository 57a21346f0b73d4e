import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ERROR_FILES_PREFIX, errorNotification } from "../../functions/common/error-notification.ts";
import { REPLAY_ATTRIBUTE } from "../../functions/common/replay.ts";
import { type Outcome, outcomes } from "../../local/iam/proof.ts";
import { reasonFor, UNUSED_GRANTS } from "../../local/iam/unused-grants.ts";
import { breakerHistory } from "../../local/run/breaker.ts";
import { refine } from "../../local/run/refinery.ts";
import { type RunningStack, startStack } from "../support/cloud.ts";

const SPEED = 20;
const BREAKER = { coolDownMinutes: 1, maximumCoolDownMinutes: 2, probeMinutes: 1, minimumMessages: 5 };
const replayScript = fileURLToPath(new URL("../../scripts/replay/main.ts", import.meta.url));
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** Everything that the stack's functions do, in one run: malformed and failed messages, error files, replays, a circuit that opens and closes. */
async function useEverything(stack: RunningStack): Promise<void> {
  const { cloud, outputs, graph, gateway } = stack;
  const client = { endpoint: gateway.endpoint, region: graph.region };
  const operator = { ...client, credentials: { accessKeyId: "operator", secretAccessKey: "local" } };
  const queue = (name: string) => cloud.sqs.queues.get(name) ?? assert.fail(`no queue ${name}`);

  // Malformed, received for a second time, and such as say that they were archived before.
  const [archived = ""] = await stack.send("orders", "not JSON", '{"n":1}');
  const orders = queue(outputs.queueNames.get("orders") ?? "");
  const mapping = cloud.mappings.find(({ configuration }) => configuration.queueArn === orders.arn);
  mapping?.setEnabled(false);
  await stack.send("orders", ...Array.from({ length: 8 }, (_, n) => JSON.stringify({ n })));
  orders.receive(10, 0);
  mapping?.setEnabled(true);
  await stack.settled();
  const sqs = new SQSClient({ ...client, credentials: { accessKeyId: "producer", secretAccessKey: "local" } });
  // Of one that was archived, and is there no more, and of one that never was.
  const keysOf = (id: string) =>
    cloud.objects.list(outputs.archiveBucket).then((all) => all.filter((key) => key.includes(id)));
  for (const key of await keysOf(archived)) await cloud.objects.delete(outputs.archiveBucket, key);
  mapping?.setEnabled(false);
  for (const messageId of [archived, randomUUID()]) {
    const StringValue = JSON.stringify({ messageId, sentAt: Date.now(), replayCount: 1 });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: outputs.queueUrls.get("orders"),
        MessageBody: "not JSON either",
        MessageAttributes: { [REPLAY_ATTRIBUTE]: { DataType: "String", StringValue } },
      }),
    );
  }
  for (let receive = 0; receive <= 10; receive += 1) orders.receive(10, 0);
  await stack.settled();
  mapping?.setEnabled(true);
  // Rows that could not be delivered, and a file that is gone.
  const keys = { idempotency_key: null, period_reference: null, correlation_id: null };
  const times = { publish_time: Date.now() * 1000, ingestion_ts: Math.floor(Date.now() / 1000) };
  const row = { topic_name: "events", message_id: randomUUID(), ...keys, ...times, json_payload: "{}" };
  const line = { errorCode: "x", errorMessage: "y", attemptsMade: 1, arrivalTimestamp: Date.now() };
  const rawData = Buffer.from(JSON.stringify(row)).toString("base64");
  const file = `${ERROR_FILES_PREFIX}iceberg-failed/2026/01/01/file`;
  await cloud.objects.put(outputs.errorBucket, file, `${JSON.stringify({ ...line, rawData })}\n`);
  const [{ url: errorsUrl } = { url: "" }] = [graph.outputs.deliveryErrorsQueue as { url: string }];
  queue(errorsUrl.split("/").at(-1) ?? "").send({
    body: errorNotification(outputs.errorBucket, `${ERROR_FILES_PREFIX}iceberg-failed/gone`),
  });
  await stack.settled();

  const lambda = new LambdaClient(operator);
  const { errorSweep } = graph.outputs.functions as { errorSweep: string };
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: errorSweep }));
  assert.equal(FunctionError, undefined);

  // One object of the archive is gone when it is asked for.
  const [lost = ""] = (await cloud.objects.list(outputs.archiveBucket)).filter((key) => key.includes("/orders/"));
  await replay(stack, "events");
  await replay(stack, "orders");
  await cloud.objects.delete(outputs.archiveBucket, lost);
  await replay(stack, "orders");

  assert.equal((await refine(cloud, outputs)).problem, undefined);

  const alarm = `${graph.project}-${graph.stack}-circuit-error-rate`;
  const cloudwatch = new CloudWatchClient(operator);
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue: "ALARM", StateReason: "a drill" }));
  await until(async () => (await breakerHistory(cloud, outputs)).state !== "CLOSED");
  while ((await breakerHistory(cloud, outputs)).state !== "CLOSED") {
    for (const topic of outputs.queueUrls.keys()) {
      await stack.send(topic, ...Array.from({ length: 5 }, (_, n) => JSON.stringify({ n })));
    }
    await pause(200);
  }
  await until(async () => cloud.mappings.every(({ enabled }) => enabled));
  // What it remembers of a mapping it forgets at its next look.
  await until(async () =>
    cloud.authority.trace.some(
      ({ action, resource }) => action === "dynamodb:DeleteItem" && resource.endsWith(`/${outputs.circuitTable}`),
    ),
  );
  for (const one of [sqs, lambda, cloudwatch]) one.destroy();
}

/** `npm run replay`, against the local cloud. */
async function replay(stack: RunningStack, topic: string): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: stack.gateway.endpoint,
    AWS_ACCESS_KEY_ID: "operator",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const args = [replayScript, "--topic", topic, "--since", YESTERDAY, "--yes"];
  await once(spawn(process.execPath, args, { env, stdio: "ignore" }), "close");
  await stack.settled();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(50);
}

describe("least privilege", function () {
  this.timeout(300_000);
  let stack: RunningStack;
  let results: Outcome[];

  before(async () => {
    stack = await startStack({
      settings: { breaker: BREAKER, processor: { batchSize: 10, batchWindowSeconds: 0 } },
      speed: SPEED,
    });
    await useEverything(stack);
    results = outcomes(stack.graph, stack.cloud.authority.trace);
  });

  after(() => stack.stop());

  it("refuses nothing that the stack does", () => {
    assert.deepEqual(stack.cloud.authority.denied, []);
  });

  it("notices whatever is taken away, or says why it need not", () => {
    const caught = results.filter((outcome) => outcome.caught !== undefined);
    const explained = results.filter(({ caught, mutation }) => caught === undefined && reasonFor(mutation.name));
    const open = results.filter(({ caught, mutation }) => caught === undefined && !reasonFor(mutation.name));
    console.log(`      ${results.length} removals: ${caught.length} caught, ${explained.length} explained`);
    assert.deepEqual(
      open.map(({ mutation }) => `${mutation.kind} ${mutation.name}`),
      [],
    );
  });

  it("names what was taken away", () => {
    for (const { mutation, caught } of results) {
      if (caught === undefined || mutation.action === undefined) continue;
      const [service = ""] = mutation.action.split(":");
      assert.ok(mutation.action === "sts:AssumeRole" || caught.includes(`${service}:`), `${mutation.name}: ${caught}`);
    }
  });

  it("explains nothing that is used", () => {
    const unused = results.filter(({ caught }) => caught === undefined).map(({ mutation }) => mutation.name);
    const stale = UNUSED_GRANTS.filter(({ name, byChance }) => !byChance && !unused.some((one) => name.test(one)));
    assert.deepEqual(
      stale.map(({ name }) => String(name)),
      [],
    );
  });
});
