import { isUtf8 } from "node:buffer";
import type { FirehoseTransformationEventRecord } from "aws-lambda";

/**
 * Where Firehose is to put a record of a stream to Iceberg; `@types/aws-lambda` does not know it
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record-different.html).
 */
export interface RoutingMetadata {
  otfMetadata: {
    destinationDatabaseName: string;
    destinationTableName: string;
    operation: "insert";
  };
}

/** Firehose's form of an answer to one record. A failed one needs no data: the error file gets the record as it came. */
export type TransformedRecord =
  | { recordId: string; result: "Ok"; data: string; metadata: RoutingMetadata }
  | { recordId: string; result: "ProcessingFailed" };

/** Every reason for which a record is answered with ProcessingFailed, which sends it to the error prefix. */
export type FailureReason =
  /** The record is not base64 of JSON text in UTF-8. */
  | "ROW_NOT_JSON"
  /** The record is JSON, but not an object. */
  | "ROW_NOT_OBJECT"
  /** `topic_name` is none of the stack's topics. */
  | "TOPIC_UNKNOWN"
  /** The answer would be longer than Lambda allows. */
  | "RESPONSE_FULL";

/** A topic's metadata, and the bytes of an answer around the record's id and data. */
interface Route {
  metadata: RoutingMetadata;
  bytes: number;
}

/** By topic. */
export type Routes = ReadonlyMap<string, Route>;

/** 6 MB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;
const FRAME_BYTES = '{"records":[]}'.length;
const FAILURE_BYTES = bytesAround({ recordId: "", result: "ProcessingFailed" });

/** @param tables Table names by topic: the allow-list. */
export function routesTo(database: string, tables: Readonly<Record<string, string>>): Routes {
  return new Map(
    Object.entries(tables).map(([topic, table]) => {
      const metadata: RoutingMetadata = {
        otfMetadata: { destinationDatabaseName: database, destinationTableName: table, operation: "insert" },
      };
      return [topic, { metadata, bytes: bytesAround({ recordId: "", result: "Ok", data: "", metadata }) }];
    }),
  );
}

function bytesAround(answer: TransformedRecord): number {
  return Buffer.byteLength(JSON.stringify(answer)) + ",".length;
}

export interface Transformation {
  records: TransformedRecord[];
  /** How many records failed, by reason. */
  failures: Partial<Record<FailureReason, number>>;
}

/**
 * Tells Firehose the table of each row, by the row's own `topic_name`, and leaves the row as it is. A record that is
 * no row of a known topic fails alone. Every record is parsed in full, because a text that only begins like a row would
 * be delivered as a good one.
 *
 * An answer is longer than its request by each record's metadata. With a buffer of 1 MiB, Firehose's default for
 * Iceberg, it still cannot reach the limit: the smallest rows have about 160 bytes, so that at most 6,600 share a
 * buffer, each answered in less than 600 bytes (names of at most 80 characters), in all less than 4 MB; a last record
 * that overruns the buffer adds at most 1.4 MB. From 2 MiB on small rows can exceed it. Those that do not fit then fail
 * and reach the error prefix, which keeps their data; an answer beyond the limit would be tried three times more and
 * then send the whole batch there. Putting them to the stream again would need a client, a permission, and a guard
 * against going in circles, for a case that the buffer's size rules out.
 */
export function transform(records: readonly FirehoseTransformationEventRecord[], routes: Routes): Transformation {
  const failures: Transformation["failures"] = {};
  // Room to fail is set aside for every record.
  let room = MAX_RESPONSE_BYTES - FRAME_BYTES;
  for (const { recordId } of records) room -= FAILURE_BYTES + recordId.length;

  const answer = ({ recordId, data }: FirehoseTransformationEventRecord): TransformedRecord => {
    let route = routeOf(data, routes);
    if (typeof route !== "string") {
      const { metadata, bytes } = route;
      const more = bytes + data.length - FAILURE_BYTES;
      if (more <= room) {
        room -= more;
        return { recordId, result: "Ok", data, metadata };
      }
      route = "RESPONSE_FULL";
    }
    failures[route] = (failures[route] ?? 0) + 1;
    return { recordId, result: "ProcessingFailed" };
  };
  return { records: records.map(answer), failures };
}

function routeOf(data: unknown, routes: Routes): Route | FailureReason {
  const bytes = typeof data === "string" ? decoded(data) : undefined;
  if (bytes === undefined || !isUtf8(bytes)) return "ROW_NOT_JSON";
  let row: unknown;
  try {
    row = JSON.parse(bytes.toString());
  } catch {
    return "ROW_NOT_JSON";
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) return "ROW_NOT_OBJECT";
  const { topic_name: topic }: { topic_name?: unknown } = row;
  return (typeof topic === "string" && routes.get(topic)) || "TOPIC_UNKNOWN";
}

/**
 * The decoder passes over what is no base64; Firehose, which gets the same text in the answer, need not.
 *
 * @returns undefined where the text is not base64, padding and all.
 */
function decoded(data: string): Buffer | undefined {
  const bytes = Buffer.from(data, "base64");
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  const isWhole = data.length % 4 === 0 && bytes.length === (data.length / 4) * 3 - padding;
  return isWhole && !data.includes("-") && !data.includes("_") ? bytes : undefined;
}
