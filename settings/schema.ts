import { z } from "zod";
import { lakeSections, topicTables } from "./lake-schema.ts";
import { operationSections } from "./operation-schema.ts";
import { securitySections } from "./security-schema.ts";
import { AWS, decimal, type SettingMeta, section, whole } from "./values.ts";

/**
 * What a stack may say in `Pulumi.<stack>.yaml` under `lean-ops:`, with every default, range and description: types,
 * validation and documentation all come from here. Rules that join two settings are in rules.ts.
 */

const QUEUE_ATTRIBUTES = `${AWS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`;
const SQS_MAPPING = `${AWS}/lambda/latest/dg/services-sqs-parameters.html`;
const LAMBDA_QUOTAS = `${AWS}/lambda/latest/dg/gettingstarted-limits.html`;
const SQS_CONCURRENCY = `${AWS}/lambda/latest/dg/services-sqs-scaling.html`;
const BUFFERING = `${AWS}/firehose/latest/APIReference/API_BufferingHints.html`;
const TRANSFORMATION = `${AWS}/firehose/latest/dev/data-transformation.html`;
const RETRY_OPTIONS = `${AWS}/firehose/latest/APIReference/API_RetryOptions.html`;

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

export const settingsSchema = section({
  // A topic without settings of its own is a bare `orders:` in YAML, which is null.
  topics: z.record(z.string(), topic.nullable(), { error: "must be a mapping of topic names to their settings" }).meta({
    description: "The topics, by name: each has its own queue and its own tables.",
  } satisfies SettingMeta),
  queue: queue.prefault({}),
  processor: processor.prefault({}),
  delivery: delivery.prefault({}),
  archive: archive.prefault({}),
  ...operationSections,
  ...lakeSections,
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
