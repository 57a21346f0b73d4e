import assert from "node:assert/strict";
import { parseOptions, startCommand } from "../../../local/run/options.ts";

/** Throws where the process would end, with what it would print as the message. */
function parse(...args: string[]) {
  let printed = "";
  const write = (text: string) => {
    printed += text;
  };
  const command = startCommand().exitOverride().configureOutput({ writeErr: write, writeOut: write });
  try {
    return parseOptions(args, command);
  } catch {
    throw new Error(printed.trim());
  }
}

describe("options of npm start", () => {
  it("has the documented defaults", () => {
    assert.deepEqual(parse(), {
      stack: "dev",
      records: 5000,
      malformed: 0,
      poison: 0,
      faults: [],
      seed: 1,
      speed: 1,
      serve: false,
    });
  });

  it("takes every option", () => {
    const args =
      "--stack prod --records 7 --bytes 1024 --malformed 0.02 --poison 0.005 --fault archive-down=1@0-30 --seed 3 --input - --topic orders --speed 20 --report r.json --serve";
    assert.deepEqual(parse(...args.split(" ")), {
      stack: "prod",
      records: 7,
      bytes: 1024,
      malformed: 0.02,
      poison: 0.005,
      faults: [{ name: "archive-down", rate: 1, from: 0, to: 30 }],
      seed: 3,
      input: "-",
      topic: "orders",
      speed: 20,
      report: "r.json",
      serve: true,
    });
  });

  it("sends nothing of its own while it serves, unless asked", () => {
    assert.equal(parse("--serve").records, 0);
    assert.equal(parse("--serve", "--records", "10").records, 10);
  });

  it("takes several faults", () => {
    const { faults } = parse("--fault", "firehose-throttle", "--fault", "tracker-throttle=0.5");
    assert.deepEqual(
      faults.map(({ name, rate }) => [name, rate]),
      [
        ["firehose-throttle", 0.2],
        ["tracker-throttle", 0.5],
      ],
    );
  });

  const refused: [args: string, rule: RegExp][] = [
    ["--records -1", /whole number from 0/],
    ["--records 1e3", /whole number/],
    ["--records ten", /whole number/],
    ["--bytes 10", /whole number from 320 to 1048576/],
    ["--malformed 1.5", /from 0 to 1/],
    ["--malformed .", /from 0 to 1/],
    ["--poison 2", /from 0 to 1/],
    ["--fault nosuch", /There is no fault "nosuch"\. The faults are firehose-throttle, .*schema-mismatch, and all/],
    ["--fault archive-down=2", /rate after = must be a number from 0 to 1, not "2"/],
    ["--fault archive-down@30-10", /window after @ must be FROM-TO in seconds, FROM below TO, not "30-10"/],
    ["--speed 0.5", /from 1 to 20/],
    ["--speed 21", /from 1 to 20/],
    ["--seed x", /whole number/],
    ["--topic orders", /needs it/],
    ["--nosuch", /unknown option '--nosuch'/],
    ["extra", /too many arguments/],
    ["--stack", /argument missing/],
  ];
  for (const [args, rule] of refused) {
    it(`refuses ${args}, and says why`, () => {
      assert.throws(() => parse(...args.split(" ")), rule);
    });
  }

  it("explains itself", () => {
    assert.throws(
      () => parse("--help"),
      /Usage: npm start -- \[options\].*--malformed <rate>.*--fault <fault>.*--serve/s,
    );
  });
});
