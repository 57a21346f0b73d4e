/** When Firehose got the record of {@link errorLine}. */
export const ARRIVED_AT = Date.UTC(2026, 10, 24, 1);

/** A RAW row, as bytes. */
export function row(given: Record<string, unknown> = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      topic_name: "orders",
      message_id: "m",
      ingestion_ts: Date.UTC(2026, 10, 23, 23) / 1000,
      ...given,
    }),
  );
}

/** A line of an error file as Firehose writes it, without its line feed. */
export function errorLine(record: Uint8Array = row(), given: Record<string, unknown> = {}): string {
  return JSON.stringify({
    attemptsMade: 4,
    arrivalTimestamp: ARRIVED_AT,
    errorCode: "Iceberg.MissingColumnWithinRecord",
    errorMessage: "The record lacks a column",
    attemptEndingTimestamp: ARRIVED_AT + 1000,
    rawData: Buffer.from(record).toString("base64"),
    ...given,
  });
}
