import assert from "node:assert/strict";
import { breakerAlarms } from "../../../components/breaker-alarms.ts";
import { failureDelay, secondsOf } from "../../../functions/sqs-processor/visibility.ts";
import { seededRandom } from "../../../local/input/random.ts";
import { namesFor } from "../../../settings/names.ts";
import { settingsSchema } from "../../../settings/schema.ts";
import { completed } from "../../../settings/settings.ts";
import { isBreaching } from "../../support/metric-math.ts";
import { mostInASecond } from "./support/memory-lambda.ts";
import { MINUTE_MS, World } from "./support/world.ts";

const { breaker, queue } = completed(settingsSchema.parse({ topics: { orders: null } }));
const MAPPINGS = 700;
const HOUR_MS = 60 * MINUTE_MS;
/** The alarm sees a minute's counts so much after its end, at worst. */
const SEEN_AFTER_MS = MINUTE_MS;

interface Message {
  topic: string;
  receives: number;
}

interface Counts {
  forwarded: number;
  failures: number;
  throttles: number;
  batchesStarted: number;
  invocations: number;
}

/** Of this state a mapping still receives. */
const POLLING = new Set(["Enabled", "Disabling", "Updating"]);

/** Messages of 700 topics, one a minute each, and a Firehose that refuses them for a while. */
class Pipeline {
  readonly world = new World();
  readonly outage = { from: this.world.clock.now() + 2.5 * MINUTE_MS, to: 0 };
  sent = 0;
  forwarded = 0;
  deadLettered = 0;
  mostReceives = 0;
  readonly #random = seededRandom(7);
  /** By the second at which they can be received. */
  readonly #hidden = new Map<number, Message[]>();
  readonly #visible = new Map<string, Message[]>();
  /** By the minute's beginning. */
  readonly #counts = new Map<number, Counts>();
  readonly #alarm = breakerAlarms(namesFor("lean-ops", "dev"), { topics: {}, breaker })[0] ?? assert.fail();

  constructor() {
    this.outage.to = this.outage.from + HOUR_MS;
    const { world } = this;
    world.latencyMs = 120;
    // A slow one: ten times what DynamoDB usually takes.
    world.tableLatencyMs = 120;
    for (let n = 0; n < MAPPINGS; n++) {
      // Those disabled by hand have no traffic.
      const isStopped = n % 100 === 99;
      world.lambda.create(`t${n}`, { maximumConcurrency: 2 + (n % 9), ...(isStopped ? { state: "Disabled" } : {}) });
      if (!isStopped) this.#visible.set(`t${n}`, []);
    }
    const ofProbe = (name: keyof Counts) => () => this.#sinceProbe(name);
    const names = ["forwarded", "failures", "throttles", "batchesStarted", "invocations"] as const;
    world.signals = Object.defineProperties(
      {},
      Object.fromEntries(names.map((name) => [name, { get: ofProbe(name), enumerable: true }])),
    );
  }

  /** Lets a second pass. @param sends Whether producers are at work. */
  async second(sends: boolean): Promise<void> {
    const { clock, lambda, backlogs } = this.world;
    const now = clock.now();
    const isNewMinute = now % MINUTE_MS === 0;
    if (isNewMinute) this.#look(now);
    // A tick comes somewhere within the minute.
    if (now % MINUTE_MS === 20_000) this.world.start(this.world.tickEvent());
    if (sends) this.#send(now);
    for (const message of this.#hidden.get(now) ?? []) this.#visible.get(message.topic)?.push(message);
    this.#hidden.delete(now);
    for (const { topic, state } of lambda.mappings.values()) {
      const waiting = this.#visible.get(topic);
      if (waiting === undefined) continue;
      if (waiting.length > 0 && POLLING.has(state)) this.#receive(waiting.splice(0), now);
      backlogs.set(topic, waiting.length);
    }
    await clock.advance(1000);
  }

  #send(now: number): void {
    const phase = (now / 1000) % 60;
    for (let n = phase; n < MAPPINGS; n += 60) {
      const visible = this.#visible.get(`t${n}`);
      if (visible === undefined) continue;
      visible.push({ topic: `t${n}`, receives: 0 });
      this.sent++;
    }
  }

