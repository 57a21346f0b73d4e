import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { eachLine } from "../../../local/lambda/lines.ts";

describe("the lines of an output", () => {
  it("are whole, however the output is cut", async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    eachLine(stream, (line) => lines.push(line));
    const text = Buffer.from("first\nZoë\n\nlast");
    for (const byte of text) {
      stream.write(Buffer.of(byte));
    }
    stream.end();
    await finished(stream);
    assert.deepEqual(lines, ["first", "Zoë", "", "last"]);
  });
});
