import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { lineEvents } from "../../../local/input/lines.ts";

const read = (text: string | readonly (string | Buffer)[], defaultTopic?: string) =>
  Array.fromAsync(lineEvents("-", defaultTopic, Readable.from(typeof text === "string" ? [text] : text)));

const bodies = (events: Awaited<ReturnType<typeof read>>) =>
  events.map((event) => ("body" in event ? event.body : assert.fail(event.problem)));

describe("lines of input", () => {
  it("names the topic, and carries a string body as its content", async () => {
    assert.deepEqual(await read('{"topic":"orders","body":"{\\"a\\":1}"}\n'), [
      { line: 1, topic: "orders", body: '{"a":1}' },
    ]);
  });

  it("carries any other body as its own text, byte for byte", async () => {
    assert.deepEqual(
      await read('{ "body" : { "n": 90071992547409931, "n": 1.0,  "ü": "\\u00fc" }, "topic": "orders" }'),
      [{ line: 1, topic: "orders", body: '{ "n": 90071992547409931, "n": 1.0,  "ü": "\\u00fc" }' }],
    );
  });

  it("takes the last of two bodies, as JSON does", async () => {
    assert.deepEqual(bodies(await read('{"topic":"orders","body":{"a":1},"body":{"a":2}}')), ['{"a":2}']);
  });

  it("sends any other line as it is to the given topic, JSON or not", async () => {
    assert.deepEqual(await read('{"a":1}\nnot json\n{"topic":1,"body":2}\n[1]\n"x"\nnull', "orders"), [
      { line: 1, topic: "orders", body: '{"a":1}' },
      { line: 2, topic: "orders", body: "not json" },
      { line: 3, topic: "orders", body: '{"topic":1,"body":2}' },
      { line: 4, topic: "orders", body: "[1]" },
      { line: 5, topic: "orders", body: '"x"' },
      { line: 6, topic: "orders", body: "null" },
    ]);
  });

  it("carries a body of any depth", async () => {
    const body = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    assert.deepEqual(bodies(await read(`{"topic":"orders","body":${body}}`)), [body]);
  });

  it("tells which line has no topic, and goes on", async () => {
    assert.deepEqual(await read('{"topic":"orders","body":{}}\n\n{"a":1}\n{"topic":"events","body":{}}'), [
      { line: 1, topic: "orders", body: "{}" },
      { line: 3, problem: 'must be {"topic": …, "body": …} where no --topic is given (got {"a":1})' },
      { line: 4, topic: "events", body: "{}" },
    ]);
  });

  it("tells which line is not UTF-8, and goes on", async () => {
    const broken = Buffer.from([0x22, 0xe4, 0x22, 0x0a]);
    assert.deepEqual(await read(["ä\n", broken, "ö"], "orders"), [
      { line: 1, topic: "orders", body: "ä" },
      { line: 2, problem: "is not UTF-8" },
      { line: 3, topic: "orders", body: "ö" },
    ]);
  });

  it("takes a character apart at a chunk's border for what it is", async () => {
    const bytes = Buffer.from("ä€😀\n😀");
    const events = await read(
      Array.from(bytes, (byte) => Buffer.from([byte])),
      "orders",
    );
    assert.deepEqual(bodies(events), ["ä€😀", "😀"]);
  });

  it("leaves out a byte order mark at the start, and only there", async () => {
    assert.deepEqual(bodies(await read('\ufeff{"topic":"orders","body":{}}')), ["{}"]);
    assert.deepEqual(bodies(await read("\ufeffa\n\ufeffb", "orders")), ["a", "\ufeffb"]);
  });

  it("skips empty lines and knows Windows' line ends, chunk borders and U+2028", async () => {
    const chunks = ['{"a":"\u2028', '"}\r', "\n\r\n", "  \n", "last"];
    assert.deepEqual(bodies(await read(chunks, "orders")), ['{"a":"\u2028"}', "last"]);
  });

  for (const [title, text] of [
    ["nothing", ""],
    ["nothing but empty lines", "\ufeff\n \r\n"],
  ] as const) {
    it(`tells that it holds ${title}`, async () => {
      assert.deepEqual(await read(text, "orders"), [{ problem: "no events were read from standard input" }]);
    });
  }

  describe("from a file", () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "lean-ops-lines-"));
    });

    after(() => rm(folder, { recursive: true }));

    it("reads it", async () => {
      const file = join(folder, "events.ndjson");
      await writeFile(file, '{"topic":"orders","body":{}}\n');
      assert.deepEqual(await Array.fromAsync(lineEvents(file, undefined)), [{ line: 1, topic: "orders", body: "{}" }]);
    });

    it("fails when there is none", async () => {
      await assert.rejects(Array.fromAsync(lineEvents(join(folder, "nosuch"), undefined)), { code: "ENOENT" });
    });
  });
});
