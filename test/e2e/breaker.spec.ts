import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { AskedFault } from "../../local/faults/asked-fault.ts";
import { total } from "../../local/run/accounts.ts";
import { breakerHistory } from "../../local/run/breaker.ts";
import { type RunningStack, type StackOptions, startStack } from "../support/cloud.ts";

const SPEED = 20;
/** Short enough for a test, and in proportion to each other as the defaults are. */
const BREAKER = { coolDownMinutes: 2, maximumCoolDownMinutes: 4, probeMinutes: 1, minimumMessages: 5 };

const SLOWER = 8;

const TOPICS = ["events", "orders", "payments"];

function stackWith(
  asked: AskedFault[],
  more: Pick<StackOptions, "speed" | "processesPerFunction"> = {},
): Promise<RunningStack> {
  return startStack({
    faults: { asked, poison: false, seed: 1 },
    settings: { breaker: BREAKER, processor: { batchSize: 10, batchWindowSeconds: 0 } },
    speed: SPEED,
    ...more,
  });
}

/** Sends to every topic for so many seconds of AWS's time. */
async function sendFor(
  stack: RunningStack,
  seconds: number,
  body: (n: number) => string,
  speed = SPEED,
): Promise<void> {
  const ends = Date.now() + (seconds * 1000) / speed;
  for (let n = 0; Date.now() < ends; n += 1) {
    for (const topic of TOPICS) await stack.send(topic, ...Array.from({ length: 5 }, (_, i) => body(n * 5 + i)));
    await pause(100);
  }
}

const json = (n: number) => JSON.stringify({ n });

describe("the circuit breaker, on the local cloud", function () {
  this.timeout(240_000);
  let stack: RunningStack | undefined;
  afterEach(() => stack?.stop());

  it("opens in an outage of Firehose, stops every mapping, and closes when it is over, with nothing dead-lettered", async () => {
    const outage = { name: "firehose-outage", rate: 1, from: 0, to: 420 } as const;
    stack = await stackWith([outage]);
    const began = Date.now();
    const sent = sendFor(stack, 300, json);
    const { cloud, outputs } = stack;
    await until(async () => (await breakerHistory(cloud, outputs)).state === "OPEN");
    const openAfter = ((Date.now() - began) / 1000) * SPEED;
    assert.ok(openAfter <= 180, `OPEN after ${openAfter} s of AWS's time`);
    await until(async () => processorMappings(stack).every(({ enabled }) => !enabled));
    const stoppedAfter = ((Date.now() - began) / 1000) * SPEED;
    assert.ok(stoppedAfter <= 330, `every mapping stopped after ${stoppedAfter} s of AWS's time`);
    await sent;
    await stack.settled();

    // The probe alone may have emptied the queues, before anybody has judged it.
    await until(async () => (await breakerHistory(cloud, outputs)).state === "CLOSED");
    await until(async () => processorMappings(stack).every(({ enabled }) => enabled));

    const { transitions } = await breakerHistory(cloud, outputs);
    assert.deepEqual([transitions[0]?.from, transitions[0]?.to], ["CLOSED", "OPEN"]);
    assert.deepEqual([transitions.at(-1)?.from, transitions.at(-1)?.to], ["HALF_OPEN", "CLOSED"]);
    const { lost, inFlight, archived, sent: messages, raw } = total((await stack.accounts()).values());
    assert.deepEqual({ lost, inFlight, archived, raw }, { lost: 0, inFlight: 0, archived: 0, raw: messages });
  });

  it("stays closed with a message in the dead-letter queue, and in a flood of malformed ones", async () => {
    stack = await stackWith([]);
    const mappings = processorMappings(stack);
    for (const mapping of mappings) mapping.setEnabled(false);
    const [deadLettered] = await stack.send("orders", json(0));
    exhaustReceives(stack, "orders");
    for (const mapping of mappings) mapping.setEnabled(true);
    await sendFor(stack, 200, () => "not JSON");
    await stack.settled();
    assert.deepEqual(await breakerHistory(stack.cloud, stack.outputs), { state: "CLOSED", transitions: [] });
    const exhausted = (await stack.archived()).filter(({ error_type }) => error_type === "RECEIVES_EXHAUSTED");
    assert.deepEqual(
      exhausted.map(({ message_id }) => message_id),
      [deadLettered],
    );
  });

  it("opens where every batch times out", async () => {
    // Slower than the others: the processor's own times do not scale, and it must come to the call that it hangs in.
    // And with more processes than cores, as on AWS: those that hang need none.
    const always = { name: "processor-timeout", rate: 1, from: 0, to: Number.POSITIVE_INFINITY } as const;
    stack = await stackWith([always], { speed: SLOWER, processesPerFunction: 8 });
    const { cloud, outputs } = stack;
    await sendFor(stack, 60, json, SLOWER);
    // The state changes before it is told of.
    await until(async () => (await breakerHistory(cloud, outputs)).transitions.length > 0);
    const { reason = "" } = (await breakerHistory(cloud, outputs)).transitions[0] ?? {};
    assert.match(reason, /circuit-crashes/);
  });
});

/** Receives a message until SQS moves it to the dead-letter queue, as if every invocation had failed. */
function exhaustReceives({ cloud, outputs }: RunningStack, topic: string): void {
  const queue = cloud.sqs.queues.get(outputs.queueNames.get(topic) ?? "") ?? assert.fail("no queue");
  for (let receive = 0; receive <= 10; receive += 1) queue.receive(1, 0);
}

function processorMappings(stack: RunningStack | undefined) {
  const { cloud, outputs } = stack ?? assert.fail("no stack");
  const topicQueues = new Set(outputs.queueNames.values());
  return cloud.mappings.filter(({ configuration }) => topicQueues.has(configuration.queueArn.split(":").at(-1) ?? ""));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}
