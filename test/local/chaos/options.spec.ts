import assert from "node:assert/strict";
import { Command } from "commander";
import { parseChaosOptions } from "../../../local/chaos/options.ts";

/** What is printed about options that cannot be. */
function refusal(...args: string[]): string {
  let printed = "";
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: (text) => (printed += text), writeOut: (text) => (printed += text) });
  assert.throws(() => parseChaosOptions(args, command));
  return printed;
}

describe("the options of chaos", () => {
  it("are two minutes, 50,000 events and 3 times AWS's speed where nothing is said", () => {
    assert.deepEqual(parseChaosOptions([]), { stack: "dev", minutes: 2, records: 50_000, seed: 1, speed: 3 });
  });

  it("are taken as they are said", () => {
    const said = ["--stack", "prod", "--minutes", "30", "--records", "0", "--seed", "7", "--speed", "2.5"];
    const read = { stack: "prod", minutes: 30, records: 0, seed: 7, speed: 2.5, report: "r.json" };
    assert.deepEqual(parseChaosOptions([...said, "--report", "r.json"]), read);
  });

  it("are refused with their rule", () => {
    assert.match(refusal("--minutes", "0"), /--minutes.*number from 0.1 to 600/);
    assert.match(refusal("--speed", "21"), /--speed.*number from 1 to 20/);
    assert.match(refusal("--seed", "1.5"), /--seed.*whole number from 0 to/);
    assert.match(refusal("--records", "-1"), /--records/);
    assert.match(refusal("more"), /too many arguments/);
  });
});
