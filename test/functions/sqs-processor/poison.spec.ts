import assert from "node:assert/strict";
import fc from "fast-check";
import { type Ending, type Simulation, simulate } from "./simulation.ts";

const isPoison = (body: string) => body.includes("poison");

/** What of it all matters; healthy messages in the dead-letter queue, and rows too many, are what must not be. */
function summary({ rows, deadLettered, processesEnded }: Ending) {
  return {
    healthyForwarded: [...rows.keys()].filter((body) => !isPoison(body)).length,
    healthyDeadLettered: [...deadLettered.keys()].filter((body) => !isPoison(body)).length,
    poisonForwarded: [...rows.keys()].filter(isPoison).length,
    poisonDeadLettered: [...deadLettered.keys()].filter(isPoison).length,
    duplicates: [...rows.values()].reduce((sum, { times }) => sum + times - 1, 0),
    processesEnded,
  };
}

/** Every healthy message is a row once, and every message that is poison is alone in the dead-letter queue. */
function isolated({ messages, poison }: Simulation, ending: Ending): void {
  const { processesEnded, ...found } = summary(ending);
  assert.deepEqual(found, {
    healthyForwarded: messages - poison,
    healthyDeadLettered: 0,
    poisonForwarded: 0,
    poisonDeadLettered: poison,
    duplicates: 0,
  });
  assert.ok(processesEnded <= 10 * poison);
}

describe("messages that end the process", () => {
  it("are alone in the dead-letter queue about 7 minutes after they were sent, one among a hundred", async () => {
    const given = { messages: 100, seconds: 0, poison: 1, concurrency: 2, seed: 1 };
    const ending = await simulate(given);
    isolated(given, ending);
    assert.equal(ending.processesEnded, 10);
    const [seconds = Number.NaN] = ending.deadLettered.values();
    assert.ok(seconds >= 405 && seconds < 420, `${seconds} s`);
  });

  it("hold their healthy neighbours up for a few minutes", async () => {
    const ending = await simulate({ messages: 100, seconds: 0, poison: 1, concurrency: 2, seed: 2 });
    const latest = Math.max(...[...ending.rows.values()].map(({ seconds }) => seconds));
    assert.ok(latest < 360, `${latest} s`);
  });

  for (const [where, machine] of [
    ["with two executions", { concurrency: 2 }],
    ["with one execution that takes 5 s to begin again", { concurrency: 1, restartMs: 5000 }],
    ["with as many executions as it takes", { concurrency: 50 }],
  ] as const) {
    it(`take no healthy message along, eight among 1,667 in two seconds, ${where}`, async () => {
      const given = { messages: 1667, seconds: 2, poison: 8, seed: 3, ...machine };
      isolated(given, await simulate(given));
    });
  }

  it("take no healthy message along, however many they are in a batch or two", async () => {
    const few = fc.record({
      messages: fc.integer({ min: 40, max: 200 }),
      seconds: fc.integer({ min: 0, max: 30 }),
      poison: fc.integer({ min: 0, max: 4 }),
      concurrency: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(few, async (given) => isolated(given, await simulate(given))),
      { numRuns: 25 },
    );
  });
});

describe("an outage of Firehose for an hour, without a breaker", () => {
  it("dead-letters nothing, and everything is forwarded within 16 minutes of its end", async () => {
    const given = { messages: 1000, seconds: 60, poison: 0, concurrency: 5, seed: 4, outageSeconds: 3600 };
    const ending = await simulate(given);
    isolated(given, ending);
    const latest = Math.max(...[...ending.rows.values()].map(({ seconds }) => seconds));
    assert.ok(latest > 3540 && latest < 3600 + 960 + 5, `${latest} s`);
  });
});