  #receive(batch: readonly Message[], now: number): void {
    const { from, to } = this.outage;
    const counts = this.#countsOf(now);
    counts.invocations++;
    counts.batchesStarted++;
    for (const message of batch) {
      if (message.receives === queue.maxReceiveCount) {
        this.deadLettered++;
        continue;
      }
      message.receives++;
      this.mostReceives = Math.max(this.mostReceives, message.receives);
      if (now < from || now >= to) {
        this.forwarded++;
        counts.forwarded++;
        continue;
      }
      counts.failures++;
      this.world.trippingTopic ??= message.topic;
      const hidden = secondsOf(failureDelay("FIREHOSE_UNAVAILABLE", message.receives), this.#random());
      const until = now + hidden * 1000;
      const others = this.#hidden.get(until);
      if (others === undefined) this.#hidden.set(until, [message]);
      else others.push(message);
    }
  }

  /** The alarm's evaluation, of the two minutes that it looks at. */
  #look(now: number): void {
    const newest = now - MINUTE_MS - SEEN_AFTER_MS;
    const minutes = [newest - MINUTE_MS, newest].map((at) => ({ ...this.#counts.get(at) }));
    const isRaised = this.world.alarms.has("lean-ops-dev-circuit-error-rate");
    if (!minutes.some((minute) => isBreaching(this.#alarm, minute))) this.world.alarms.clear();
    else if (!isRaised) this.world.start(this.world.alarm());
  }

  #countsOf(now: number): Counts {
    const minute = now - (now % MINUTE_MS);
    const counts = this.#counts.get(minute) ?? {
      forwarded: 0,
      failures: 0,
      throttles: 0,
      batchesStarted: 0,
      invocations: 0,
    };
    this.#counts.set(minute, counts);
    return counts;
  }

  /** What CloudWatch answers about a probe: minutes that began with it or later; without one, the current minute. */
  #sinceProbe(name: keyof Counts): number {
    const { clock, store } = this.world;
    const now = clock.now();
    const { since, hasWholeMinute } = store.circuit?.probe ?? {};
    const from = since === undefined ? now - (now % MINUTE_MS) : Date.parse(since);
    const first = hasWholeMinute ? from - (from % MINUTE_MS) : from;
    return [...this.#counts].reduce((sum, [minute, counts]) => (minute >= first ? sum + counts[name] : sum), 0);
  }
}

describe("an outage of Firehose for an hour, with 700 mappings and the circuit breaker", function () {
  this.timeout(120_000);

  it("dead-letters and loses nothing, and uses 7 of 10 receives at most", async () => {
    const pipeline = new Pipeline();
    const { world, outage } = pipeline;
    const { clock, lambda } = world;
    const before = structuredClone([...lambda.mappings.values()]);
    let stoppedAt: number | undefined;
    let failedReceives = 0;
    while (clock.now() < outage.to) {
      await pipeline.second(true);
      if (lambda.states().Disabled === MAPPINGS) stoppedAt ??= clock.now();
      failedReceives = pipeline.mostReceives;
    }
    const during = world.transitions;
    const openedAt = Date.parse(world.store.noted[0]?.at ?? "");
    assert.ok(openedAt - outage.from <= 180_000, `OPEN after ${(openedAt - outage.from) / 1000} s`);
    const stopping = (stoppedAt ?? Number.NaN) - outage.from;
    assert.ok(stopping <= 330_000, `all stopped after ${stopping / 1000} s`);
    assert.equal(during[0], "CLOSED → OPEN");
    assert.ok(during.filter((one) => one === "HALF_OPEN → OPEN").length >= 3, during.join());
    assert.ok(
      during.slice(1).every((one) => one === "OPEN → HALF_OPEN" || one === "HALF_OPEN → OPEN"),
      during.join(),
    );
    assert.ok(failedReceives > 1 && failedReceives <= 7, `${failedReceives} receives`);

    for (let n = 0; n < 40 * 60 && (n < 60 || world.store.circuit?.restoring !== false); n++) {
      await pipeline.second(true);
    }
    for (let n = 0; n < 16 * 60; n++) await pipeline.second(false);
    const { at } = world.store.noted.at(-1) ?? {};
    assert.equal(world.transitions.at(-1), "HALF_OPEN → CLOSED");
    assert.ok(Date.parse(at ?? "") >= outage.to);
    assert.equal(world.transitions.filter((one) => one.endsWith("CLOSED")).length, 1);
    assert.deepEqual([...lambda.mappings.values()], before, "restored exactly");
    assert.equal(pipeline.deadLettered, 0);
    assert.equal(pipeline.sent - pipeline.forwarded, 0, "lost");
    assert.ok(pipeline.sent > 40_000);
    assert.ok(mostInASecond(lambda.calls.map((call) => call.at)) <= 10);
  });
});
