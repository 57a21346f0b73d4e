import assert from "node:assert/strict";
import { BREAKER_TIMEOUT_SECONDS, TICK_MINUTES } from "../../components/breaker.ts";
import { BREAKER_PERIOD_SECONDS, breakerAlarms } from "../../components/breaker-alarms.ts";
import { Pacer } from "../../functions/circuit-breaker/pacer.ts";
import { PUT_BUDGET_MS } from "../../functions/sqs-processor/put-records.ts";
import { type Delay, failureDelay, SUSPECT } from "../../functions/sqs-processor/visibility.ts";
import { namesFor } from "../../settings/names.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { completed } from "../../settings/settings.ts";
import { virtualClock } from "../support/virtual-clock.ts";

/**
 * The numbers that must fit together so that an hour without Firehose dead-letters nothing, worked out from the settings
 * and from the code: whoever changes one of them finds out here what else it moves. Times are seconds from the beginning
 * of an outage, and the worst that can be.
 */

const { queue, breaker, processor } = completed(settingsSchema.parse({ topics: { orders: null } }));
const HOUR = 3600;
const MAPPINGS = 700;

/** What AWS does not promise: an alarm looks once a minute, and what it sees may be a minute behind. */
const SEEN_AFTER = 60;
/** Likewise: from a mapping's update to its last batch. */
const STOPPED_AFTER = 20;
/** ListEventSourceMappings: https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
const MAPPINGS_A_PAGE = 100;
/** Of an invocation of the circuit breaker's: what it keeps back for the end of what has begun (handler.ts). */
const KEPT = 3;
const TICK = TICK_MINUTES * 60;

/** Receives of a message that begin before `end`, if each is hidden for as short as can be. */
function receivesUntil(end: number, delayOf: (receive: number) => Delay): number {
  let receives = 0;
  for (let at = 0; at < end; at += delayOf(receives).shortest) receives++;
  return receives;
}

const awayDelay = (receive: number) => failureDelay("FIREHOSE_UNAVAILABLE", receive);
const crashDelay = (receive: number) =>
  receive === 1 ? { shortest: queue.visibilityTimeoutSeconds, longest: queue.visibilityTimeoutSeconds } : SUSPECT;

/** Calls of Lambda's control plane that an invocation makes. */
async function callsIn(seconds: number): Promise<number> {
  const clock = virtualClock();
  const pacer = new Pacer(clock, clock.now() + seconds * 1000);
  let calls = 0;
  const calling = (async () => {
    for (;;) {
      await pacer.turn();
      calls++;
    }
  })().catch(() => {});
  await clock.advance(seconds * 1000);
  await calling;
  return calls;
}

/** Until the last of the mappings has been told to stop, from the alarm's message. */
async function stopping(mappings: number): Promise<number> {
  const useful = BREAKER_TIMEOUT_SECONDS - KEPT;
  const listing = Math.ceil(mappings / MAPPINGS_A_PAGE);
  const perInvocation = (await callsIn(useful)) - listing;
  const invocations = Math.ceil(mappings / perInvocation);
  if (invocations === 1) return useful;
  // A tick that finds the first invocation at work leaves it to the next one.
  return BREAKER_TIMEOUT_SECONDS + TICK * (invocations - 1) + useful;
}

/**
 * Traffic is even: a minute of which an outage takes no more than the share that opens the circuit is followed by a
 * whole one.
 */
const UNSEEN = (BREAKER_PERIOD_SECONDS * breaker.errorPercent) / 100 + BREAKER_PERIOD_SECONDS;
const OPEN_AFTER = UNSEEN + SEEN_AFTER;

/** Probes that begin within an hour: as many as can be, each bad at once. */
function probesInAnHour(): number {
  let probes = 0;
  let coolDown = breaker.coolDownMinutes;
  // The earliest opening is at the end of the minute in which the outage began.
  for (let at = coolDown * TICK; at < HOUR; at += TICK + coolDown * TICK) {
    probes++;
    coolDown = Math.min(2 * coolDown, breaker.maximumCoolDownMinutes);
  }
  return probes;
}

describe("one schedule", () => {
  it("tells of a Firehose that does not answer before the function's own time is over", () => {
    assert(PUT_BUDGET_MS / 1000 < processor.timeoutSeconds / 2);
  });

  it("opens the circuit within 150 s", () => {
    const [errorRate] = breakerAlarms(namesFor("lean-ops", "test"), { topics: {}, breaker });
    assert.equal(errorRate?.periods?.[0], 1);
    assert.equal(OPEN_AFTER, 150);
  });

  it("makes ten calls of Lambda's control plane a second, of the 15 that the account has", async () => {
    assert.equal(Math.round((await callsIn(10)) / 10), 10);
  });

  it("stops 700 mappings before a message is received for the fourth time", async () => {
    const stopped = OPEN_AFTER + (await stopping(MAPPINGS)) + STOPPED_AFTER;
    assert(stopped <= 420, `${stopped} s`);
    assert.equal(receivesUntil(stopped, awayDelay), 3);
  });

  it("stops ten mappings before a message is received for the fourth time, within three and a half minutes", async () => {
    const stopped = OPEN_AFTER + (await stopping(10)) + STOPPED_AFTER;
    assert(stopped <= 210, `${stopped} s`);
  });

  it("costs a message at most 7 of its 10 receives in an hour, a probe in its own topic each time included", async () => {
    const stopped = OPEN_AFTER + (await stopping(MAPPINGS)) + STOPPED_AFTER;
    const before = receivesUntil(stopped, awayDelay);
    // What a probe receives is hidden until long after it.
    assert(awayDelay(before + 1).shortest > breaker.probeMinutes * 60);
    assert.equal(probesInAnHour(), 4);
    assert.equal(before + probesInAnHour(), 7);
    assert.equal(queue.maxReceiveCount, 10);
  });

  it("would cost all of them without the breaker, and still dead-letter nothing", () => {
    assert.equal(receivesUntil(HOUR, awayDelay), queue.maxReceiveCount);
  });

  it("stops 700 mappings of a function that crashes before a message is dead-lettered", async () => {
    const opened = OPEN_AFTER + processor.timeoutSeconds;
    const stopped = opened + (await stopping(MAPPINGS)) + STOPPED_AFTER;
    assert(receivesUntil(stopped, crashDelay) <= queue.maxReceiveCount);
  });

  it("lets the longest hold end while half of the retention is left", () => {
    assert.equal(breaker.maximumHoldHours * 2, queue.retentionDays * 24);
  });
});
