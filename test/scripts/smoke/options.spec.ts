import assert from "node:assert/strict";
import { parseOptions, smokeCommand } from "../../../scripts/smoke/options.ts";

/** @throws Error with what the user would read. */
function parse(...args: string[]) {
  let text = "";
  const command = smokeCommand().configureOutput({ writeErr: (line) => (text += line) });
  command.exitOverride(() => {
    throw new Error(text);
  });
  return parseOptions(args, command);
}

describe("npm run smoke's options", () => {
  it("are 5,000 messages to every topic of dev within half an hour, unless told otherwise", () => {
    const defaults = { stack: "dev", records: 5000, topics: [], malformed: 0, timeout: 30, waitForSchedule: false };
    assert.deepEqual(parse(), defaults);
    assert.deepEqual(
      parse(
        ...["--stack", "prod", "--records", "10", "--topic", "a", "b", "--topic", "a", "--malformed", "0.5"],
        ...["--bytes", "1024", "--timeout", "2h", "--wait-for-schedule"],
      ),
      {
        ...{ stack: "prod", records: 10, topics: ["a", "b"], malformed: 0.5, bytes: 1024, timeout: 120 },
        waitForSchedule: true,
      },
    );
  });

  for (const [args, rule] of [
    ["--records 0", /must be a whole number from 1 to 100000/],
    ["--records 1e3", /must be a whole number/],
    ["--malformed 2", /must be a number from 0 to 1/],
    ["--bytes 10", /must be a whole number from 384 to 1048576/],
    ["--timeout 30", /must be a whole number of minutes, hours or days above 0/],
    ["extra", /too many arguments/],
  ] as const) {
    it(`refuse ${args}`, () => assert.throws(() => parse(...args.split(" ")), rule));
  }
});
