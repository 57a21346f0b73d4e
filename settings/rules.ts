import { LAKE_RULES } from "./lake-rules.ts";
import { FUNCTION_NAMES, type Names } from "./names.ts";
import { producerProblems } from "./producer-rules.ts";
import type { Finding, Rule } from "./rule.ts";
import {
  archiveConcurrency,
  BREAKER_CONCURRENCY,
  DAYS_TO_ARCHIVE,
  processorConcurrency,
  type Settings,
} from "./settings.ts";

/** Executions of an account's quota that Lambda never reserves: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const UNRESERVED = 100;

/** Above this, three optimizers for each of four tables make a stack of mostly optimizers; the catalog's do the same work. */
export const MAXIMUM_TOPICS_WITH_OPTIMIZERS = 25;
const OPTIMIZERS_OF_A_TOPIC = 4 * 3;

export const TOPIC_NAME_RULE = "a topic's name must be lower-case letters, digits and dashes, and begin with a letter";

export const RULES: readonly Rule[] = [
  {
    reads: ["topics"],
    check: ({ topics }) =>
      Object.keys(topics).length > 0 ? [] : [{ path: ["topics"], rule: "must name at least one topic", value: {} }],
  },
  {
    reads: ["topics"],
    check: ({ topics }) =>
      Object.keys(topics)
        .filter((topic) => !/^[a-z][a-z0-9-]*$/.test(topic))
        .map((topic) => ({ path: ["topics", topic], rule: TOPIC_NAME_RULE, value: topic })),
  },
  {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
    reads: ["topics"],
    check: ({ topics }, names) =>
      Object.keys(topics)
        .map((topic) => ({ topic, queue: names.topicQueue(topic) }))
        .filter(({ queue }) => queue.length > 80)
        .map(({ topic, queue }) => ({
          path: ["topics", topic],
          rule: `its queue's name must be at most 80 characters, and has ${queue.length}`,
          value: queue,
        })),
  },
  {
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    reads: ["processor.timeoutSeconds", "processor.batchWindowSeconds", "queue.visibilityTimeoutSeconds"],
    check: ({ processor: { timeoutSeconds, batchWindowSeconds }, queue: { visibilityTimeoutSeconds } }) => {
      const least = timeoutSeconds + batchWindowSeconds;
      const rule =
        `must be at least processor.timeoutSeconds + processor.batchWindowSeconds = ${least}: ` +
        "a message that is still being processed must not become visible, and Lambda refuses a mapping " +
        "whose queue's visibility timeout is below the function's timeout";
      return visibilityTimeoutSeconds >= least
        ? []
        : [{ path: ["queue", "visibilityTimeoutSeconds"], rule, value: visibilityTimeoutSeconds }];
    },
  },
  {
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
    reads: ["processor.batchSize", "processor.batchWindowSeconds"],
    check: ({ processor: { batchSize, batchWindowSeconds } }) =>
      batchSize <= 10 || batchWindowSeconds >= 1
        ? []
        : [
            {
              path: ["processor", "batchWindowSeconds"],
              rule: `must be at least 1 where processor.batchSize is above 10, and it is ${batchSize}`,
              value: batchWindowSeconds,
            },
          ],
  },
  {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    reads: ["queue.retentionDays", "queue.deadLetterRetentionDays"],
    check: ({ queue: { retentionDays, deadLetterRetentionDays } }) => {
      const rule =
        `must be more than queue.retentionDays + ${DAYS_TO_ARCHIVE} = ${retentionDays + DAYS_TO_ARCHIVE}: ` +
        "a message's age counts from its first send, so one that arrives here late has only the difference left";
      return deadLetterRetentionDays > retentionDays + DAYS_TO_ARCHIVE
        ? []
        : [{ path: ["queue", "deadLetterRetentionDays"], rule, value: deadLetterRetentionDays }];
    },
  },
  {
    reads: [
      "topics.*.maximumConcurrency",
      "processor.maximumConcurrency",
      "archive.maximumConcurrency",
      "account.concurrency",
    ],
    check: accountConcurrency,
  },
  {
    reads: ["breaker.coolDownMinutes", "breaker.maximumCoolDownMinutes"],
    check: ({ breaker: { coolDownMinutes, maximumCoolDownMinutes } }) =>
      maximumCoolDownMinutes >= coolDownMinutes
        ? []
        : [
            {
              path: ["breaker", "maximumCoolDownMinutes"],
              rule: `must be at least breaker.coolDownMinutes = ${coolDownMinutes}`,
              value: maximumCoolDownMinutes,
            },
          ],
  },
  {
    reads: ["topics", "lake.optimizers"],
    check: ({ topics, lake: { optimizers } }) => {
      const count = Object.keys(topics).length;
      const rule =
        `must be "catalog" above ${MAXIMUM_TOPICS_WITH_OPTIMIZERS} topics, and there are ${count}: ` +
        `Glue needs three optimizers for each of a topic's four tables, here ${OPTIMIZERS_OF_A_TOPIC * count} resources`;
      return optimizers === "catalog" || count <= MAXIMUM_TOPICS_WITH_OPTIMIZERS
        ? []
        : [{ path: ["lake", "optimizers"], rule, value: optimizers }];
    },
  },
  { reads: ["producers", "topics"], check: producerProblems },
  {
    reads: ["network.existing"],
    check: ({ network: { existing } }) =>
      existing === undefined ||
      (existing.routeTableIds === undefined) !== (existing.endpointSecurityGroupId === undefined)
        ? []
        : [
            {
              path: ["network", "existing"],
              rule:
                "must have either routeTableIds, and the stack makes the endpoints, " +
                "or endpointSecurityGroupId, and the VPC has them already",
              value: existing,
            },
          ],
  },
  {
    reads: ["network.cidr"],
    check: ({ network: { cidr } }) => {
      const first = firstAddress(cidr);
      const rule = `must begin at the range's first address, ${first}`;
      return cidr.startsWith(`${first}/`) ? [] : [{ path: ["network", "cidr"], rule, value: cidr }];
    },
  },
  ...LAKE_RULES,
  { reads: [], check: (_settings, names) => stackNames(names) },
];

