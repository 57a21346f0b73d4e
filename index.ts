import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import type { CatalogTable } from "@pulumi/aws/glue/index.js";
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
import { Refinery } from "./components/refinery.ts";
import { Replay } from "./components/replay.ts";
import { WaterBalance } from "./components/water-balance.ts";
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
  rawDatabase: lake.databases.raw,
  rawTables: each(lake.tables, ({ raw }) => raw),
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
const waterBalance = new WaterBalance("water-balance", {
  names,
  settings,
  placement,
  functionDefaults,
  dataKey: keys.data,
  lake,
  processor: compute.processor.function,
  archiver: archive.processor.function,
  deliveryStream: delivery.stream,
});
const refinery = new Refinery("refinery", {
  names,
  settings,
  placement,
  functionDefaults,
  dataKey: keys.data,
  lake,
  waterBalance: waterBalance.comparer.function,
});
const observability = new Observability("observability", {
  names,
  settings,
  placement,
  alertTopic: alerts.topic,
  breakerAlarms: breaker.alarms,
  refinery: refinery.machine,
});

/** By topic: where producers send. */
export const queueUrls = each(messaging.openQueues, (queue) => queue.url);
export const deadLetterQueue = { url: messaging.deadLetterQueue.url, arn: messaging.deadLetterQueue.arn };
export const deliveryStream = delivery.stream.name;
export const functions = {
  sqsProcessor: compute.processor.function.name,
  firehoseTransform: delivery.transform.function.name,
  dlqProcessor: archive.processor.function.name,
  errorSweep: archive.sweep.sweeper.function.name,
  replay: replay.replayer.function.name,
  circuitBreaker: breaker.breaker.function.name,
  refineryPlan: refinery.plan.function.name,
  waterBalance: waterBalance.comparer.function.name,
};
/** By topic, as Athena reads them. */
export const rawTables = each(lake.tables, ({ raw }) => asAthenaReads(raw));
export const curatedTables = each(lake.tables, ({ curated }) => asAthenaReads(curated));
export const semanticTables = each(lake.tables, ({ semantic }) => asAthenaReads(semantic));
export const rejectedTables = each(lake.tables, ({ rejected }) => asAthenaReads(rejected));
export const balanceTable = asAthenaReads(lake.balanceTable);
export const workgroup = lake.queries.workgroup.name;
export const refineryMachine = refinery.machine.arn;
/** What the refinery knows of each topic, and its lock. */
export const refineryTable = lake.progress.name;
export const queryBucket = lake.queries.bucket.bucket;
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

function asAthenaReads({ databaseName, name }: CatalogTable): pulumi.Output<string> {
  return pulumi.interpolate`${databaseName}.${name}`;
}

function each<From, To>(values: Readonly<Record<string, From>>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, convert(value)]));
}
