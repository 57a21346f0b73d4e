import { connect } from "node:net";

const SEPARATOR = "\r\n\r\n";

/**
 * One HTTP/1.1 connection that is kept open. Answers come in the order of the requests, which may leave together.
 *
 * By hand, and plain JavaScript: `node:http` alone doubles the start of an empty function. All is read into, and sent
 * from, memory that is used again: the first touch of new memory costs ten times as much as what is done there
 * (docs/decisions.md). It relies on answers having a Content-Length.
 */
export class HttpConnection {
  #socket;
  /** Who waits for an answer, in the order of the requests. */
  #waiting = [];
  /** What arrived and is not yet read: `#size` bytes. */
  #received = Buffer.allocUnsafeSlow(2 ** 16);
  #size = 0;
  /** Where what is sent is put together. */
  #outgoing = Buffer.allocUnsafeSlow(2 ** 16);
  /** Of the answer whose body is arriving. */
  #head;
  #read;

  /**
   * @param {{path: string} | {host: string, port: number}} address Of a Unix domain socket, or of a TCP port.
   * @param {() => void} onGone Called when the other end has gone; answers that are due never come.
   * @param {(bytes: Buffer) => T} read Makes an answer's `body` of bytes that are used again as soon as it returns.
   * @template T
   */
  constructor(address, onGone, read) {
    this.#read = read;
    const onread = { buffer: Buffer.allocUnsafeSlow(2 ** 18), callback: (size, buffer) => this.#receive(size, buffer) };
    this.#socket = connect({ ...address, noDelay: true, onread });
    this.#socket.on("error", () => {});
    this.#socket.on("close", onGone);
    this.#socket.unref();
  }

  /**
   * @param {string} head The request line and the headers, each with its line end, but Content-Length.
   * @param {readonly string[]} body In parts; none: the request has no body.
   * @returns {Promise<{status: number, headers: Map<string, string>, body: T}>}
   */
  send(head, body) {
    const bytes = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    const length = body.length === 0 ? "" : `content-length: ${bytes}\r\n`;
    // While nothing is asked, the connection must not keep alive a process that waits for nothing else.
    this.#socket.ref();
    this.#write([`${head}${length}\r\n`, ...body], head.length * 3 + 64 + bytes);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close() {
    this.#socket.destroy();
  }

  #write(parts, room) {
    let buffer = this.#outgoing;
    // What the system has not taken yet must not be written over.
    if (this.#socket.writableLength > 0 || buffer.length < room) {
      buffer = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(room)));
    }
    let length = 0;
    for (const part of parts) {
      length += buffer.write(part, length);
    }
    this.#socket.write(buffer.subarray(0, length));
    if (buffer.length > this.#outgoing.length) {
      this.#outgoing = buffer;
    }
  }

  #receive(size, buffer) {
    if (this.#received.length < this.#size + size) {
      const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(this.#size + size)));
      this.#received.copy(larger, 0, 0, this.#size);
      this.#received = larger;
    }
    buffer.copy(this.#received, this.#size, 0, size);
    this.#size += size;
    while (this.#head !== undefined || this.#takeHead()) {
      const length = Number(this.#head.headers.get("content-length") ?? 0);
      if (this.#size < length) {
        break;
      }
      const answer = { ...this.#head, body: this.#take(length, this.#read) };
      this.#head = undefined;
      const resolve = this.#waiting.shift();
      if (this.#waiting.length === 0) {
        this.#socket.unref();
      }
      resolve?.(answer);
    }
    // Go on reading.
    return true;
  }

  #takeHead() {
    const end = this.#received.subarray(0, this.#size).indexOf(SEPARATOR);
    if (end < 0) {
      return false;
    }
    const [start, ...lines] = this.#take(end + SEPARATOR.length, (bytes) => bytes.toString())
      .trimEnd()
      .split("\r\n");
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.#head = { status: Number(start.split(" ")[1]), headers };
    return true;
  }

  /** What `read` makes of the first `length` bytes that arrived. */
  #take(length, read) {
    const taken = read(this.#received.subarray(0, length));
    this.#received.copyWithin(0, length, this.#size);
    this.#size -= length;
    return taken;
  }
}
