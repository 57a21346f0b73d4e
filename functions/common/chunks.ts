export interface ChunkLimits {
  items: number;
  bytes: number;
}

/**
 * Splits a list, in its order, into as few consecutive chunks as keep within both limits. An item that alone exceeds
 * the limit of bytes gets a chunk of its own.
 */
export function chunks<T>(list: readonly T[], limits: ChunkLimits, bytesOf: (item: T) => number): T[][] {
  const all: T[][] = [];
  let chunk: T[] = [];
  let bytes = 0;
  for (const item of list) {
    const size = bytesOf(item);
    if (chunk.length > 0 && (chunk.length === limits.items || bytes + size > limits.bytes)) {
      all.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) all.push(chunk);
  return all;
}
