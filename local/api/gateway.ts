import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { BodyTooLarge, readBody } from "./body.ts";
import { AwsError } from "./errors.ts";
import { JsonText } from "./json-text.mjs";
import type { Caller, JsonService } from "./service.ts";

/**
 * Above every payload quota of the emulated JSON services (the largest, PutRecordBatch, takes 4 MiB, which base64
 * and JSON make 5.4 MiB), so that each service answers with its own error.
 */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A service that speaks HTTP itself; its requests are passed on as they are. */
export interface HttpService {
  readonly name: string;
  readonly port: number;
  /** Asked before a request is passed on: an answer of its own is given in the service's place. */
  intercept?(request: HttpRequest, caller: Caller): HttpAnswer | undefined;
  /** Asked first of all: an answer refuses the request. */
  admit?(request: HttpRequest & Pick<RawRequest, "headers">, caller: Caller): Promise<HttpAnswer | undefined>;
  /** Asked where the service has not found what the request names: an answer is given in place of that. */
  missing?(request: HttpRequest & Pick<RawRequest, "headers">, caller: Caller): HttpAnswer | undefined;
}

/** A service of another protocol than JSON over POST (REST, form-encoded queries), which reads and writes its own bodies. */
export interface RawService {
  readonly name: string;
  /**
   * Answers one request, refusals included.
   *
   * @throws what is no refusal: the gateway answers it with status 500.
   */
  handle(request: RawRequest, caller: Caller): Promise<HttpAnswer>;
}

export interface RawRequest extends HttpRequest {
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpRequest {
  method: string;
  /** Path and query. */
  url: string;
}

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The one door to the local cloud: `AWS_ENDPOINT_URL` for every SDK client. */
export interface Gateway {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** From now on these services answer. The door opens before they do, since queue URLs hold its address. */
  attach(services: readonly Service[]): void;
  close(): Promise<void>;
}

export type Service = JsonService | HttpService | RawService;

type Services = Map<string, Service>;

/**
 * Listens on 127.0.0.1 at `port` (0: chosen by the system) and hands each request to the service that its signature
 * names (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html: the credential
 * scope). Signatures are not verified: nobody but this machine can call.
 *
 * @throws Error `EADDRINUSE` when the port is taken.
 */
export async function openGateway(port = 0): Promise<Gateway> {
  const services: Services = new Map();
  const server = createServer((request, response) => {
    route(services, request, response).catch((error: unknown) => answerError(response, error));
  });
  // Clients keep their connections; a shorter time here would race with their next request.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    attach(added) {
      for (const service of added) {
        services.set(service.name, service);
      }
    },
    close: () => close(server),
  };
}

async function route(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { name, caller } = readSignature(request);
  const service = services.get(name);
  if (service === undefined) {
    const known = [...services.keys()].join(", ");
    throw new AwsError("UnknownServiceException", `the local cloud has no service "${name}"; it has: ${known}`, {
      status: 404,
    });
  }
  if ("port" in service) {
    await hand(service, request, response, caller);
    return;
  }
  if ("handle" in service) {
    const { method = "", url = "", headers } = request;
    const body = await readBody(request, MAX_BODY_BYTES, (bytes) => bytes.toString());
    const answer = await service.handle({ method, url, headers, body }, caller);
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  const output = await service.call(actionOf(request), await readBody(request, MAX_BODY_BYTES, parseInput), caller);
  const body = JSON.stringify(output ?? {});
  // With its length known, an answer is one write instead of a sequence of chunks; as text, together with its head.
  response.writeHead(200, { "content-type": service.contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

/** `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`, and `X-Amz-Security-Token` beside it. */
function readSignature({ headers }: IncomingMessage): { name: string; caller: Caller } {
  const credential = /Credential=([^/]+)\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "");
  const [, accessKeyId, name] = credential ?? [];
  if (accessKeyId === undefined || name === undefined) {
    throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
  }
  const token = headers["x-amz-security-token"];
  return { name, caller: { accessKeyId, sessionToken: typeof token === "string" ? token : undefined } };
}

/** `X-Amz-Target: PREFIX.ACTION` */
function actionOf(request: IncomingMessage): string {
  const target = request.headers["x-amz-target"];
  const action = typeof target === "string" ? target.split(".").at(-1) : undefined;
  if (!action) {
    throw new AwsError("UnknownOperationException", "the request has no X-Amz-Target header");
  }
  return action;
}

function parseInput(body: Buffer): Record<string, unknown> {
  let input: unknown;
  try {
    input = body.length === 0 ? {} : JsonText.of(body).parse();
  } catch {
    throw new AwsError("SerializationException", "the request's body is not JSON");
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new AwsError("SerializationException", "the request's body is not a JSON object");
  }
  return input as Record<string, unknown>;
}

async function hand(
  service: HttpService,
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
): Promise<void> {
  const { method = "", url = "", headers } = request;
  const refusal = await service.admit?.({ method, url, headers }, caller);
  const answer = refusal ?? service.intercept?.({ method, url }, caller);
  if (answer === undefined) {
    passOn(service, request, response, caller);
  } else {
    request.resume();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

function passOn(service: HttpService, request: IncomingMessage, response: ServerResponse, caller: Caller): void {
  const { method = "", url = "", headers } = request;
  const upstream = forward({ host: "127.0.0.1", port: service.port, method, path: url, headers }, (answer) => {
    const instead = answer.statusCode === 404 ? service.missing?.({ method, url, headers }, caller) : undefined;
    if (instead !== undefined) {
      answer.resume();
      response.writeHead(instead.status, instead.headers).end(method === "HEAD" ? undefined : instead.body);
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on("error", (error) => answerError(response, error));
  request.pipe(upstream);
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = asAwsError(error);
  const fault = known.status < 500 ? "Sender" : "Receiver";
  const body = Buffer.from(JSON.stringify({ ...known.members, __type: known.name, message: known.message }));
  response
    .writeHead(known.status, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": body.length,
      "x-amzn-errortype": known.name,
      ...(known.queryCode ? { "x-amzn-query-error": `${known.queryCode};${fault}` } : {}),
      // The rest of a refused body is not read, so the connection cannot serve another request.
      ...(known.status === 413 ? { connection: "close" } : {}),
    })
    .end(body);
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return error instanceof BodyTooLarge
    ? new AwsError("RequestEntityTooLargeException", error.message, { status: 413 })
    : new AwsError("InternalFailure", String(error), { status: 500 });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
