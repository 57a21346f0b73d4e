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
import type { Line } from "./error-file.ts";
import { classOfFirehoseError } from "./firehose-errors.ts";
import type { Failed } from "./keep.ts";
import { UNKNOWN_TYPES } from "./unknown.ts";

/** A record that Firehose could not deliver. */
export interface Undelivered {
  failed: Failed;
  /** When Firehose got it: epoch milliseconds. 0 where the line does not say. */
  arrivedAt: number;
}

/** The file that a line stands in. */
export interface FileOfLine {
  key: string;
  /** When it was written, which stands in where nothing else gives a date: epoch milliseconds. */
  writtenAt: number;
}

/**
 * Reads a line of an error file
 * (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html). The record's own bytes
 * give id, topic and date wherever they can, so that a row has one place however often it is put and fails. A line that
 * is not Firehose's is kept whole, as a record without a topic; one that is longer than any of Firehose's is kept in the
 * parts in which it comes.
 */
export function readErrorLine({ bytes: line, partAt }: Line, { key, writtenAt }: FileOfLine): Undelivered {
  if (partAt !== undefined)
    return {
      failed: partOfLine(line, `bytes ${partAt} to ${partAt + line.length - 1} of ${key}`, writtenAt),
      arrivedAt: 0,
    };
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

/** A part is no record: the same bytes may stand in many places, and each of them counts. */
function partOfLine(part: Uint8Array, place: string, writtenAt: number): Failed {
  const type = "ERROR_LINE_TOO_LONG";
  return {
    date: archiveDate(writtenAt),
    object: {
      ...keptAs(part, undeliveredId(part, place), NO_TOPIC),
      error_class: "UNKNOWN",
      error_type: type,
      error_message: `${UNKNOWN_TYPES[type]}: ${place}`,
      receive_count: 0,
    },
  };
}

type Reason = Pick<ArchiveObject, "error_class" | "error_type" | "error_message" | "receive_count">;

function failedRecord(record: Uint8Array, reason: Reason, time: number): Failed {
  const row = objectIn(record);
  const ingestedAt = typeof row?.ingestion_ts === "number" ? row.ingestion_ts * 1000 : undefined;
  const topic = isTopic(row?.topic_name) ? row.topic_name : NO_TOPIC;
  return {
    date: archiveDate(isArchiveTime(ingestedAt) ? ingestedAt : time),
    object: { ...keptAs(record, undeliveredId(record), topic), ...reason },
  };
}

function keptAs(record: Uint8Array, id: string, topic: string): Omit<Failed["object"], keyof Reason> {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const encoding = isUtf8(record) ? "utf8" : "base64";
  return {
    origin: "firehose",
    topic,
    message_id: id,
    body: bytes.toString(encoding),
    body_encoding: encoding,
    sqs_attributes: {},
    message_attributes: {},
    replay_count: 0,
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
