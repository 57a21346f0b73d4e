import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { AccessLogs } from "./components/access-logs.ts";
import { Alerts } from "./components/alerts.ts";
import { Archive } from "./components/archive.ts";
import { Breaker } from "./components/breaker.ts";
import { Compute } from "./components/compute.ts";
import { Delivery } from "./components/delivery.ts";
import { Encryption } from "./components/encryption.ts";
import { Lake } from "./components/lake.ts";
import { Messaging } from "./components/messaging.ts";
import { Network } from "./components/network.ts";
import { Observability } from "./components/observability.ts";
import { Replay } from "./components/replay.ts";
import { readSettings } from "./settings/index.ts";
import { namesFor } from "./settings/names.ts";

const settings = readSettings();
const names = namesFor(pulumi.getProject(), pulumi.getStack());
const placement = {
  account: getCallerIdentityOutput().accountId,
  region: getRegionOutput().region,
  permissionsBoundary: settings.permissionsBoundary,
};

const encryption = new Encryption("encryption", { names, settings, placement });
const { keys } = encryption;
const network = new Network("network", { names, settings, placement, key: keys.operations });
const functionDefaults = {
  placement,
  key: keys.operations,
  network: network.functions,
  logRetentionDays: settings.logs.retentionDays,
};
const accessLogs = new AccessLogs("access-logs", { names, settings, placement }).target;
const alerts = new Alerts("alerts", { names, settings, placement, key: keys.notifications });
const lake = new Lake("lake", { names, settings, placement, key: keys.data, accessLogs });
const messaging = new Messaging("messaging", { names, settings, placement, key: keys.messages });
const delivery = new Delivery("delivery", {
  names,
  settings,
  placement,
  functionDefaults,
  keys,
  accessLogs,
  lakeBucket: lake.bucket,
  rawDatabase: lake.rawDatabase,
  rawTables: lake.rawTables,
});
const compute = new Compute("compute", {
  names,
  settings,
  placement,
  functionDefaults,
  messagesKey: keys.messages,
  queues: messaging.queues,
  deadLetterQueue: messaging.deadLetterQueue,
  topicQueueUrlPrefix: messaging.topicQueueUrlPrefix,
  deliveryStream: delivery.stream,
});
const archive = new Archive("archive", {
  names,
  settings,
  placement,
  functionDefaults,
  keys,
  accessLogs,
  deadLetterQueue: messaging.deadLetterQueue,
  errorBucket: delivery.errorBucket,
});
const replay = new Replay("replay", {
  names,
  settings,
  placement,
  functionDefaults,
  keys,
  archiveBucket: archive.bucket,
  errorTracker: archive.errorTracker,
  topicQueueUrlPrefix: messaging.topicQueueUrlPrefix,
  deliveryStream: delivery.stream,
});
const breaker = new Breaker("breaker", {
  names,
  settings,
  placement,
  functionDefaults,
  keys,
  processor: compute.processor.function,
  topicQueueUrlPrefix: messaging.topicQueueUrlPrefix,
  alertTopic: alerts.topic,
});
const observability = new Observability("observability", {
  names,
  settings,
  placement,
  alertTopic: alerts.topic,
  breakerAlarms: breaker.alarms,
});

/** By topic: where producers send. */
export const queueUrls = each(messaging.queues, (queue) => queue.url);
export const deadLetterQueue = { url: messaging.deadLetterQueue.url, arn: messaging.deadLetterQueue.arn };
export const deliveryStream = delivery.stream.name;
export const functions = {
  sqsProcessor: compute.processor.function.name,
  firehoseTransform: delivery.transform.function.name,
  dlqProcessor: archive.processor.function.name,
  errorSweep: archive.sweep.sweeper.function.name,
  replay: replay.replayer.function.name,
  circuitBreaker: breaker.breaker.function.name,
};
/** By topic, as Athena reads it. */
export const rawTables = each(lake.rawTables, (table) => pulumi.interpolate`${table.databaseName}.${table.name}`);
export const lakeBucket = lake.bucket.bucket;
export const errorBucket = delivery.errorBucket.bucket;
export const deliveryErrorsQueue = { url: archive.deliveryErrorsQueue.url };
export const archiveBucket = archive.bucket.bucket;
export const accessLogBucket = accessLogs.bucket;
export const errorTracker = archive.errorTracker.name;
export const replayFailuresQueue = { url: replay.failuresQueue.url };
export const circuitTable = breaker.table.name;
/** The security group of the functions: the endpoints of a given VPC must let it in. */
export const functionSecurityGroup = network.functions.securityGroupId;
/** ARNs of topics: where alarms open the circuit, and where people are told. */
export const breakerTopic = breaker.topic.arn;
export const alertTopic = alerts.topic.arn;
export const dashboard = observability.dashboard.dashboardName;
/** For `aws glue update-catalog --cli-input-json`, where the account's catalog optimises the tables; otherwise null. */
export const catalogOptimization = lake.optimization.catalogOptimization ?? null;

function each<From, To>(values: Readonly<Record<string, From>>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, convert(value)]));
}
