import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { BodyTooLarge, readBody } from "../../../local/api/body.ts";

/** A request whose body comes in these parts; all at once, unless more is written later. */
function request(...parts: string[]) {
  const stream = new PassThrough();
  for (const part of parts) stream.write(part);
  return stream as PassThrough & IncomingMessage;
}

const text = (bytes: Buffer) => bytes.toString();

describe("a request's body", () => {
  it("is handed over whole, whatever parts it came in", async () => {
    for (const parts of [[], ["one"], ["é".repeat(3), "two", "three"], ["x".repeat(300_000), "y".repeat(300_000)]]) {
      const body = readBody(request(...parts).end(), 1_000_000, text);
      assert.equal(await body, parts.join(""));
    }
  });

  it("of several requests at once stays apart", async () => {
    const sent = ["a", "b", "c"].map((letter) => [letter.repeat(100_000), letter.repeat(50_000)]);
    const bodies = sent.map((parts) => readBody(request(...parts).end(), 1_000_000, text));
    assert.deepEqual(
      await Promise.all(bodies),
      sent.map((parts) => parts.join("")),
    );
  });

  it("is refused as soon as it is too large, and the rest is dropped", async () => {
    const endless = request("x".repeat(11));
    await assert.rejects(readBody(endless, 10, text), new BodyTooLarge(10));
    endless.write("more");
    await new Promise(setImmediate);
    assert.equal(endless.readableLength, 0);
    endless.destroy();
  });

  it("may have just the largest size", async () => {
    assert.equal(await readBody(request("x".repeat(10)).end(), 10, text), "x".repeat(10));
  });

  it("fails as its reader does, and as the request does", async () => {
    const read = readBody(request("{").end(), 10, (bytes) => JSON.parse(bytes.toString()) as unknown);
    await assert.rejects(read, SyntaxError);
    const cut = request("x");
    const body = readBody(cut, 10, text);
    cut.destroy(new Error("the client has gone"));
    await assert.rejects(body, /the client has gone/);
  });
});
