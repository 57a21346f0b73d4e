import { z } from "zod";
import { AWS, choice, matching, type SettingMeta, section, whole } from "./values.ts";

/** The sections of the settings that say how a stack is watched and stopped, and what its account has. */

const SQS_FAILURES = `${AWS}/lambda/latest/dg/services-sqs-errorhandling.html`;
const ALARMS = `${AWS}/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html`;
const CHAT = `${AWS}/chatbot/latest/adminguide/setting-up.html`;

/** The days for which CloudWatch Logs can keep events (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Above this, two alarms a topic make a list that nobody reads, and metrics by topic are the larger part of the bill. */
export const MAXIMUM_TOPICS_IN_DETAIL = 100;

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

export const operationSections = {
  breaker: breaker.prefault({}),
  alerts: alerts.prefault({}),
  observability: observability.prefault({}),
  account: account.prefault({}),
  logs: logs.prefault({}),
};
