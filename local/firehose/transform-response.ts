import type { Invocation } from "../lambda/invoker.ts";
import { decodedBytes } from "./base64.ts";
import { recordIdOf, type TransformRequest } from "./transform-request.ts";
import type { AcceptedRecord, DeliveryRecord, Failure, Route } from "./types.ts";

/** A function's answer, record by record. */
export interface TransformAnswer {
  ok: DeliveryRecord[];
  failed: { record: AcceptedRecord; failure: Failure }[];
  /** How many the function dropped on purpose: they count as done. */
  dropped: number;
}

const PROCESSING_FAILED: Failure = {
  code: "Lambda.ProcessingFailedStatus",
  message: "The Lambda function answered ProcessingFailed for this record",
};
const MISSING: Failure = {
  code: "Lambda.MissingRecordId",
  message: "The Lambda function did not answer this record's id",
};
const DUPLICATED: Failure = {
  code: "Lambda.DuplicatedRecordId",
  message: "The Lambda function answered this record's id more than once",
};

/**
 * Reads what the transform answered
 * (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html): every record id exactly
 * once, with a result, and with data where it is Ok. An id that is missing or answered twice fails that record alone
 * [?]; an answer of another form fails the invocation, as a function error does.
 *
 * @returns A {@link Failure} where the answer as a whole cannot be used.
 */
export function readTransformResponse(
  response: Pick<Invocation, "payload" | "takeParsed">,
  request: TransformRequest,
): TransformAnswer | Failure {
  const entries = answeredRecords(response);
  if (!entries) return malformed("it is no JSON object with a list of records");
  const byId = new Map<string, Entry>();
  const twice = new Set<string>();
  for (const value of entries) {
    const entry = readEntry(value);
    if (typeof entry === "string") return malformed(entry);
    if (byId.has(entry.recordId)) twice.add(entry.recordId);
    byId.set(entry.recordId, entry);
  }
  return sortAnswers(request, byId, twice);
}

function sortAnswers(
  { records }: TransformRequest,
  byId: ReadonlyMap<string, Entry>,
  twice: ReadonlySet<string>,
): TransformAnswer {
  const answer: TransformAnswer = { ok: [], failed: [], dropped: 0 };
  for (const record of records) {
    const recordId = recordIdOf(record);
    const entry = byId.get(recordId);
    if (!entry) answer.failed.push({ record, failure: MISSING });
    else if (twice.has(recordId)) answer.failed.push({ record, failure: DUPLICATED });
    else if (entry.result === "ProcessingFailed") answer.failed.push({ record, failure: PROCESSING_FAILED });
    else if (entry.result === "Dropped") answer.dropped++;
    else answer.ok.push(delivered(record, entry));
  }
  return answer;
}

/** Where the function changed no data, its own copy is let go: records wait here by the ten thousand. */
function delivered({ data, arrival }: AcceptedRecord, answered: Extract<Entry, { result: "Ok" }>): DeliveryRecord {
  const { bytes, route } = answered;
  return { data: answered.data === data ? data : answered.data, bytes, arrival, route };
}

type Entry =
  | { recordId: string; result: "Dropped" }
  | { recordId: string; result: "ProcessingFailed" }
  | { recordId: string; result: "Ok"; data: string; bytes: number; route: Route | undefined };

/** @returns The rule that is broken, if one is. */
function readEntry(value: unknown): Entry | string {
  if (typeof value !== "object" || value === null) return "a record is no object";
  const { recordId, result, data, metadata } = value as Record<string, unknown>;
  if (typeof recordId !== "string" || recordId === "") return "a record has no recordId";
  switch (result) {
    case "Dropped":
    case "ProcessingFailed":
      // AWS's page asks for data here too, its own blueprints leave it out.
      return { recordId, result };
    case "Ok": {
      const bytes = typeof data === "string" ? decodedBytes(data) : undefined;
      if (typeof data !== "string" || bytes === undefined) return `the data of record ${recordId} is not base64`;
      return { recordId, result, data, bytes, route: readRoute(metadata) };
    }
    default:
      return `the result of record ${recordId} is none of Ok, Dropped, ProcessingFailed`;
  }
}

/** https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record-different.html */
function readRoute(metadata: unknown): Route | undefined {
  const otf = (metadata as { otfMetadata?: Record<string, unknown> } | null | undefined)?.otfMetadata;
  if (typeof otf !== "object" || otf === null) return undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    database: text(otf.destinationDatabaseName),
    table: text(otf.destinationTableName),
    operation: text(otf.operation ?? "insert"),
  };
}

function answeredRecords(response: Pick<Invocation, "payload" | "takeParsed">): readonly unknown[] | undefined {
  try {
    const answer = response.takeParsed === undefined ? JSON.parse(response.payload) : response.takeParsed();
    const records = (answer as { records?: unknown } | null)?.records;
    return Array.isArray(records) ? records : undefined;
  } catch {
    return undefined;
  }
}

/** Seen with all attempts used up, so it is retried as a function error is; AWS's page does not say so [?]. */
function malformed(rule: string): Failure {
  return { code: "Lambda.FunctionError", message: `The Lambda function's answer cannot be used: ${rule}` };
}
