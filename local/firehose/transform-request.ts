import { type Payload, written } from "../lambda/payload.ts";
import type { AcceptedRecord } from "./types.ts";

/** What one invocation of the transform is about. */
export interface TransformRequest {
  records: readonly AcceptedRecord[];
  /** Of the event, at most: with room for all that is no record. */
  bytes: number;
}

/** Lambda's bound on a request (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const PAYLOAD_LIMIT = 6 * 1024 * 1024;
/** The rest of the event: an invocation id, an ARN with a name of at most 64 characters, a region. */
const ENVELOPE_BYTES = 1024;
/** As long as AWS's own ids, so that a request is as large as it will be there. */
const RECORD_ID_LENGTH = 56;

/** Divides records into as few requests as keep each one, in order, within 6 MiB. */
export function splitRequests(records: readonly AcceptedRecord[]): TransformRequest[] {
  const requests: TransformRequest[] = [];
  let first = 0;
  let bytes = ENVELOPE_BYTES;
  const close = (end: number) => {
    if (end > first) requests.push({ records: records.slice(first, end), bytes });
    [first, bytes] = [end, ENVELOPE_BYTES];
  };
  for (const [index, record] of records.entries()) {
    const size = opening(record).length + record.data.length + CLOSING.length;
    if (bytes + size > PAYLOAD_LIMIT) close(index);
    bytes += size;
  }
  close(records.length);
  return requests;
}

/** The id that the function sees; not the one that the put answered. */
export function recordIdOf({ sequence }: AcceptedRecord): string {
  return String(sequence).padStart(RECORD_ID_LENGTH, "0");
}

/** Of a record in the event, before its data. Everything in an event is ASCII. */
function opening(record: AcceptedRecord): string {
  return `{"recordId":"${recordIdOf(record)}","approximateArrivalTimestamp":${record.arrival},"data":"`;
}

/** Behind its data; of the last one the comma gives way. */
const CLOSING = '"},';

/**
 * The event of an invocation (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html). Each attempt
 * has an id of its own; the records' ids stay.
 */
export function transformEvent(
  { records, bytes }: TransformRequest,
  deliveryStreamArn: string,
  region: string,
): Payload {
  const head = `${JSON.stringify({ invocationId: crypto.randomUUID(), deliveryStreamArn, region }).slice(0, -1)},"records":[`;
  return written(head.length + bytes, (buffer) => {
    let length = buffer.write(head, "latin1");
    for (const record of records) {
      length += buffer.write(opening(record), length, "latin1");
      // The base64 of the put goes through untouched: nothing in it needs an escape.
      length += buffer.write(record.data, length, "latin1");
      length += buffer.write(CLOSING, length, "latin1");
    }
    return length - 1 + buffer.write("]}", length - 1, "latin1");
  });
}
