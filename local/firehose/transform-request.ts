import { joined, type Payload } from "../lambda/payload.ts";
import type { AcceptedRecord } from "./types.ts";

/** What one invocation of the transform is about. */
export interface TransformRequest {
  records: readonly AcceptedRecord[];
  /** The ids that the function sees, aligned with the records; not those that the put answered. */
  recordIds: readonly string[];
  /** The event's `records`, each as JSON, and their bytes together. */
  texts: readonly string[];
  textBytes: number;
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
  let recordIds: string[] = [];
  let texts: string[] = [];
  const close = (end: number) => {
    const textBytes = bytes - ENVELOPE_BYTES;
    if (end > first) requests.push({ records: records.slice(first, end), recordIds, texts, textBytes });
    [first, bytes, recordIds, texts] = [end, ENVELOPE_BYTES, [], []];
  };
  for (const [index, { sequence, arrival, data }] of records.entries()) {
    const recordId = String(sequence).padStart(RECORD_ID_LENGTH, "0");
    // The base64 of the put goes through untouched: nothing in it needs an escape.
    const text = `{"recordId":"${recordId}","approximateArrivalTimestamp":${arrival},"data":"${data}"}`;
    if (bytes + text.length + 1 > PAYLOAD_LIMIT) close(index);
    bytes += text.length + 1;
    recordIds.push(recordId);
    texts.push(text);
  }
  close(records.length);
  return requests;
}

/**
 * The event of an invocation (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html). Each attempt
 * has an id of its own; the records' ids stay.
 */
export function transformEvent(
  { texts, textBytes }: TransformRequest,
  deliveryStreamArn: string,
  region: string,
): Payload {
  const head = JSON.stringify({ invocationId: crypto.randomUUID(), deliveryStreamArn, region });
  return joined(`${head.slice(0, -1)},"records":[`, texts, textBytes, "]}");
}
