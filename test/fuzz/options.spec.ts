import assert from "node:assert/strict";
import { fuzzCommand, parseOptions } from "./options.ts";

/** @throws Error with what the user would read. */
function parse(...args: string[]) {
  let text = "";
  const command = fuzzCommand().configureOutput({ writeErr: (line) => (text += line) });
  command.exitOverride(() => {
    throw new Error(text);
  });
  return parseOptions(args, command);
}

describe("npm run fuzz's options", () => {
  it("are a minute of every function with a seed of its own, unless told otherwise", () => {
    const { minutes, seed, ...others } = parse();
    assert.deepEqual([minutes, others], [1, {}]);
    assert.ok(Number.isInteger(seed) && seed >= 0);
    const all = "--minutes 0.5 --seed 7 --function replay --path 1:2";
    assert.deepEqual({ ...parse(...all.split(" ")) }, { minutes: 0.5, seed: 7, function: "replay", path: "1:2" });
  });

  for (const [args, rule] of [
    ["--minutes 0", /must be a number above 0/],
    ["--seed -1", /must be a whole number from 0/],
    ["--function nope", /Allowed choices are sqs-processor, /],
    ["--path 1:2", /needs --function/],
  ] as const) {
    it(`refuse ${args}`, () => assert.throws(() => parse(...args.split(" ")), rule));
  }
});
