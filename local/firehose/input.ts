import { AwsError } from "../api/errors.ts";
import { decodedBytes } from "./base64.ts";
import type { PutRecord } from "./stream.ts";

/** https://docs.aws.amazon.com/firehose/latest/dev/limits.html; sizes are before base64. */
const MAX_RECORD_BYTES = 1000 * 1024;
const MAX_BATCH_RECORDS = 500;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html */
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/**
 * Gathers what a request breaks, in the words in which AWS validates a request against its model; the error's name is
 * seen in its answers, not documented for Firehose [?].
 */
class Constraints {
  readonly #broken: string[] = [];

  check(holds: boolean, path: string, rule: string): void {
    if (!holds) this.#broken.push(`Value at '${path}' failed to satisfy constraint: Member must ${rule}`);
  }

  /** @throws AwsError `ValidationException` */
  enforce(): void {
    const count = this.#broken.length;
    if (count === 0) return;
    const head = `${count} validation error${count === 1 ? "" : "s"} detected`;
    throw new AwsError("ValidationException", `${head}: ${this.#broken.join("; ")}`);
  }
}

/** @throws AwsError `ValidationException`, `SerializationException` */
export function readStreamName(input: Record<string, unknown>): string {
  const name = input.DeliveryStreamName ?? "";
  if (typeof name !== "string") throw unreadable("DeliveryStreamName", "a string");
  const constraints = new Constraints();
  constraints.check(name !== "", "deliveryStreamName", "have length greater than or equal to 1");
  constraints.check(name === "" || STREAM_NAME.test(name), "deliveryStreamName", `match pattern ${STREAM_NAME.source}`);
  constraints.enforce();
  return name;
}

/** The record of a PutRecord. @throws AwsError `ValidationException`, `SerializationException` */
export function readRecordInput(input: Record<string, unknown>): PutRecord {
  const constraints = new Constraints();
  constraints.check(input.Record !== undefined && input.Record !== null, "record", "not be null");
  constraints.enforce();
  const record = readData(input.Record, "record", constraints);
  constraints.enforce();
  return record;
}

/**
 * The records of a PutRecordBatch.
 *
 * @throws AwsError `ValidationException`, `SerializationException`; `InvalidArgumentException` when they are too large
 *   together.
 */
export function readBatchInput(input: Record<string, unknown>): PutRecord[] {
  const given = input.Records ?? [];
  if (!Array.isArray(given)) throw unreadable("Records", "a list");
  const constraints = new Constraints();
  constraints.check(given.length >= 1, "records", "have length greater than or equal to 1");
  constraints.check(
    given.length <= MAX_BATCH_RECORDS,
    "records",
    `have length less than or equal to ${MAX_BATCH_RECORDS}`,
  );
  constraints.enforce();
  const records = given.map((record, index) => readData(record, `records.${index + 1}.member`, constraints));
  constraints.enforce();
  if (records.reduce((bytes, record) => bytes + record.bytes, 0) > MAX_BATCH_BYTES) {
    throw new AwsError("InvalidArgumentException", "Records size exceeds 4 MB limit");
  }
  return records;
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListDeliveryStreams.html */
const DEFAULT_LISTED_STREAMS = 10;
const MAX_LISTED_STREAMS = 10_000;

/** @throws AwsError `ValidationException`, `SerializationException` */
export function readListInput(input: Record<string, unknown>): { after: string; limit: number; type: unknown } {
  const limit = input.Limit ?? DEFAULT_LISTED_STREAMS;
  const after = input.ExclusiveStartDeliveryStreamName ?? "";
  if (!Number.isInteger(limit)) throw unreadable("Limit", "an integer");
  if (typeof after !== "string") throw unreadable("ExclusiveStartDeliveryStreamName", "a string");
  const constraints = new Constraints();
  constraints.check(Number(limit) >= 1, "limit", "have value greater than or equal to 1");
  constraints.check(
    Number(limit) <= MAX_LISTED_STREAMS,
    "limit",
    `have value less than or equal to ${MAX_LISTED_STREAMS}`,
  );
  constraints.enforce();
  return { after, limit: Number(limit), type: input.DeliveryStreamType ?? undefined };
}

function readData(record: unknown, path: string, constraints: Constraints): PutRecord {
  if (typeof record !== "object" || record === null) throw unreadable(path, "a structure");
  const data = (record as { Data?: unknown }).Data ?? undefined;
  if (data === undefined) {
    constraints.check(false, `${path}.data`, "not be null");
    return { data: "", bytes: 0 };
  }
  const bytes = typeof data === "string" ? decodedBytes(data) : undefined;
  if (typeof data !== "string" || bytes === undefined) throw unreadable(`${path}.data`, "base64");
  constraints.check(bytes <= MAX_RECORD_BYTES, `${path}.data`, `have length less than or equal to ${MAX_RECORD_BYTES}`);
  return { data, bytes };
}

function unreadable(path: string, shape: string): AwsError {
  return new AwsError("SerializationException", `${path} is not ${shape}`);
}
