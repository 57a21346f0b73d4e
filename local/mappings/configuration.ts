/** An event source mapping of a standard SQS queue. */
export interface MappingConfiguration {
  uuid: string;
  queueArn: string;
  functionArn: string;
  batchSize: number;
  /** 0: a batch goes as soon as there is any message. */
  windowSeconds: number;
  /** Batches at once; undefined: as many as the function's concurrency admits. */
  maximumConcurrency: number | undefined;
  /** `ReportBatchItemFailures` is on. */
  reportsItemFailures: boolean;
  /** `EventCount` metrics are sent. */
  emitsEventCounts: boolean;
  enabled: boolean;
}