/** AWS refuses a VPC whose range begins anywhere else. */
function firstAddress(cidr: string): string {
  const [address = "", bits = "0"] = cidr.split("/");
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
}

function accountConcurrency(settings: Settings): Finding[] {
  const topics = processorConcurrency(settings);
  const archive = archiveConcurrency(settings);
  const needed = topics + archive + BREAKER_CONCURRENCY + UNRESERVED;
  if (settings.account.concurrency >= needed) {
    return [];
  }
  const rule =
    `must be at least ${needed}: the topics' maximum concurrency adds up to ${topics}, the dlq-processor's to ` +
    `${archive}, the circuit-breaker has ${BREAKER_CONCURRENCY}, and Lambda keeps ${UNRESERVED} unreserved. Lower processor.maximumConcurrency or the topics' own, or ask AWS for the Lambda quota ` +
    `"Concurrent executions" (L-B99A9384) of ${needed} or more, then set it here`;
  return [{ path: ["account", "concurrency"], rule, value: settings.account.concurrency }];
}

/** Names that the project and the stack give, whatever the settings. */
function stackNames(names: Names): Finding[] {
  // S3 allows no upper case, dots or underscores here, and Glue and Athena no upper case.
  if (!/^[a-z][a-z0-9-]*$/.test(names.prefix)) {
    const rule =
      "project and stack name must be lower-case letters, digits and dashes, for they begin every bucket's and database's name";
    return [{ path: ["stack"], rule, value: names.prefix }];
  }
  const account = "0".repeat(12);
  // Lambda, IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  // Firehose: https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
  // Scheduler: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
  // S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  const limited = [
    ...FUNCTION_NAMES.map((name) => ({ what: "function", limit: 64, name: names.functionName(name) })),
    { what: "role", limit: 64, name: names.deliveryRole },
    { what: "role", limit: 64, name: names.optimizerRole },
    { what: "role", limit: 64, name: names.sweepScheduleRole },
    { what: "role", limit: 64, name: names.flowLogRole },
    { what: "delivery stream", limit: 64, name: names.deliveryStream },
    { what: "role", limit: 64, name: names.breakerScheduleRole },
    { what: "role", limit: 64, name: names.refineryMachine },
    { what: "role", limit: 64, name: names.refineryScheduleRole },
    { what: "role", limit: 64, name: names.chat },
    { what: "schedule", limit: 64, name: names.sweepSchedule },
    { what: "schedule", limit: 64, name: names.breakerSchedule },
    { what: "schedule", limit: 64, name: names.refinerySchedule },
    { what: "bucket", limit: 63, name: names.lakeBucket(account) },
    { what: "bucket", limit: 63, name: names.errorBucket(account) },
    { what: "bucket", limit: 63, name: names.accessLogBucket(account) },
    { what: "bucket", limit: 63, name: names.archiveBucket(account) },
    { what: "bucket", limit: 63, name: names.queryBucket(account) },
  ];
  return limited
    .filter(({ limit, name }) => name.length > limit)
    .map(({ what, limit, name }) => ({
      path: ["stack"],
      rule: `the name of a ${what} must be at most ${limit} characters, and this has ${name.length}`,
      value: name,
    }));
}
