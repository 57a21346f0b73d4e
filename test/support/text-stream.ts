import { Writable } from "node:stream";

/** A stream as a terminal's, and all that was written to it. */
export function textStream(): { stream: NodeJS.WriteStream; text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream: stream as NodeJS.WriteStream, text: () => text };
}
