/** A record that a put brought, until it is transformed or delivered. */
export interface AcceptedRecord {
  /** Its place among the stream's records. */
  sequence: number;
  /** As the caller sent it: base64, in the standard alphabet, padded. */
  data: string;
  /** Size before base64. */
  bytes: number;
  /** Epoch milliseconds. */
  arrival: number;
}

/** Where a transform's answer sends a record; empty where it gave no text. */
export interface Route {
  database: string;
  table: string;
  operation: string;
}

/** A record on its way to a table. */
export interface DeliveryRecord {
  data: string;
  bytes: number;
  arrival: number;
  /** Absent without a transform, or where its answer carries no `otfMetadata`. */
  route: Route | undefined;
}

/**
 * What `!{firehose:error-output-type}` stands for; `iceberg-failed` is seen in buckets, AWS's page names it only for
 * other destinations (https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html) [?].
 */
export type ErrorOutputType = "processing-failed" | "iceberg-failed";

/** Why a record cannot go on. */
export interface Failure {
  code: string;
  message: string;
}
