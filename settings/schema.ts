import { z } from "zod";
import { lakeSections, topicTables } from "./lake-schema.ts";
import { securitySections } from "./security-schema.ts";
import { AWS, choice, decimal, matching, type SettingMeta, section, whole } from "./values.ts";

/**
 * What a stack may say in `Pulumi.<stack>.yaml` under `lean-ops:`, with every default, range and description: types,
 * validation and documentation all come from here. Rules that join two settings are in rules.ts.
 */

const QUEUE_ATTRIBUTES = `${AWS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`;
const SQS_MAPPING = `${AWS}/lambda/latest/dg/services-sqs-parameters.html`;
const SQS_FAILURES = `${AWS}/lambda/latest/dg/services-sqs-errorhandling.html`;
const LAMBDA_QUOTAS = `${AWS}/lambda/latest/dg/gettingstarted-limits.html`;
const SQS_CONCURRENCY = `${AWS}/lambda/latest/dg/services-sqs-scaling.html`;
const BUFFERING = `${AWS}/firehose/latest/APIReference/API_BufferingHints.html`;
const TRANSFORMATION = `${AWS}/firehose/latest/dev/data-transformation.html`;
const RETRY_OPTIONS = `${AWS}/firehose/latest/APIReference/API_RetryOptions.html`;
const ALARMS = `${AWS}/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html`;
const CHAT = `${AWS}/chatbot/latest/adminguide/setting-up.html`;

/** The days for which CloudWatch Logs can keep events (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Above this, two alarms a topic make a list that nobody reads, and metrics by topic are the larger part of the bill. */
export const MAXIMUM_TOPICS_IN_DETAIL = 100;

const maximumConcurrency = whole(2, 1000);

const topic = section({
  maximumConcurrency: maximumConcurrency.optional().meta({
    description: "Batches of this topic that are processed at the same time.",
    unit: "executions",
    derived: "processor.maximumConcurrency",
    page: SQS_CONCURRENCY,
  } satisfies SettingMeta),
  ...topicTables,
});

const queue = section({
  visibilityTimeoutSeconds: whole(0, 43_200)
    .optional()
    .meta({
      description:
        "How long a received message stays hidden from other receivers. AWS advises six times the function's timeout; three keeps ten receives within a quarter of an hour.",
      unit: "seconds",
      derived: "3 × processor.timeoutSeconds, or 2 × it and the batch window where the window is longer",
      page: `${AWS}/lambda/latest/dg/services-sqs-configure.html`,
    } satisfies SettingMeta),
  // SQS takes 1 as well. By the shortest delays of the schedule of retries, a message that Firehose's outage meets is
  // received at 0, 60, 180, 420, 900 s and every 480 s from there: for the tenth time after 3,300 s, and at 3,780 s it is
  // either received again or dead-lettered. With 9 it would be dead-lettered at 3,300 s.
  maxReceiveCount: whole(10, 1000, "an outage of an hour can use 10 receives, and with fewer it dead-letters messages")
    .default(10)
    .meta({
      description:
        "Receives of a message before SQS moves it to the dead-letter queue. AWS advises at least 5; an outage of an hour uses 8 on average and 10 at most.",
      unit: "receives",
      page: `${AWS}/lambda/latest/dg/services-sqs-configure.html`,
    } satisfies SettingMeta),
  retentionDays: whole(1, 14)
    .default(4)
    .meta({
      description: "How long SQS keeps a message that nobody deletes. What expires here reaches no dead-letter queue.",
      unit: "days",
      page: QUEUE_ATTRIBUTES,
    } satisfies SettingMeta),
  deadLetterRetentionDays: whole(1, 14)
    .default(14)
    .meta({
      description: "How long the dead-letter queue keeps a message, counted from its first send to the topic's queue.",
      unit: "days",
      page: `${AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html`,
    } satisfies SettingMeta),
  dataKeyReuseSeconds: whole(60, 86_400)
    .default(3600)
    .meta({
      description:
        "How long SQS uses a data key again before it asks KMS for another, for each queue and each of its senders and receivers. A longer time costs fewer calls of KMS, and leaves those who lost access to the key with it for as long.",
      unit: "seconds",
      page: `${AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html`,
    } satisfies SettingMeta),
});

const processor = section({
  timeoutSeconds: whole(1, 30)
    .default(30)
    .meta({
      description: "Timeout of the sqs-processor. The schedule of retries is built on at most 30 s.",
      unit: "seconds",
      page: LAMBDA_QUOTAS,
    } satisfies SettingMeta),
  memoryMb: whole(128, 10_240)
    .default(512)
    .meta({
      description: "Memory of the sqs-processor; its share of a CPU grows with it.",
      unit: "MB",
      page: LAMBDA_QUOTAS,
    } satisfies SettingMeta),
  batchSize: whole(1, 10_000)
    .default(100)
    .meta({
      description: "Messages in a batch, at most. The larger, the more neighbours a crash takes with it.",
      unit: "messages",
      page: SQS_MAPPING,
    } satisfies SettingMeta),
  batchWindowSeconds: whole(0, 300)
    .default(1)
    .meta({
      description: "How long Lambda gathers messages for a batch, at most. Batches above 10 need at least 1 s.",
      unit: "seconds",
      page: SQS_MAPPING,
    } satisfies SettingMeta),
  maximumConcurrency: maximumConcurrency.default(50).meta({
    description:
      "Batches of one topic that are processed at the same time, for each topic that does not say otherwise. The function's reserved concurrency is the sum over the topics.",
    unit: "executions",
    page: SQS_CONCURRENCY,
  } satisfies SettingMeta),
});

