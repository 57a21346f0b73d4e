import assert from "node:assert/strict";
import { parseOptions, permissionsCommand } from "../../../scripts/permissions/options.ts";

/** What the command says as it ends the process. */
function refusal(...args: string[]): string {
  let said = "";
  const command = permissionsCommand()
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        said += text;
      },
    });
  assert.throws(() => parseOptions(args, command));
  return said;
}

describe("the options of npm run permissions", () => {
  it("write the table by default", () => {
    assert.deepEqual(parseOptions([]), { stack: "dev", coverage: false, analyze: false });
  });

  it("examine a stack", () => {
    assert.deepEqual(parseOptions(["--coverage", "--stack", "prod"]), {
      stack: "prod",
      coverage: true,
      analyze: false,
    });
    assert.deepEqual(parseOptions(["--analyze"]), { stack: "dev", coverage: false, analyze: true });
  });

  it("do one thing at a time, and nothing unknown", () => {
    assert.match(refusal("--coverage", "--analyze"), /'--coverage' cannot be used with option '--analyze'/);
    assert.match(refusal("--nosuch"), /unknown option '--nosuch'/);
    assert.match(refusal("prod"), /too many arguments/);
  });
});
