import type { IncomingMessage } from "node:http";

/** A body exceeds what its reader takes. */
export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the request's body exceeds ${maxBytes} bytes`);
  }
}

/** Where bodies are put together; new memory for each would cost more than reading it. */
let scratch = Buffer.allocUnsafeSlow(2 ** 18);

/**
 * Hands a request's whole body to `read`, whose bytes are used again as soon as it returns.
 *
 * With listeners: to iterate over a request costs more than all else that is done with a small one.
 *
 * @throws BodyTooLarge before the rest of it is read, which then is dropped; and whatever `read` throws.
 */
export function readBody<T>(request: IncomingMessage, maxBytes: number, read: (bytes: Buffer) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off("data", take).off("end", end).resume();
      reject(new BodyTooLarge(maxBytes));
    };
    const end = () => {
      try {
        resolve(read(joined(chunks, size)));
      } catch (error) {
        reject(error);
      }
    };
    request.on("data", take).on("end", end).on("error", reject);
  });
}

function joined(chunks: readonly Buffer[], size: number): Buffer {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  if (scratch.length < size) scratch = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size)));
  let length = 0;
  for (const chunk of chunks) length += chunk.copy(scratch, length);
  return scratch.subarray(0, length);
}
