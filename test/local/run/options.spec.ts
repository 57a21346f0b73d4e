import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
      "--stack prod --records 7 --bytes 1024 --malformed 0.02 --poison 0.005 --fault archive-down=1@0-30 --seed 3 --speed 20 --report r.json --serve";
    assert.deepEqual(parse(...args.split(" ")), {
      stack: "prod",
      records: 7,
      bytes: 1024,
      malformed: 0.02,
      poison: 0.005,
      faults: [{ name: "archive-down", rate: 1, from: 0, to: 30 }],
      seed: 3,
      speed: 20,
      report: "r.json",
      serve: true,
    });
  });

  it("takes input of one's own", () => {
    const { input, topic } = parse("--input", "-", "--topic", "orders");
    assert.deepEqual([input, topic], ["-", "orders"]);
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
    ["--bytes 10", /whole number from 384 to 1048576/],
    ["--malformed 1.5", /from 0 to 1/],
    ["--malformed .", /from 0 to 1/],
    ["--poison 2", /from 0 to 1/],
    ["--fault nosuch", /There is no fault "nosuch"\. The faults are firehose-outage, .*schema-mismatch, and all/],
    ["--fault archive-down=2", /rate after = must be a number from 0 to 1, not "2"/],
    ["--fault archive-down@30-10", /window after @ must be FROM-TO in seconds, FROM below TO, not "30-10"/],
    ["--speed 0.5", /from 1 to 20/],
    ["--speed 21", /from 1 to 20/],
    ["--seed x", /whole number/],
    ["--topic orders", /needs it/],
    ["--input - --records 5", /'--input <file>' cannot be used with option '--records <count>'/],
    ["--bytes 1024 --input -", /'--input <file>' cannot be used with option '--bytes <length>'/],
    ["--input - --malformed 0", /'--input <file>' cannot be used with option '--malformed <rate>'/],
    ["--input - --poison 0.1", /'--input <file>' cannot be used with option '--poison <rate>'/],
    [
      "--input /nosuch/events",
      /error: option '--input <file>' argument '\/nosuch\/events' .*no such file or directory/,
    ],
    ["--report /nosuch/r.json", /error: option '--report <file>' argument .*Its folder .*no such file or directory/],
    ["--nosuch", /unknown option '--nosuch'/],
    ["extra", /too many arguments/],
    ["--stack", /argument missing/],
  ];
  for (const [args, rule] of refused) {
    it(`refuses ${args}, and says why`, () => {
      assert.throws(() => parse(...args.split(" ")), rule);
    });
  }

  describe("that name files", () => {
    let folder: string;
    let file: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "lean-ops-options-"));
      file = join(folder, "file");
      await writeFile(file, "");
    });

    after(() => rm(folder, { recursive: true }));

    it("takes a file that is there, and a report that is there or not yet", () => {
      const added = join(folder, "new.json");
      assert.equal(parse("--input", file, "--report", file).input, file);
      assert.equal(parse("--report", added).report, added);
    });

    for (const option of ["--input", "--report"]) {
      it(`refuses a folder for ${option}`, () => {
        assert.throws(() => parse(option, folder), new RegExp(`'${option} <file>'.* It is a folder`));
      });
    }

    it("refuses a report in what is no folder", () => {
      assert.throws(() => parse("--report", join(file, "r.json")), /'--report <file>'.*not a directory/);
    });

    it("refuses a report without a name", () => {
      assert.throws(() => parse("--report", `${folder}/new/`), /'--report <file>'.* It is a folder/);
      assert.throws(() => parse("--report", ""), /'--report <file>'.* It is a folder/);
    });
  });

  it("describes itself in lines that are filled", () => {
    assert.throws(
      () => parse("--help"),
      ({ message }: Error) => {
        const [, description = ""] = message.split("\n\n");
        const lines = description.split("\n").slice(0, -1);
        return lines.length > 0 && lines.every((line) => line.length > 65);
      },
    );
  });

  it("says which fault means something else by itself", () => {
    assert.throws(
      () => parse("--help"),
      ({ message }: Error) => message.replaceAll(/\s+/g, " ").includes("firehose-outage is firehose-outage=1@0-1200"),
    );
  });

  it("explains itself", () => {
    assert.throws(
      () => parse("--help"),
      /Usage: npm start -- \[options\].*--malformed <rate>.*--fault <fault>.*--serve/s,
    );
  });
});
