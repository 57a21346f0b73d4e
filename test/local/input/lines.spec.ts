import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { lineEvents } from "../../../local/input/lines.ts";

const read = (text: string | readonly string[], defaultTopic?: string) =>
  Array.fromAsync(lineEvents("-", defaultTopic, Readable.from(typeof text === "string" ? [text] : text)));

describe("lines of input", () => {
  it("names the topic, and carries a string body as its content", async () => {
    assert.deepEqual(await read('{"topic":"orders","body":"{\\"a\\":1}"}\n'), [{ topic: "orders", body: '{"a":1}' }]);
  });

  it("carries any other body as its own text, byte for byte", async () => {
    assert.deepEqual(
      await read('{ "body" : { "n": 90071992547409931, "n": 1.0,  "ü": "\\u00fc" }, "topic": "orders" }'),
      [{ topic: "orders", body: '{ "n": 90071992547409931, "n": 1.0,  "ü": "\\u00fc" }' }],
    );
  });

  it("takes the last of two bodies, as JSON does", async () => {
    const [event] = await read('{"topic":"orders","body":{"a":1},"body":{"a":2}}');
    assert.equal(event?.body, '{"a":2}');
  });

  it("sends any other line as it is to the given topic, JSON or not", async () => {
    assert.deepEqual(await read('{"a":1}\nnot json\n{"topic":1,"body":2}\n[1]\n"x"\nnull', "orders"), [
      { topic: "orders", body: '{"a":1}' },
      { topic: "orders", body: "not json" },
      { topic: "orders", body: '{"topic":1,"body":2}' },
      { topic: "orders", body: "[1]" },
      { topic: "orders", body: '"x"' },
      { topic: "orders", body: "null" },
    ]);
  });

  it("names the line that has no topic", async () => {
    await assert.rejects(read('{"topic":"orders","body":{}}\n\n{"a":1}\n'), {
      name: "LineError",
      message: 'standard input: line 3: must be {"topic": …, "body": …} where --topic names no topic (got {"a":1})',
    });
  });

  it("skips empty lines and knows Windows' line ends, chunk borders and U+2028", async () => {
    const chunks = ['{"a":"\u2028', '"}\r', "\n\r\n", "  \n", "last"];
    assert.deepEqual(
      (await read(chunks, "orders")).map(({ body }) => body),
      ['{"a":"\u2028"}', "last"],
    );
  });

  it("has nothing to send for an empty input", async () => {
    assert.deepEqual(await read(""), []);
  });

  describe("from a file", () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "lean-ops-lines-"));
    });

    after(() => rm(folder, { recursive: true }));

    it("reads it", async () => {
      const file = join(folder, "events.ndjson");
      await writeFile(file, '{"topic":"orders","body":{}}\n');
      assert.deepEqual(await Array.fromAsync(lineEvents(file, undefined)), [{ topic: "orders", body: "{}" }]);
    });

    it("fails when there is none", async () => {
      await assert.rejects(Array.fromAsync(lineEvents(join(folder, "nosuch"), undefined)), { code: "ENOENT" });
    });
  });
});
