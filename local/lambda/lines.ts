import type { Readable } from "node:stream";

/** Calls `emit` for each line of a text stream, and for what is left without a line end when it ends. */
export function eachLine(stream: Readable, emit: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(emit);
  });
  stream.on("end", () => {
    if (rest !== "") {
      emit(rest);
    }
  });
}
