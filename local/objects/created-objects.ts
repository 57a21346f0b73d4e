import { randomUUID } from "node:crypto";
import type { buildApp } from "fauxqs";

/** The emulator's HTTP server, before it listens. */
export type App = ReturnType<typeof buildApp>;

/** An object that S3 has just taken. */
export interface CreatedObject {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  /** Without its quotes. */
  eTag: string;
  by: "Put" | "Copy" | "CompleteMultipartUpload";
}

export type CreationListener = (object: CreatedObject) => void;

/**
 * Tells of created objects before their creators get an answer: there is no moment in which an object is there and
 * nobody can know of it.
 */
export class Creations {
  /** By bucket. */
  readonly #listeners = new Map<string, Set<CreationListener>>();

  listen(bucket: string, listener: CreationListener): () => void {
    const listeners = this.#listeners.get(bucket) ?? new Set();
    this.#listeners.set(bucket, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Watches every request to S3, whoever makes it. The emulator answers as soon as it has an object, and the object's
   * size is known only then: so a request that may create one is made a second time, within the process, and answered
   * with what that one was.
   */
  watch(app: App): void {
    const inner = { "x-local-inner": randomUUID() };
    app.addHook("preHandler", async (request, reply) => {
      const by = creationBy(request);
      const { bucket = "", "*": key = "" } = request.params as { bucket?: string; "*"?: string };
      const listeners = [...(this.#listeners.get(bucket) ?? [])];
      const isInner = request.headers["x-local-inner"] === inner["x-local-inner"];
      if (by === undefined || key === "" || listeners.length === 0 || isInner) return;
      const { "transfer-encoding": _, ...headers } = request.headers;
      const url = request.originalUrl;
      const answer = await app.inject({
        method: request.method as "PUT" | "POST",
        url,
        headers: { ...headers, ...inner },
        payload: request.body as Buffer,
      });
      if (answer.statusCode === 200) {
        const head = await app.inject({
          method: "HEAD",
          url: url.split("?", 1)[0] ?? url,
          headers: { host: headers.host },
        });
        const { "content-length": size, etag } = head.headers;
        for (const listener of listeners) {
          listener({ bucket, key, size: Number(size), eTag: String(etag).replaceAll('"', ""), by });
        }
      }
      return reply.code(answer.statusCode).headers(answer.headers).send(answer.rawPayload);
    });
  }
}

interface Request {
  method: string;
  query: unknown;
  headers: Readonly<Record<string, unknown>>;
}

/** How a request that succeeds creates an object; undefined if it does not. Forms that a browser posts are not seen. */
function creationBy({ method, query, headers }: Request): CreatedObject["by"] | undefined {
  const parameters = (query ?? {}) as Record<string, string | undefined>;
  if (method === "POST") {
    return parameters.uploadId === undefined ? undefined : "CompleteMultipartUpload";
  }
  if (method !== "PUT" || parameters.partNumber !== undefined || "renameObject" in parameters) {
    return undefined;
  }
  return headers["x-amz-copy-source"] === undefined ? "Put" : "Copy";
}
