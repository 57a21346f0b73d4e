export const SERVICE = "water-balance";

/** Counts that the water balance emits with every run, under the function's dimensions. */
export const BALANCE_SIGNALS = {
  /** Messages that a layer lacks or has too many of, for longer than the grace period; and rows that were put back. */
  unexplained: "RowsUnexplained",
  /** Topics of which nothing can be said: a statement failed, or its answer is missing. */
  notChecked: "TopicsNotChecked",
  /** Topics whose layers differ, for however short a time. */
  unequal: "TopicsUnequal",
  /** Topics whose layers agree, those that have nothing new included. */
  balanced: "TopicsBalanced",
  /** Rows that were rejected since the last run. */
  rejected: "RowsRejected",
  /** Duplicates that came since the last run. */
  duplicates: "RowsDuplicate",
  /** Rows that Firehose has taken and not yet committed. Only where the metrics could be read. */
  inFirehose: "RowsInFirehose",
  /** Rows that the processor forwarded and that are neither in RAW nor archived. Only where the metrics could be read. */
  ingestionUnexplained: "IngestionUnexplained",
  /** 1 where the metrics could not be read. */
  ingestionNotChecked: "IngestionNotChecked",
} as const;

export function balanceDimensions(functionName: string): { service: string; function_name: string } {
  return { service: SERVICE, function_name: functionName };
}
