import { connect } from "node:net";

const ROOT = "/2018-06-01/runtime";

/**
 * Speaks the Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) over one connection.
 *
 * HTTP by hand: `node:http` alone doubles the start of an empty function, and an answer and the question for the next
 * invocation can leave together. It relies on the Lambda host's answers having a Content-Length.
 */
export class RuntimeClient {
  #socket;
  #address;
  /** Who waits for an answer, in the order of the questions. */
  #waiting = [];
  #chunks = [];
  #size = 0;
  /** Headers of the answer whose body is arriving. */
  #headers;

  /** @param {string} address `HOST:PORT`. @param {() => void} onGone Called when the host has gone. */
  constructor(address, onGone) {
    const [host, port] = address.split(":");
    this.#address = address;
    this.#socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket.on("data", (chunk) => this.#receive(chunk));
    this.#socket.on("error", () => {});
    this.#socket.on("close", onGone);
  }

  /** @returns {Promise<{headers: Map<string, string>, body: string}>} The next invocation, when there is one. */
  next() {
    return this.#send("GET", "/invocation/next", "");
  }

  /** @param {string} requestId @param {string} result JSON text. */
  respond(requestId, result) {
    return this.#send("POST", `/invocation/${requestId}/response`, result);
  }

  /** @param {string} requestId @param {{errorType: string}} error */
  fail(requestId, error) {
    return this.#send("POST", `/invocation/${requestId}/error`, JSON.stringify(error), error.errorType);
  }

  /** @param {{errorType: string}} error */
  failInit(error) {
    return this.#send("POST", "/init/error", JSON.stringify(error), error.errorType);
  }

  #send(method, path, body, errorType) {
    const type = errorType === undefined ? "" : `lambda-runtime-function-error-type: ${headerText(errorType)}\r\n`;
    const length = method === "GET" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
    // While nothing is asked, the connection must not keep alive a process whose handler waits for nothing.
    this.#socket.ref();
    this.#socket.write(`${method} ${ROOT}${path} HTTP/1.1\r\nhost: ${this.#address}\r\n${type}${length}\r\n${body}`);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #receive(chunk) {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#headers !== undefined || this.#takeHeaders()) {
      const length = Number(this.#headers.get("content-length") ?? 0);
      if (this.#size < length) {
        return;
      }
      const answer = { headers: this.#headers, body: this.#take(length).toString() };
      this.#headers = undefined;
      const resolve = this.#waiting.shift();
      if (this.#waiting.length === 0) {
        this.#socket.unref();
      }
      resolve?.(answer);
    }
  }

  #takeHeaders() {
    const end = this.#joined().indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    const [, ...lines] = this.#take(end + 4)
      .toString("latin1")
      .trimEnd()
      .split("\r\n");
    this.#headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    return true;
  }

  #take(length) {
    const all = this.#joined();
    this.#chunks = [all.subarray(length)];
    this.#size -= length;
    return all.subarray(0, length);
  }

  #joined() {
    return this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
  }
}

/** An error may be named anything; a header may not. */
function headerText(text) {
  return String(text).replace(/[^\x20-\x7e]/g, "?");
}
