import { JsonText } from "../api/json-text.mjs";
import { HttpConnection } from "./http-connection.mjs";

const ROOT = "/2018-06-01/runtime";

/**
 * Speaks the Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) over one connection, so
 * that an answer and the question for the next invocation can leave together.
 */
export class RuntimeClient {
  #connection;

  /** @param {string} path Of the host's Unix domain socket. @param {() => void} onGone Called when the host has gone. */
  constructor(path, onGone) {
    this.#connection = new HttpConnection({ path }, onGone, JsonText.of);
  }

  /** @returns {Promise<{headers: Map<string, string>, body: JsonText}>} The next invocation, when there is one. */
  next() {
    return this.#connection.send(`GET ${ROOT}/invocation/next HTTP/1.1\r\nhost: lambda\r\n`, []);
  }

  /** @param {string} requestId @param {readonly string[]} result JSON text, in parts. */
  respond(requestId, result) {
    return this.#post(`/invocation/${requestId}/response`, result);
  }

  /** @param {string} requestId @param {{errorType: string}} error */
  fail(requestId, error) {
    return this.#post(`/invocation/${requestId}/error`, [JSON.stringify(error)], error.errorType);
  }

  /** @param {{errorType: string}} error */
  failInit(error) {
    return this.#post("/init/error", [JSON.stringify(error)], error.errorType);
  }

  #post(path, body, errorType) {
    const type = errorType === undefined ? "" : `lambda-runtime-function-error-type: ${headerText(errorType)}\r\n`;
    return this.#connection.send(`POST ${ROOT}${path} HTTP/1.1\r\nhost: lambda\r\n${type}`, body);
  }
}

/** An error may be named anything; a header may not. */
function headerText(text) {
  return String(text).replace(/[^\x20-\x7e]/g, "?");
}
