import type { IncomingHttpHeaders } from "node:http";
import type { Context } from "../context.ts";
import { type Ask, ask } from "./ask.ts";

/** A request to S3's REST API; buckets are named in the path. */
export interface S3Request {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

interface Target {
  method: string;
  /** ARN of the bucket. */
  bucket: string;
  /** ARN of the object; undefined for the bucket itself. */
  object: string | undefined;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** Parameters that say how something is answered, and not what is done. */
const NO_SUBRESOURCE =
  /^(x-id|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|response-.*|partNumber|uploadId|uploads|key-marker|upload-id-marker|max-uploads|max-parts|part-number-marker)$/;

/**
 * What a request to S3 asks for: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html
 *
 * @returns undefined for a request that is not known here: of subresources such as `?policy`, and deletions of many.
 */
export function s3Asks({ method, url, headers }: S3Request): Ask[] | undefined {
  const { pathname, searchParams: query } = new URL(url, "http://s3");
  const [, bucketName = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
  const target: Target = {
    method,
    bucket: `arn:aws:s3:::${bucketName}`,
    object: key === "" ? undefined : `arn:aws:s3:::${bucketName}/${decoded(key)}`,
    query,
    headers,
  };
  if (bucketName === "") return method === "GET" ? [ask("s3:ListAllMyBuckets", "*")] : undefined;
  if ([...query.keys()].some((name) => !NO_SUBRESOURCE.test(name))) return undefined;
  return target.object === undefined ? ofBucket(target) : ofObject(target, target.object);
}

function ofBucket({ method, bucket, query }: Target): Ask[] | undefined {
  if (query.has("uploads") && method === "GET") return [ask("s3:ListBucketMultipartUploads", bucket)];
  if (method === "GET") return [ask("s3:ListBucket", bucket, listed(query))];
  return method === "HEAD" ? [ask("s3:ListBucket", bucket)] : undefined;
}

/** A key is in the request, and so to a condition, only where the caller gives it. */
function listed(query: URLSearchParams): Context {
  const prefix = query.get("prefix");
  const delimiter = query.get("delimiter");
  return {
    ...(prefix === null ? {} : { "s3:prefix": prefix }),
    ...(delimiter === null ? {} : { "s3:delimiter": delimiter }),
  };
}

function ofObject({ method, query, headers }: Target, object: string): Ask[] | undefined {
  switch (method) {
    case "GET":
      return [ask(query.has("uploadId") ? "s3:ListMultipartUploadParts" : "s3:GetObject", object)];
    case "HEAD":
      return [ask("s3:GetObject", object)];
    case "POST":
      return query.has("uploads") || query.has("uploadId")
        ? [ask("s3:PutObject", object, written(headers))]
        : undefined;
    case "PUT":
      return [ask("s3:PutObject", object, written(headers)), ...copied(headers)];
    case "DELETE":
      return [ask(query.has("uploadId") ? "s3:AbortMultipartUpload" : "s3:DeleteObject", object)];
    default:
      return undefined;
  }
}

const ENCRYPTION_HEADERS = ["x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"];

function written(headers: IncomingHttpHeaders): Context {
  const given = ENCRYPTION_HEADERS.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[`s3:${name}`, value]] : [];
  });
  return Object.fromEntries(given);
}

function copied(headers: IncomingHttpHeaders): Ask[] {
  const source = headers["x-amz-copy-source"];
  if (typeof source !== "string") return [];
  const path = decoded(source).replace(/^\//, "").replace(/\?.*$/, "");
  return [ask("s3:GetObject", `arn:aws:s3:::${path}`)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