const transform = section({
  timeoutSeconds: whole(1, 300)
    .default(30)
    .meta({
      description: "Timeout of the firehose-transform. Firehose waits for at most 5 minutes, and tries three times.",
      unit: "seconds",
      page: TRANSFORMATION,
    } satisfies SettingMeta),
  memoryMb: whole(128, 10_240)
    .default(512)
    .meta({
      description: "Memory of the firehose-transform; its share of a CPU grows with it.",
      unit: "MB",
      page: LAMBDA_QUOTAS,
    } satisfies SettingMeta),
  bufferSeconds: whole(0, 900)
    .default(10)
    .meta({
      description: "How long Firehose gathers records for one call of the transform, at most.",
      unit: "seconds",
      page: TRANSFORMATION,
    } satisfies SettingMeta),
  // Firehose takes 3 as well.
  bufferMb: decimal(0.2, 1, "the transform's answer to more small rows would exceed Lambda's 6 MB")
    .default(1)
    .meta({
      description:
        "How much Firehose gathers for one call of the transform, at most. The answer to a full buffer of small rows is several times as long, and must not exceed Lambda's 6 MB.",
      unit: "MiB",
      page: TRANSFORMATION,
    } satisfies SettingMeta),
});

const delivery = section({
  bufferSeconds: whole(0, 900)
    .default(60)
    .meta({
      description: "How long Firehose gathers rows before it commits them to the tables, at most.",
      unit: "seconds",
      page: BUFFERING,
    } satisfies SettingMeta),
  bufferMb: whole(1, 128)
    .default(64)
    .meta({
      description: "How much Firehose gathers before it commits rows to the tables, at most.",
      unit: "MiB",
      page: BUFFERING,
    } satisfies SettingMeta),
  retrySeconds: whole(0, 7200)
    .default(3600)
    .meta({
      description: "How long Firehose retries a failed delivery before the rows go to the error bucket.",
      unit: "seconds",
      page: RETRY_OPTIONS,
    } satisfies SettingMeta),
  transform: transform.prefault({}),
});

const archive = section({
  timeoutSeconds: whole(30, 900)
    .default(30)
    .meta({
      description: "Timeout of the dlq-processor. Its queues' visibility timeout is three times as long.",
      unit: "seconds",
      page: LAMBDA_QUOTAS,
    } satisfies SettingMeta),
  memoryMb: whole(128, 10_240)
    .default(512)
    .meta({
      description: "Memory of the dlq-processor; its share of a CPU grows with it.",
      unit: "MB",
      page: LAMBDA_QUOTAS,
    } satisfies SettingMeta),
  batchSize: whole(1, 100)
    .default(10)
    .meta({
      description:
        "Dead letters in a batch, at most. Above 10 Lambda gathers them for a second, which it asks for; a batch gains little, since each message is archived by itself.",
      unit: "messages",
      page: SQS_MAPPING,
    } satisfies SettingMeta),
  maximumConcurrency: maximumConcurrency.default(10).meta({
    description: "Batches of dead letters that are archived at the same time.",
    unit: "executions",
    page: SQS_CONCURRENCY,
  } satisfies SettingMeta),
});

const breaker = section({
  errorPercent: whole(1, 99)
    .default(50)
    .meta({
      description:
        "The circuit opens where more than this share of the messages that were handed to Firehose or to the dead-letter queue within a minute came back.",
      unit: "percent",
      page: ALARMS,
    } satisfies SettingMeta),
  minimumMessages: whole(1, 10_000)
    .default(10)
    .meta({
      description: "Messages that must have been handed on within a minute, before their share of failures counts.",
      unit: "messages",
      page: ALARMS,
    } satisfies SettingMeta),
  coolDownMinutes: whole(1, 60)
    .default(5)
    .meta({
      description:
        "How long the circuit stays open before the first probe. After each probe that fails it stays open for twice as long as before.",
      unit: "minutes",
      page: SQS_FAILURES,
    } satisfies SettingMeta),
  maximumCoolDownMinutes: whole(1, 60)
    .default(15)
    .meta({
      description: "How long the circuit stays open between two probes, at most.",
      unit: "minutes",
      page: SQS_FAILURES,
    } satisfies SettingMeta),
  probeMinutes: whole(1, 10)
    .default(2)
    .meta({
      description:
        "How long a probe lasts, at most: the mapping of one topic is enabled, and its messages decide whether the circuit closes.",
      unit: "minutes",
      page: SQS_FAILURES,
    } satisfies SettingMeta),
});

