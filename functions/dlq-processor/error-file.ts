import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ObjectRange } from "../common/bucket.ts";

/**
 * Bytes of one read. A file is read in ranges and not in one stream, because a stream that waits for the archive is
 * soon an idle connection, and a read that fails can be made again.
 */
const RANGE_BYTES = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Bytes of the longest line that is read as one. Firehose takes records of 1,000 KiB
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_Record.html), which the transform does not make longer,
 * and writes them in base64: 1,365,336 bytes. The rest is room for what it says of the record.
 */
export const LONGEST_LINE = 2 * 1024 * 1024;

/** A line without its line feed; or a part of one that is longer than {@link LONGEST_LINE}. */
export interface Line {
  bytes: Uint8Array;
  /** How many bytes of the file, unzipped, come before the part; undefined where the line is whole. */
  partAt?: number;
}

export interface ErrorFile {
  /** When it was written: epoch milliseconds. */
  writtenAt: number;
  /** Without empty ones. To be read once. */
  lines: AsyncIterable<Line>;
}

/**
 * Opens a file of one JSON document a line, which may be GZIP: the stream's settings choose, the bytes tell. No more of
 * it is held than a range and a line, and a line that would be longer than any of Firehose's comes in parts.
 *
 * @param read Up to so many bytes from `start` on; undefined where there is no such file.
 * @returns undefined where there is no such file. Reading its lines throws Error if it goes meanwhile.
 */
export async function openErrorFile(
  read: (start: number, length: number) => Promise<ObjectRange | undefined>,
): Promise<ErrorFile | undefined> {
  const first = await read(0, RANGE_BYTES);
  if (first === undefined) return undefined;
  const isGzip = first.bytes[0] === 0x1f && first.bytes[1] === 0x8b;
  const pieces = ranges(first, read);
  return { writtenAt: first.modifiedAt, lines: linesOf(isGzip ? unzipped(pieces) : pieces) };
}

async function* ranges(
  first: ObjectRange,
  read: (start: number, length: number) => Promise<ObjectRange | undefined>,
): AsyncGenerator<Uint8Array> {
  yield first.bytes;
  for (let position = first.bytes.length; position < first.size; ) {
    const range = await read(position, RANGE_BYTES);
    if (range === undefined || range.bytes.length === 0) throw new Error("the file changed while it was read");
    yield range.bytes;
    position += range.bytes.length;
  }
}

function unzipped(pieces: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  // An error, and an early end of the reader, reach the other end through the pipeline.
  return pipeline(Readable.from(pieces), createGunzip(), () => {});
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const line = new LineInMaking();
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      yield* line.add(piece.subarray(start, end));
      yield* line.end();
      start = end + 1;
    }
    yield* line.add(piece.subarray(start));
  }
  yield* line.end();
}

/** What has been read of a line. */
class LineInMaking {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Bytes of the file before what is held. */
  #position = 0;
  #isCut = false;

  /** @returns what there is no room for any more. */
  *add(piece: Uint8Array): Generator<Line> {
    let rest = piece;
    while (this.#bytes + rest.length > LONGEST_LINE) {
      const room = LONGEST_LINE - this.#bytes;
      this.#hold(rest.subarray(0, room));
      this.#isCut = true;
      yield this.#taken();
      rest = rest.subarray(room);
    }
    this.#hold(rest);
  }

  /** The line feed. @returns the line, or the last part of it. */
  *end(): Generator<Line> {
    if (this.#bytes > 0) yield this.#taken();
    this.#isCut = false;
    this.#position++;
  }

  #hold(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  #taken(): Line {
    const line = { bytes: Buffer.concat(this.#pieces), ...(this.#isCut ? { partAt: this.#position } : {}) };
    this.#position += this.#bytes;
    this.#pieces = [];
    this.#bytes = 0;
    return line;
  }
}

/** The lines in lists of at most so many; a list is handed on as soon as it has `bytes` bytes. */
export async function* batches(
  lines: AsyncIterable<Line>,
  limits: { items: number; bytes: number },
): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    batch.push(line);
    bytes += line.bytes.length;
    if (batch.length === limits.items || bytes >= limits.bytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
