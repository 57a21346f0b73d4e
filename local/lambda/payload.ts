/** Buffers that wait to be used again, the most recent at the end. */
const free: Buffer[] = [];
/** More are left to the garbage collector. */
const KEPT = 8;

/** The payload of an invocation, in memory that is used again. */
export interface Payload {
  /** JSON text in UTF-8; not to be read after the release. */
  bytes: Buffer;
  release(): void;
}

/**
 * Has a payload written into memory that is used again. A payload of many records is never one string: strings and buffers
 * beyond 128 KB get memory of their own from the system each time, whose first touch costs ten times as much as all that is
 * done to the text (docs/decisions.md).
 *
 * @param bytes that it has at most.
 * @param write returns how many it has.
 */
export function written(bytes: number, write: (buffer: Buffer) => number): Payload {
  const buffer = take(bytes);
  const length = write(buffer);
  return { bytes: buffer.subarray(0, length), release: () => void (free.length < KEPT && free.push(buffer)) };
}

/**
 * Writes the parts of a payload one after the other, commas between those of `list`.
 *
 * @param listBytes of `list` in UTF-8, without the commas.
 */
export function joined(head: string, list: readonly string[], listBytes: number, tail: string): Payload {
  return written(Buffer.byteLength(head) + listBytes + list.length + Buffer.byteLength(tail), (buffer) => {
    let length = buffer.write(head);
    for (let index = 0; index < list.length; index += 1) {
      if (index > 0) {
        buffer[length] = COMMA;
        length += 1;
      }
      length += buffer.write(list[index] as string, length);
    }
    return length + buffer.write(tail, length);
  });
}

const COMMA = 0x2c;
const LEAST = 2 ** 18;

function take(bytes: number): Buffer {
  const index = free.findLastIndex(({ length }) => length >= bytes);
  const [known] = index < 0 ? [] : free.splice(index, 1);
  return known ?? Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(bytes, LEAST))));
}
