/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html */
export const STREAM_VIEW_TYPES = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] as const;

/** What of an item's change its stream shows. */
export type StreamViewType = (typeof STREAM_VIEW_TYPES)[number];

/** Names of key attributes. */
export interface KeySchema {
  hash: string;
  range: string | undefined;
}

export interface IndexConfiguration {
  name: string;
  keys: KeySchema;
  projection: "ALL" | "INCLUDE" | "KEYS_ONLY";
  /** What `INCLUDE` adds to the keys. */
  nonKeyAttributes: readonly string[];
}

export interface StreamConfiguration {
  arn: string;
  /** The ARN's last part. */
  label: string;
  viewType: StreamViewType;
}

export interface TableConfiguration {
  name: string;
  arn: string;
  /** Types of the key attributes, those of the indexes included. */
  attributes: Readonly<Record<string, "S" | "N" | "B">>;
  keys: KeySchema;
  globalSecondaryIndexes: readonly IndexConfiguration[];
  /** Undefined: the table has none. */
  stream: StreamConfiguration | undefined;
}
