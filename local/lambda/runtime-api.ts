import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BodyTooLarge, readBody } from "../api/body.ts";
import { JsonText } from "../api/json-text.mjs";
import { MAX_RESPONSE_BYTES } from "./configuration.ts";

/** What the runtime in one child process says. */
export interface RuntimeListener {
  /** It asks for its next invocation; the answer is {@link RuntimeApi.hand}. */
  onNext(): void;
  /** @param payload Undefined when it exceeded what Lambda passes on. */
  onResponse(payload: JsonText | undefined): void;
  /** JSON text of an error object. */
  onError(payload: string): void;
  /** JSON text of an error object: the handler could not be loaded. */
  onInitError(payload: string): void;
}

/** An invocation as the runtime gets it. */
export interface RuntimeInvocation {
  requestId: string;
  functionArn: string;
  /** Epoch milliseconds. */
  deadline: number;
  traceId: string;
  /** JSON text in UTF-8. */
  payload: Buffer;
}

const VERSION = "/2018-06-01/runtime";

/**
 * The Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one child process: any
 * runtime client can speak to it.
 */
export class RuntimeApi {
  /** Path of the socket. */
  readonly address: string;
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #asking: ServerResponse | undefined;
  #current = "";

  private constructor(path: string, listener: RuntimeListener) {
    this.address = path;
    this.#listener = listener;
    // The runtime waits for its next invocation as long as it takes.
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, (request, response) =>
      this.#route(request, response),
    );
  }

  /**
   * Listens on a Unix domain socket: what a record costs the machine is half in the copies that TCP makes of it, even
   * from one process to the next.
   *
   * @param path of the socket, at most 100 characters. The file goes with the server.
   */
  static async open(path: string, listener: RuntimeListener): Promise<RuntimeApi> {
    const api = new RuntimeApi(path, listener);
    await new Promise<void>((resolve, reject) => {
      api.#server.once("error", reject);
      api.#server.listen(path, resolve);
    });
    return api;
  }

  /** Answers the runtime that asked for its next invocation. */
  hand(invocation: RuntimeInvocation): void {
    const response = this.#asking;
    if (response === undefined) {
      throw new Error(`Lambda Runtime API ${this.address}: the runtime has not asked for an invocation`);
    }
    this.#asking = undefined;
    this.#current = invocation.requestId;
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": invocation.payload.length,
      "lambda-runtime-aws-request-id": invocation.requestId,
      "lambda-runtime-deadline-ms": Math.floor(invocation.deadline),
      "lambda-runtime-invoked-function-arn": invocation.functionArn,
      "lambda-runtime-trace-id": invocation.traceId,
    });
    response.end(invocation.payload);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    if (request.method === "GET" && path === `${VERSION}/invocation/next`) {
      this.#asking = response;
      this.#listener.onNext();
      return;
    }
    const answer = (status: number, body: string) => {
      response.writeHead(status, { "content-type": "application/json", "content-length": body.length }).end(body);
    };
    readResponse(request).then(
      (payload) => {
        switch (path) {
          case `${VERSION}/invocation/${this.#current}/response`:
            this.#listener.onResponse(payload);
            break;
          case `${VERSION}/invocation/${this.#current}/error`:
            this.#listener.onError(payload?.text ?? "");
            break;
          case `${VERSION}/init/error`:
            this.#listener.onInitError(payload?.text ?? "");
            break;
          default:
            answer(400, '{"errorType":"InvalidRequestID","errorMessage":"no invocation of that id is under way"}');
            return;
        }
        if (payload === undefined) {
          answer(413, '{"errorType":"RequestEntityTooLarge","errorMessage":"the response is too large"}');
        } else {
          answer(202, '{"status":"OK"}');
        }
      },
      // The process died while it was speaking; its exit says so.
      () => response.destroy(),
    );
  }
}

/** The request's body; undefined when it is larger than Lambda passes on. */
async function readResponse(request: IncomingMessage): Promise<JsonText | undefined> {
  try {
    return await readBody(request, MAX_RESPONSE_BYTES, JsonText.of);
  } catch (error) {
    if (error instanceof BodyTooLarge) return undefined;
    throw error;
  }
}
