import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { JsonScanner, Shape } from "../../functions/sqs-processor/json-scan.ts";
import type { ProducerEvent } from "./event.ts";

/** An event with the number of its line in the input, from 1. */
export interface LineEvent extends ProducerEvent {
  line: number;
}

/** What cannot be sent. */
export interface InputProblem {
  /** None when it is about the input as a whole. */
  line?: number;
  /** What is wrong with the line: `is not UTF-8`. */
  problem: string;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from("\ufeff");

const ADDRESSED = new Shape({ topic: undefined, body: undefined });

/**
 * Reads events from NDJSON: `{"topic": …, "body": …}` names its topic; any other line is a body as it stands, JSON or
 * not (as a bad producer would send it), for `defaultTopic`. A body that is a JSON string is sent as its content, any
 * other value as its own text, byte for byte. Empty lines are skipped, and so is a byte order mark at the start.
 *
 * A line that is not UTF-8 or has no topic is a problem, and so is an input without events; the other lines go on.
 *
 * @param source a file's path, or `-` for `stdin`.
 * @throws errors of the file system as they are.
 */
export async function* lineEvents(
  source: string,
  defaultTopic: string | undefined,
  stdin: Readable = process.stdin,
): AsyncGenerator<LineEvent | InputProblem> {
  const scanner = new JsonScanner();
  let line = 0;
  let isEmpty = true;
  for await (const raw of byteLines(source === "-" ? stdin : createReadStream(source))) {
    line += 1;
    const bytes = bare(raw, line === 1);
    const text = bytes.toString();
    if (text.trim() === "") {
      continue;
    }
    isEmpty = false;
    if (!isUtf8(bytes)) {
      yield { line, problem: "is not UTF-8" };
      continue;
    }
    const addressed = addressedEvent(bytes, scanner);
    if (addressed !== undefined) {
      yield { line, ...addressed };
    } else if (defaultTopic !== undefined) {
      yield { line, topic: defaultTopic, body: text };
    } else {
      const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
      yield { line, problem: `must be {"topic": …, "body": …} where no --topic is given (got ${shown})` };
    }
  }
  if (isEmpty) {
    yield { problem: `no events were read from ${source === "-" ? "standard input" : source}` };
  }
}

/** Splits before decoding, so that a byte which is not UTF-8 spoils no more than its own line. */
async function* byteLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let rest = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    for (let end = rest.indexOf(LINE_FEED); end !== -1; end = rest.indexOf(LINE_FEED)) {
      yield Buffer.concat([...begun, rest.subarray(0, end)]);
      begun = [];
      rest = rest.subarray(end + 1);
    }
    begun.push(rest);
  }
  yield Buffer.concat(begun);
}

/** A line without what is no part of its text. */
function bare(line: Buffer, isFirst: boolean): Buffer {
  const start =
    isFirst && line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  return line.subarray(start, line.at(-1) === CARRIAGE_RETURN ? -1 : undefined);
}

/** Scans instead of parsing: JSON.parse would change numbers beyond 2^53 and white space. */
function addressedEvent(line: Buffer, scanner: JsonScanner): ProducerEvent | undefined {
  const members = scanner.scan(line, ADDRESSED)?.members;
  const topic = members?.get("topic");
  const body = members?.get("body");
  if (topic?.kind !== "string" || body === undefined) {
    return undefined;
  }
  return { topic: scanner.content(topic), body: body.kind === "string" ? scanner.content(body) : scanner.text(body) };
}
