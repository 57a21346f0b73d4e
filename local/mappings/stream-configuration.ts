/** An event source mapping of a DynamoDB stream (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html). */
export interface StreamMappingConfiguration {
  uuid: string;
  streamArn: string;
  functionArn: string;
  batchSize: number;
  /** 0: a batch goes with what one poll of the stream finds. */
  windowSeconds: number;
  /** `TRIM_HORIZON`: the oldest record; `LATEST`: the first one after the mapping's start. */
  startingPosition: "TRIM_HORIZON" | "LATEST";
  /** Event patterns as JSON text; a record goes on if it matches any of them, or if there is none. */
  filters: readonly string[];
  /** `ReportBatchItemFailures` is on. */
  reportsItemFailures: boolean;
  bisectsOnError: boolean;
  /** Tries after the first; undefined: until the records expire. */
  maximumRetryAttempts: number | undefined;
  /** Undefined: as old as the stream keeps them. */
  maximumRecordAgeSeconds: number | undefined;
  /** Queue that is told of discarded records; undefined: nobody is. */
  onFailureQueueArn: string | undefined;
  /** `EventCount` metrics are sent. */
  emitsEventCounts: boolean;
  enabled: boolean;
}

/** Whether an event source's ARN is a DynamoDB stream's. */
export function isStreamArn(arn: unknown): boolean {
  return typeof arn === "string" && /^arn:aws:dynamodb:[^:]+:\d{12}:table\/[^/]+\/stream\/[^/]+$/.test(arn);
}