const alerts = section({
  emails: z
    .array(z.email({ error: "must be an e-mail address" }), { error: "must be a list of e-mail addresses" })
    .default([])
    .meta({
      description:
        "Who is told of alarms and of what the circuit breaker does. Each address has to confirm its subscription once.",
      page: `${AWS}/sns/latest/dg/sns-email-notifications.html`,
    } satisfies SettingMeta),
  slack: section({
    workspaceId: matching(/^[0-9A-Z]{1,255}$/, "a Slack workspace's id, such as T07EA123LEP").meta({
      description: "The Slack workspace, which an administrator has authorised in the console once.",
      page: CHAT,
    } satisfies SettingMeta),
    channelId: matching(/^[A-Za-z0-9]{1,255}$/, "a Slack channel's id, such as C07EZ1ABC23").meta({
      description: "The channel that is told of alarms; a private one must invite the app @Amazon Q first.",
      page: CHAT,
    } satisfies SettingMeta),
  }).optional(),
  teams: section({
    tenantId: matching(UUID, "a Microsoft tenant's id, a UUID").meta({
      description: "The tenant of Microsoft 365.",
      page: CHAT,
    } satisfies SettingMeta),
    teamId: matching(UUID, "a team's id, a UUID").meta({
      description: "The team, which an administrator has authorised in the console once.",
      page: CHAT,
    } satisfies SettingMeta),
    channelId: matching(
      /^[\w=+/.,-]*%3[aA][\w=+/.,-]*%40[\w=+/.,-]*$/,
      "a channel's id as its link has it, such as 19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
    ).meta({
      description: "The channel that is told of alarms, as it is written in the channel's link.",
      page: CHAT,
    } satisfies SettingMeta),
  }).optional(),
});

const observability = section({
  freshnessMinutes: whole(1, 720)
    .default(15)
    .meta({
      description:
        "An alarm tells of a topic whose oldest message has waited for longer than this, and of rows that Firehose has held for longer than this and its buffers.",
      unit: "minutes",
      page: `${AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html`,
    } satisfies SettingMeta),
  topicMetrics: z
    .boolean({ error: "must be true or false" })
    .optional()
    .meta({
      description:
        "Whether the sqs-processor counts messages by topic as well as in all; failures of a dependency always are. Lambda then counts the events of each topic's mapping, too. Each count of a topic is a custom metric.",
      derived: `true up to ${MAXIMUM_TOPICS_IN_DETAIL} topics`,
      page: `${AWS}/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html`,
    } satisfies SettingMeta),
  queueAlarms: choice(["each", "query"])
    .optional()
    .meta({
      description:
        "How the topics' queues are watched: by alarms of their own, or by one Metrics Insights query over the queues' tag for all of them, which the account has to allow once.",
      derived: `each up to ${MAXIMUM_TOPICS_IN_DETAIL} topics, query above`,
      page: `${AWS}/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html`,
    } satisfies SettingMeta),
});

const account = section({
  concurrency: whole(1, 1_000_000)
    .default(1000)
    .meta({
      description:
        "The account's quota of concurrent executions in this region; new accounts may have less than the usual 1,000. Lambda keeps 100 of them unreserved.",
      unit: "executions",
      page: `${AWS}/lambda/latest/dg/configuration-concurrency.html`,
    } satisfies SettingMeta),
  activeQueries: whole(1, 10_000)
    .default(20)
    .meta({
      description:
        "The account's quota of active DML queries in Athena in this region; 20 is the least that AWS gives, and most regions have more.",
      unit: "queries",
      page: `${AWS}/general/latest/gr/athena.html`,
    } satisfies SettingMeta),
});

const logs = section({
  retentionDays: z
    .literal(LOG_RETENTION_DAYS, { error: `must be one of ${LOG_RETENTION_DAYS.join(", ")}` })
    .default(30)
    .meta({
      description: "How long CloudWatch keeps the functions' and the delivery stream's logs.",
      unit: "days",
      page: `${AWS}/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html`,
    } satisfies SettingMeta),
});

export const settingsSchema = section({
  // A topic without settings of its own is a bare `orders:` in YAML, which is null.
  topics: z.record(z.string(), topic.nullable(), { error: "must be a mapping of topic names to their settings" }).meta({
    description: "The topics, by name: each has its own queue and its own tables.",
  } satisfies SettingMeta),
  queue: queue.prefault({}),
  processor: processor.prefault({}),
  delivery: delivery.prefault({}),
  archive: archive.prefault({}),
  breaker: breaker.prefault({}),
  alerts: alerts.prefault({}),
  observability: observability.prefault({}),
  account: account.prefault({}),
  ...lakeSections,
  logs: logs.prefault({}),
  ...securitySections,
  deletionProtection: z
    .boolean({ error: "must be true or false" })
    .default(true)
    .meta({
      description:
        "Refuses to delete what holds data (buckets, databases, tables), and lets `pulumi destroy` empty no bucket.",
    } satisfies SettingMeta),
});

/** The settings as written, with the schema's defaults. */
export type ParsedSettings = z.output<typeof settingsSchema>;
