import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ObjectRange } from "../common/bucket.ts";

/**
 * Bytes of one read. A file is read in ranges and not in one stream, because a stream that waits for the archive is
 * soon an idle connection, and a read that fails can be made again.
 */
const RANGE_BYTES = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

export interface ErrorFile {
  /** When it was written: epoch milliseconds. */
  writtenAt: number;
  /** Without their line feeds, and without empty ones. To be read once. */
  lines: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file of one JSON document a line, which may be GZIP: the stream's settings choose, the bytes tell. No more of
 * it is held than a range and a line.
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

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      const line = Buffer.concat([...begun, piece.subarray(start, end)]);
      begun = [];
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start < piece.length) begun.push(piece.subarray(start));
  }
  const last = Buffer.concat(begun);
  if (last.length > 0) yield last;
}

/** The lines in lists of at most so many; a list is handed on as soon as it has `bytes` bytes. */
export async function* batches(
  lines: AsyncIterable<Uint8Array>,
  limits: { items: number; bytes: number },
): AsyncGenerator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for await (const line of lines) {
    batch.push(line);
    bytes += line.length;
    if (batch.length === limits.items || bytes >= limits.bytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
