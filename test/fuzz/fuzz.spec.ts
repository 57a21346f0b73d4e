import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { door } from "./door.ts";
import { fuzz } from "./fuzz.ts";

/** A function that breaks its promise from so many on. */
function broken(from: number, harm: () => void = () => assert.fail("a message is nowhere")) {
  return door<number>({
    name: "broken",
    inputs: fc.nat({ max: 1000 }),
    event: (input) => ({ Records: [input] }),
    cases: { none: 0 },
    async check(input) {
      if (input >= from) harm();
    },
  });
}

async function run(doors: ReturnType<typeof broken>[], given: { path?: string; function?: string } = {}) {
  const stream = new PassThrough();
  const options = { minutes: 0.002, seed: 7, ...given };
  const held = await fuzz(options, doors, stream as unknown as NodeJS.WriteStream);
  return { held, text: String(stream.read() ?? "") };
}

describe("fuzz", () => {
  it("tells how many inputs each function was given where every promise held", async () => {
    const { held, text } = await run([broken(1001)]);
    assert.match(text, /^Hostile input to broken, seed 7\n/);
    assert.match(text, /\n {2}broken +1 +[1-9][\d,]* +\d+ +\d+\n\nNo promise was broken\.\n$/);
    assert.equal(held, true);
  });

  it("ends with the smallest counterexample, and how to try it again", async () => {
    const { held, text } = await run([broken(300)]);
    assert.equal(held, false);
    assert.match(text, /broken: AssertionError: a message is nowhere\ninput: 300\nevent: \{ Records: \[ 300 \] \}\n/);
    const [, seed, path] = /Again: npm run fuzz -- --function broken --seed (\d+) --path (\S+)\n/.exec(text) ?? [];
    assert.equal(seed, "7");
    const again = await run([broken(300)], { path: path ?? "", function: "broken" });
    assert.equal(again.held, false);
    assert.match(again.text, /input: 300\n/);
    assert.equal((await run([broken(301)], { path: path ?? "", function: "broken" })).held, true);
  });

  it("ends with a named case that breaks a promise", async () => {
    const { held, text } = await run([broken(0)]);
    assert.match(text, /\nbroken: none: AssertionError.*a message is nowhere/);
    assert.equal(held, false);
  });

  const harms: [string, () => void, RegExp][] = [
    [
      "a prototype that was changed",
      () => Object.assign(Object.prototype, { polluted: true }),
      /a prototype has been changed/,
    ],
    ["a promise that nobody waited for", () => void Promise.reject(new Error("forgotten")), /that nobody waited for/],
  ];
  for (const [what, harm, rule] of harms) {
    it(`notices ${what}`, async () => {
      // Mocha takes every rejection that nobody waited for as a failure of its own.
      const others = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      try {
        const { held, text } = await run([broken(0, harm)]);
        assert.match(text, rule);
        assert.equal(held, false);
      } finally {
        delete (Object.prototype as { polluted?: boolean }).polluted;
        for (const other of others) process.on("unhandledRejection", other);
      }
    });
  }
});
