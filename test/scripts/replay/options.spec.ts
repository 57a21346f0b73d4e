import assert from "node:assert/strict";
import { parseOptions, replayCommand } from "../../../scripts/replay/options.ts";

/** @returns what is wrong, where something is. */
function parse(...args: string[]) {
  const command = replayCommand().exitOverride();
  command.configureOutput({ writeErr: () => {} });
  try {
    return parseOptions(args, command);
  } catch (error) {
    return (error as Error).message;
  }
}

const NEEDED = ["--topic", "orders", "--since", "2026-01-10"];

describe("the options of npm run replay", () => {
  it("change nothing unless told, at 50 a second, in the dev stack", () => {
    const defaults = { topic: "orders", since: "2026-01-10", rate: 50, stack: "dev", yes: false };
    assert.deepEqual(parse(...NEEDED), defaults);
  });

  it("take every filter", () => {
    const id = "059f36b4-87a3-44ab-83d2-661975830a7d";
    const filters = ["--until", "2026-01-10", "--error-type", "BODY_NOT_JSON", "--error-class", "DROP", "--id", id];
    const others = ["--rate", "1", "--stack", "prod", "--table", "t", "--yes"];
    assert.deepEqual(parse(...NEEDED, ...filters, ...others), {
      topic: "orders",
      since: "2026-01-10",
      until: "2026-01-10",
      errorType: "BODY_NOT_JSON",
      errorClass: "DROP",
      id,
      rate: 1,
      stack: "prod",
      table: "t",
      yes: true,
    });
  });

  it("take rows that name no topic", () => {
    assert.equal(typeof parse("--topic", "_none", "--since", "2026-01-10"), "object");
  });

  const wrong: [string[], RegExp][] = [
    [["--since", "2026-01-10"], /--topic/],
    [["--topic", "orders"], /--since/],
    [[...NEEDED, "--topic", "Orders"], /'Orders' is invalid. It must be lower-case/],
    [[...NEEDED, "--since", "2026-02-30"], /'2026-02-30' is invalid. It must be a day of the calendar/],
    [[...NEEDED, "--since", "yesterday"], /must be a day/],
    [[...NEEDED, "--since", "2026-1-1"], /must be a day/],
    [[...NEEDED, "--until", "2026-13-01"], /must be a day/],
    [[...NEEDED, "--until", "2026-01-09"], /'--until <date>' is 2026-01-09, and must not be before --since 2026-01-10/],
    [[...NEEDED, "--error-class", "BAD"], /Allowed choices are DROP, RETRY, UNKNOWN/],
    [[...NEEDED, "--id", "../x"], /must be a message id/],
    [[...NEEDED, "--rate", "0"], /whole number from 1 to 1000/],
    [[...NEEDED, "--rate", "1e2"], /whole number from 1 to 1000/],
    [[...NEEDED, "more"], /too many arguments/],
  ];
  for (const [args, problem] of wrong) {
    it(`are refused: ${args.slice(-2).join(" ")}`, () => assert.match(String(parse(...args)), problem));
  }
});
