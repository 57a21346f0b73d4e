import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { Command } from "commander";
import type { BreakerCommand } from "../../../functions/common/circuit.ts";
import { parseOptions } from "../../../scripts/breaker/options.ts";

/** Throws where the process would end, with what it would print as the message. */
function parse(...args: string[]) {
  let printed = "";
  const write = (text: string) => {
    printed += text;
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: write, writeOut: write });
  try {
    return parseOptions(args, program);
  } catch {
    throw new Error(printed.trim());
  }
}

const me = userInfo().username;
const JANE = ["--by", "jane"];

describe("the options of npm run breaker", () => {
  it("ask the dev stack's status", () => {
    assert.deepEqual(parse("status"), { request: { command: "status" }, stack: "dev", json: false });
  });

  it("name another stack or function, and JSON", () => {
    const others = ["--stack", "prod", "--function", "f", "--json"];
    const request = { command: "status" };
    assert.deepEqual(parse("status", ...others), { request, stack: "prod", function: "f", json: true });
  });

  const requests: [string[], BreakerCommand][] = [
    [["open", "--reason", "Firehose is away"], { command: "open", by: me, reason: "Firehose is away" }],
    [["open", "--reason", " x ", ...JANE], { command: "open", by: "jane", reason: "x" }],
    [["close"], { command: "close", by: me }],
    [["close", "--reason", "x", ...JANE], { command: "close", by: "jane", reason: "x" }],
    [["hold", "--for", "2h", "--reason", "x"], { command: "hold", by: me, reason: "x", minutes: 120 }],
    [["hold", "--reason", "x", ...JANE], { command: "hold", by: "jane", reason: "x" }],
    [["release"], { command: "release", by: me }],
    [["release", "--reason", "x", ...JANE], { command: "release", by: "jane", reason: "x" }],
  ];
  for (const [args, request] of requests) {
    it(`are, for ${args.join(" ")}, what the circuit breaker is asked`, () => {
      assert.deepEqual(parse(...args), { request, stack: "dev", json: false });
    });
  }

  const refused: [string[], RegExp][] = [
    [[], /Usage: npm run breaker -- \[options\] \[command\].*status.*open.*close.*hold.*release/s],
    [["opne"], /unknown command 'opne'/],
    [["open"], /required option '--reason <text>'/],
    [["open", "--reason", " "], /argument ' ' is invalid\. It must say something/],
    [["open", "--reason", "x", "--for", "2h"], /unknown option '--for'/],
    [["hold", "--for", "2h"], /required option '--reason <text>'/],
    [
      ["hold", "--reason", "x", "--for", "2 hours"],
      /'2 hours' is invalid\. It must be a whole number of minutes, hours/,
    ],
    [["hold", "--reason", "x", "--for", "0m"], /'0m' is invalid/],
    [["close", "--by", ""], /It must say something/],
    [["status", "--by", "jane"], /unknown option '--by'/],
    [["status", "open"], /too many arguments/],
  ];
  for (const [args, rule] of refused) {
    it(`are refused: ${JSON.stringify(args.join(" "))}`, () => assert.throws(() => parse(...args), rule));
  }
});
