import { isUtf8 } from "node:buffer";
import {
  type ArchiveObject,
  archiveDate,
  type ErrorClass,
  isArchiveTime,
  isTopic,
  NO_TOPIC,
  undeliveredId,
} from "../common/archive.ts";
import { classOfFirehoseError } from "./firehose-errors.ts";
import type { Failed } from "./keep.ts";
import { UNKNOWN_TYPES } from "./unknown.ts";

/** A record that Firehose could not deliver. */
export interface Undelivered {
  failed: Failed;
  /** When Firehose got it: epoch milliseconds. 0 where the line does not say. */
  arrivedAt: number;
}

/**
 * Reads a line of an error file
 * (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html). The record's own bytes
 * give id, topic and date wherever they can, so that a row has one place however often it is put and fails. A line that
 * is not Firehose's is kept whole, as a record without a topic.
 *
 * @param writtenAt When the file was written, which stands in where nothing else gives a date: epoch milliseconds.
 */
export function readErrorLine(line: Uint8Array, writtenAt: number): Undelivered {
  const { rawData, errorCode, errorMessage, arrivalTimestamp, attemptsMade } = objectIn(line) ?? {};
  const data = typeof rawData === "string" ? Buffer.from(rawData, "base64") : undefined;
  // The decoder skips what is no base64, and that would be lost.
  if (data === undefined || data.toString("base64") !== rawData) {
    const type = "ERROR_LINE_UNREADABLE";
    const reason = { error_class: "UNKNOWN", error_type: type, error_message: UNKNOWN_TYPES[type] } as const;
    return { failed: failedRecord(line, { ...reason, receive_count: 0 }, writtenAt), arrivedAt: 0 };
  }
  const arrivedAt = isArchiveTime(arrivalTimestamp) ? arrivalTimestamp : 0;
  const reason = {
    ...classified(errorCode),
    error_message: typeof errorMessage === "string" ? errorMessage : "",
    receive_count: Number.isSafeInteger(attemptsMade) ? Number(attemptsMade) : 0,
  };
  return { failed: failedRecord(data, reason, arrivedAt || writtenAt), arrivedAt };
}

type Reason = Pick<ArchiveObject, "error_class" | "error_type" | "error_message" | "receive_count">;

function failedRecord(record: Uint8Array, reason: Reason, time: number): Failed {
  const row = objectIn(record);
  const ingestedAt = typeof row?.ingestion_ts === "number" ? row.ingestion_ts * 1000 : undefined;
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  return {
    date: archiveDate(isArchiveTime(ingestedAt) ? ingestedAt : time),
    object: {
      origin: "firehose",
      topic: isTopic(row?.topic_name) ? row.topic_name : NO_TOPIC,
      message_id: undeliveredId(record),
      ...(isUtf8(record)
        ? { body: bytes.toString(), body_encoding: "utf8" }
        : { body: bytes.toString("base64"), body_encoding: "base64" }),
      sqs_attributes: {},
      message_attributes: {},
      ...reason,
      replay_count: 0,
    },
  };
}

/** It goes into the tracker, which holds nothing of a record: so it must look like a code. */
const ERROR_CODE = /^[A-Za-z0-9._-]{1,100}$/;

function classified(code: unknown): { error_class: ErrorClass; error_type: string } {
  return typeof code === "string" && ERROR_CODE.test(code)
    ? { error_class: classOfFirehoseError(code), error_type: code }
    : { error_class: "UNKNOWN", error_type: "ERROR_CODE_UNREADABLE" };
}

function objectIn(json: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
