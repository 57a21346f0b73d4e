import { AwsError } from "../api/errors.ts";
import type { RawRequest } from "../api/gateway.ts";
import { invalidParameter } from "./errors.ts";

/** A request to Lambda, taken apart. */
export interface LambdaRequest {
  method: string;
  /** Not decoded. */
  path: string;
  query: URLSearchParams;
  headers: RawRequest["headers"];
  body: string;
}

export function readRequest({ method, url, headers, body }: RawRequest): LambdaRequest {
  // A path alone is no URL, and a base keeps one that begins with two slashes from naming a host.
  const mark = url.indexOf("?");
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1));
  return { method, path, query, headers, body };
}

/** Refuses parameters that nothing reads. */
export function onlyParameters(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw invalidParameter(`${name}: not known to the local cloud`);
  }
}

/** A part of a path, decoded. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidParameter(`the path has "${part}", which is not URL-encoded`);
  }
}

/** The body as an object. */
export function bodyOf({ body }: LambdaRequest): Record<string, unknown> {
  const value = parsed(body === "" ? "{}" : body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AwsError("SerializationException", "the request's body is not a JSON object");
  }
  return value as Record<string, unknown>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("SerializationException", "the request's body is not JSON");
  }
}
