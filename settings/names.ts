/**
 * Every name that more than one part of the system must agree on, derived from the project, the stack and the topic
 * and written nowhere else.
 */
export interface Names {
  /** Prefix of every physical name: `{project}-{stack}`. */
  prefix: string;
  /** What precedes the topic in a queue's name; the topic is the rest, dashes and all. */
  topicQueuePrefix: string;
  topicQueue(topic: string): string;
  deadLetterQueue: string;
  deliveryStream: string;
  /** Name of a Lambda function, and of its role. */
  functionName(name: FunctionName): string;
  /** The role that Firehose takes to deliver. */
  deliveryRole: string;
  /** The role that Glue takes to maintain the tables. */
  optimizerRole: string;
  /** Bucket names are the whole world's, so they carry the account. */
  lakeBucket(account: string): string;
  /** Where Firehose puts the rows that it cannot deliver. */
  errorBucket(account: string): string;
  /** Glue allows no dashes where Athena and Firehose must read the name. */
  database(layer: Layer): string;
  table(topic: string): string;
  /** Where the curated rows of a topic go that fail its declared columns. */
  rejectedTable(topic: string): string;
  /** The view of the last row by idempotency key. */
  currentView(topic: string): string;
}

export type Layer = "raw" | "curated" | "semantic";

export type FunctionName = "sqs-processor" | "firehose-transform";

/** @param project Pulumi project name. @param stack Pulumi stack name. */
export function namesFor(project: string, stack: string): Names {
  const prefix = `${project}-${stack}`;
  const topicQueuePrefix = `${prefix}-topic-`;
  return {
    prefix,
    topicQueuePrefix,
    topicQueue: (topic) => `${topicQueuePrefix}${topic}`,
    deadLetterQueue: `${prefix}-dlq`,
    deliveryStream: `${prefix}-events`,
    functionName: (name) => `${prefix}-${name}`,
    deliveryRole: `${prefix}-delivery`,
    optimizerRole: `${prefix}-table-optimizer`,
    lakeBucket: (account) => `${prefix}-lake-${account}`,
    errorBucket: (account) => `${prefix}-errors-${account}`,
    database: (layer) => underscored(`${prefix}-${layer}`),
    table: underscored,
    rejectedTable: (topic) => `${underscored(topic)}_rejected`,
    currentView: (topic) => `${underscored(topic)}_current`,
  };
}

function underscored(name: string): string {
  return name.replaceAll("-", "_");
}
