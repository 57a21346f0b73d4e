import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { parseTree } from "jsonc-parser";
import split from "split2";
import type { ProducerEvent } from "./event.ts";

/** A line that names no topic, when no topic was given for such lines. */
export class LineError extends Error {
  override readonly name = "LineError";

  constructor(source: string, line: number, rule: string, text: string) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    super(`${source}: line ${line}: ${rule} (got ${shown})`);
  }
}

/**
 * Reads events from NDJSON: `{"topic": …, "body": …}` names its topic; any other line is a body as it stands, JSON or
 * not (as a bad producer would send it), for `defaultTopic`. A body that is a JSON string is sent as its content, any
 * other value as its own text, byte for byte. Empty lines are skipped.
 *
 * @param source a file's path, or `-` for `stdin`.
 * @throws LineError for a line without a topic; errors of the file system as they are.
 */
export async function* lineEvents(
  source: string,
  defaultTopic: string | undefined,
  stdin: Readable = process.stdin,
): AsyncGenerator<ProducerEvent> {
  const name = source === "-" ? "standard input" : source;
  const stream = source === "-" ? stdin : createReadStream(source);
  const lines = split("\n");
  // A failing source ends the lines with its error instead of leaving them waiting.
  stream.on("error", (error: Error) => lines.destroy(error));
  let number = 0;
  for await (const raw of stream.pipe(lines) as AsyncIterable<string>) {
    number += 1;
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line.trim() === "") {
      continue;
    }
    const addressed = parseAddressed(line);
    if (addressed !== undefined) {
      yield addressed;
    } else if (defaultTopic !== undefined) {
      yield { topic: defaultTopic, body: line };
    } else {
      throw new LineError(name, number, 'must be {"topic": …, "body": …} where --topic names no topic', line);
    }
  }
}

function parseAddressed(line: string): ProducerEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "topic") || !Object.hasOwn(value, "body")) {
    return undefined;
  }
  const { topic, body } = value as { topic: unknown; body: unknown };
  if (typeof topic !== "string") {
    return undefined;
  }
  return { topic, body: typeof body === "string" ? body : textOfBody(line) };
}

/** JSON.parse would change numbers beyond 2^53 and white space. */
function textOfBody(line: string): string {
  const properties = parseTree(line)?.children ?? [];
  const node = properties.findLast(({ children }) => children?.[0]?.value === "body")?.children?.[1];
  if (node === undefined) {
    throw new Error("a body that JSON.parse found has no place in the text");
  }
  return line.slice(node.offset, node.offset + node.length);
}
