import { BALANCE_TABLE } from "../functions/water-balance/statements.ts";

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
  /** Where S3 tells of each file of rows that Firehose could not deliver. */
  deliveryErrorsQueue: string;
  /** Where Lambda tells of replay requests that it gave up. */
  replayFailuresQueue: string;
  deliveryStream: string;
  /** Name of a Lambda function, and of its role. */
  functionName(name: FunctionName): string;
  /** The role that Firehose takes to deliver. */
  deliveryRole: string;
  /** The role that Glue takes to maintain the tables. */
  optimizerRole: string;
  /** The schedule of the error-sweep. */
  sweepSchedule: string;
  /** The role that the schedule takes to invoke the error-sweep. */
  sweepScheduleRole: string;
  /** What each transition of the circuit, and each request of an operator's, is written to. */
  circuitTable: string;
  /** Where the alarms that open the circuit publish, and nothing else does. */
  breakerTopic: string;
  /** Where every alarm that a person should see publishes, and the circuit breaker too. */
  alertTopic: string;
  /** The schedule that has the circuit breaker look around. */
  breakerSchedule: string;
  /** The role that the schedule takes to invoke the circuit breaker. */
  breakerScheduleRole: string;
  /** @param name within the stack; the names of those that open the circuit begin with `circuit-`, and no others do. */
  alarm(name: string): string;
  dashboard: string;
  /** The chat configurations, and the role that Amazon Q Developer takes to show an alarm in them. */
  chat: string;
  /** A tag that the topics' queues have, and no other queue: how one query finds them all. */
  topicQueueTag: { key: string; value: string };
  keyAlias(purpose: KeyPurpose): string;
  /** Where the VPC's flow logs go, and the role that writes them. */
  flowLogGroup: string;
  flowLogRole: string;
  /** What the names of all log groups of the stack match, `*` being anything. */
  logGroups: readonly string[];
  /** Bucket names are the whole world's, so they carry the account. */
  lakeBucket(account: string): string;
  /** Where S3 writes who read and wrote what in the others. */
  accessLogBucket(account: string): string;
  /** Where Firehose puts the rows that it cannot deliver. */
  errorBucket(account: string): string;
  /** Where dead letters and undelivered rows are kept. */
  archiveBucket(account: string): string;
  /** Where the answers of queries go, and what the refinery's runs write down. */
  queryBucket(account: string): string;
  /** The Athena workgroup, for analysts and for the refinery. */
  workgroup: string;
  /** What the refinery knows of each topic, and its lock. */
  refineryTable: string;
  /** The state machine that refines and counts, and the role that it takes. */
  refineryMachine: string;
  refinerySchedule: string;
  /** The role that the schedule takes to start the refinery. */
  refineryScheduleRole: string;
  /** The table that says what became of each archived message. */
  errorTracker: string;
  /** Glue allows no dashes where Athena and Firehose must read the name. */
  database(layer: Layer): string;
  table(topic: string): string;
  /** Where the curated rows of a topic go that fail its declared columns. */
  rejectedTable(topic: string): string;
  /** The view of the last row by idempotency key. */
  currentView(topic: string): string;
  /** The table in the SEMANTIC database that every run of the refinery reports to. */
  balanceTable: string;
}

/** What each of the stack's keys encrypts. */
export type KeyPurpose = "messages" | "data" | "notifications" | "operations";

export type Layer = "raw" | "curated" | "semantic";

/** Every Lambda function of the project. */
export const FUNCTION_NAMES = [
  "sqs-processor",
  "firehose-transform",
  "dlq-processor",
  "error-sweep",
  "replay",
  "circuit-breaker",
  "refinery-plan",
  "water-balance",
] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** @param project Pulumi project name. @param stack Pulumi stack name. */
export function namesFor(project: string, stack: string): Names {
  const prefix = `${project}-${stack}`;
  const topicQueuePrefix = `${prefix}-topic-`;
  return {
    prefix,
    topicQueuePrefix,
    topicQueue: (topic) => `${topicQueuePrefix}${topic}`,
    deadLetterQueue: `${prefix}-dlq`,
    deliveryErrorsQueue: `${prefix}-delivery-errors`,
    replayFailuresQueue: `${prefix}-replay-failures`,
    deliveryStream: `${prefix}-events`,
    functionName: (name) => `${prefix}-${name}`,
    deliveryRole: `${prefix}-delivery`,
    optimizerRole: `${prefix}-table-optimizer`,
    sweepSchedule: `${prefix}-error-sweep`,
    sweepScheduleRole: `${prefix}-error-sweep-schedule`,
    circuitTable: `${prefix}-circuit`,
    breakerTopic: `${prefix}-breaker`,
    alertTopic: `${prefix}-alerts`,
    breakerSchedule: `${prefix}-circuit-breaker`,
    breakerScheduleRole: `${prefix}-circuit-breaker-schedule`,
    alarm: (name) => `${prefix}-${name}`,
    dashboard: prefix,
    chat: `${prefix}-chat`,
    topicQueueTag: { key: "topicOf", value: prefix },
    keyAlias: (purpose) => `alias/${prefix}-${purpose}`,
    flowLogGroup: `/aws/vpc/${prefix}-flow-logs`,
    flowLogRole: `${prefix}-flow-logs`,
    logGroups: ["lambda", "kinesisfirehose", "vpc", "vendedlogs/states"].map(
      (service) => `/aws/${service}/${prefix}-*`,
    ),
    lakeBucket: (account) => `${prefix}-lake-${account}`,
    accessLogBucket: (account) => `${prefix}-access-${account}`,
    errorBucket: (account) => `${prefix}-errors-${account}`,
    archiveBucket: (account) => `${prefix}-archive-${account}`,
    queryBucket: (account) => `${prefix}-queries-${account}`,
    workgroup: prefix,
    refineryTable: `${prefix}-refinery`,
    refineryMachine: `${prefix}-refinery`,
    refinerySchedule: `${prefix}-refinery`,
    refineryScheduleRole: `${prefix}-refinery-schedule`,
    errorTracker: `${prefix}-error-tracker`,
    database: (layer) => underscored(`${prefix}-${layer}`),
    table: underscored,
    rejectedTable: (topic) => `${underscored(topic)}_rejected`,
    currentView: (topic) => `${underscored(topic)}_current`,
    balanceTable: BALANCE_TABLE,
  };
}

function underscored(name: string): string {
  return name.replaceAll("-", "_");
}
