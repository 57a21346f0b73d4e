import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway } from "./api/gateway.ts";
import type { JsonService } from "./api/service.ts";
import { openAthena } from "./athena/service.ts";
import type { Clock } from "./clock.ts";
import { CloudWatch } from "./cloudwatch/service.ts";
import type { GaugeSource } from "./cloudwatch/types.ts";
import { type DynamoDbService, openDynamoDb } from "./dynamodb/service.ts";
import { type FaultPlan, Faults } from "./faults/faults.ts";
import { faultTargets } from "./faults/targets.ts";
import { DataFreshness } from "./firehose/data-freshness.ts";
import { FirehoseService } from "./firehose/service.ts";
import { countThrottles } from "./firehose/throttle-count.ts";
import { GlueService } from "./glue/service.ts";
import type { StackGraph } from "./graph/types.ts";
import { Authority } from "./iam/authority.ts";
import { sessionToken } from "./iam/callers.ts";
import type { DeniedCall } from "./iam/denied.ts";
import { Guard } from "./iam/guard.ts";
import { AsynchronousInvocations } from "./lambda/asynchronous.ts";
import { LambdaHost } from "./lambda/host.ts";
import { LambdaService } from "./lambda-api/service.ts";
import { EventSourceMapping } from "./mappings/event-source-mapping.ts";
import { MappingControl } from "./mappings/mapping-control.ts";
import { StreamMapping } from "./mappings/stream-mapping.ts";
import { BucketNotifications } from "./objects/notifications.ts";
import { type ObjectStorage, openObjectStorage } from "./objects/store.ts";
import { type Plan, planOf } from "./plan.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { SnsService } from "./sns/service.ts";
import { QueueMetrics } from "./sqs/metrics.ts";
import type { Queue } from "./sqs/queue.ts";
import { SqsService } from "./sqs/service.ts";
import { StepFunctionsService } from "./states/service.ts";
import { serviceCalls } from "./states/service-call.ts";
import { openTables, type Tables } from "./tables/duckdb.ts";
import type { TableStore } from "./tables/store.ts";

export interface CloudOptions {
  gateway: Gateway;
  clock: Clock;
  /** Gets each line that a function writes to its output. */
  log(functionName: string, line: string): void;
  /** Gets each call that is refused, once. */
  refused?(denied: DeniedCall): void;
  /** What answers SQS's calls, by default the queues themselves. */
  sqsDoor?(sqs: SqsService): JsonService;
  /** What takes Firehose's rows, by default the tables themselves. */
  tablesDoor?(tables: Tables): TableStore;
  /** What is to go wrong; by default nothing. */
  faults?: FaultPlan;
  /** Of each function, at the same time; by default the machine's cores, since more only wait for each other. */
  processesPerFunction?: number;
}

/** The resources of a stack graph, realised on this machine. */
export interface Cloud {
  readonly sqs: SqsService;
  readonly tables: Tables;
  readonly objects: ObjectStorage;
  readonly dynamodb: DynamoDbService;
  readonly firehose: FirehoseService;
  readonly mappings: readonly EventSourceMapping[];
  readonly streamMappings: readonly StreamMapping[];
  readonly cloudwatch: CloudWatch;
  readonly states: StepFunctionsService;
  readonly faults: Faults;
  /** Who may do what, and what was refused. */
  readonly authority: Authority;
  readonly lambda: LambdaHost;
  readonly functionCount: number;
  readonly tableCount: number;
  /** Takes nothing more from the queues and the streams, and lets what was taken come to an end. */
  drain(): Promise<void>;
  /** Ends the functions' processes and the executions, whatever they wait for: what was refused never comes to an end. */
  halt(): Promise<void>;
  /** Drains, then ends everything. What the queues still hold is gone with them. */
  stop(): Promise<void>;
}

const NO_FAULTS: FaultPlan = { asked: [], poison: false, seed: 0 };

/**
 * Realises a stack graph: every service of it answers at the gateway from now on, and the mappings poll.
 *
 * @throws whatever AWS would refuse about the resources, before anything runs.
 */
export async function openCloud(graph: StackGraph, options: CloudOptions): Promise<Cloud> {
  const plan = planOf(graph);
  const closers: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close();
    }
  };
  try {
    return { ...(await realise(plan, options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param closers what ends the parts, in the order in which they were started. */
async function realise(
  { graph, account, functions, catalog, ...plan }: Plan,
  { gateway, clock, log, ...options }: CloudOptions,
  closers: (() => void | Promise<void>)[],
): Promise<Omit<Cloud, "stop">> {
  const authority = new Authority(graph, options.refused);
  authority.checkWiring();
  const guard = new Guard(authority, graph);
  // Away from the project, so that a function finds no package but those in its bundle.
  const workDirectory = await mkdtemp(join(tmpdir(), "lean-ops-"));
  closers.push(() => rm(workDirectory, { recursive: true, force: true }));
  const tables = await openTables(catalog);
  closers.push(() => tables.close());
  const objects = await openObjectStorage(graph);
  closers.push(() => objects.close());
  const dynamodb = await openDynamoDb(plan.dynamoTables, clock);
  closers.push(() => dynamodb.close());
  const sqs = new SqsService(plan.queues, clock);
  closers.push(() => sqs.close());
  const queueOf = queuesByArn(sqs);
  // Its sources are made later, since they record to it.
  const gauges: GaugeSource[] = [new QueueMetrics(sqs.queues.values(), clock)];
  const cloudwatch = new CloudWatch(plan.monitoring, {
    clock,
    gauges,
    publish: async (topicArn, message) => void sns.publish(topicArn, message),
  });
  const metrics = cloudwatch.sink;
  const lambda = new LambdaHost({
    functions,
    clock,
    metrics,
    region: graph.region,
    endpointUrl: gateway.endpoint,
    workDirectory,
    childrenPerFunction: options.processesPerFunction ?? availableParallelism(),
    accountConcurrency: account.concurrency,
    credentialsFor,
    log: (functionName, line) => {
      cloudwatch.log(line);
      log(functionName, line);
    },
  });
  closers.push(() => lambda.stop());
  const asynchronous = new AsynchronousInvocations({ invoker: lambda, clock, metrics });
  closers.push(() => asynchronous.stop());
  const faults = new Faults(options.faults ?? NO_FAULTS, { targets: faultTargets(graph), executions: lambda, clock });
  const firehose = new FirehoseService(plan.streams, {
    invoker: faults.transformInvoker(lambda),
    tables: faults.tables(options.tablesDoor?.(tables) ?? tables),
    objects,
    clock,
    metrics,
  });
  closers.push(() => firehose.close());
  gauges.push(new DataFreshness(firehose.streams, clock));

  const notifications = new BucketNotifications(plan.notifications, { objects, queue: queueOf, clock });
  notifications.start();
  closers.push(() => notifications.stop());
  const sns = new SnsService(plan.topics, { functions: asynchronous, queue: queueOf, clock, metrics });
  const athena = await openAthena({ workgroups: plan.workgroups, tables, objects, clock, region: graph.region });
  closers.push(() => athena.close());
  const tracked = faults.service(dynamodb);
  const call = guard.calls(
    serviceCalls({ json: [guard.json(tracked), guard.json(athena)], functions, invoker: lambda, objects }),
  );
  const states = new StepFunctionsService(plan.stateMachines, { clock, call, metrics });
  closers.push(() => states.stop());
  gateway.attach([
    guard.json(faults.service(options.sqsDoor?.(sqs) ?? sqs)),
    guard.json(countThrottles(faults.service(firehose), firehose.streams)),
    guard.json(tracked),
    guard.s3(faults.httpService(objects)),
    guard.sns(sns),
    guard.json(cloudwatch),
    guard.json(athena),
    guard.json(new GlueService(tables.catalog, graph.account)),
    guard.json(states),
  ]);

  // What every message goes through; other functions start when they are first invoked, as on AWS.
  const onTheWay = new Set([
    ...plan.mappings.map(({ functionArn }) => functionArn),
    ...plan.streams.flatMap(({ transform }) => (transform === undefined ? [] : [transform.lambdaArn])),
  ]);
  await Promise.all(Array.from(onTheWay, (arn) => lambda.warm(arn, 1)));
  const mappings = plan.mappings.map((mapping) => {
    const queue = faults.queue(existing(queueOf(mapping.queueArn), mapping.queueArn));
    return new EventSourceMapping(mapping, { queue, invoker: lambda, slots: lambda, clock, metrics });
  });
  const streamMappings = plan.streamMappings.map((mapping) => {
    const stream = existing(dynamodb.streams.get(mapping.streamArn), mapping.streamArn);
    const onFailure = mapping.onFailureQueueArn === undefined ? undefined : queueOf(mapping.onFailureQueueArn);
    return new StreamMapping(mapping, { stream, invoker: lambda, clock, metrics, onFailure });
  });
  const control = new MappingControl([...mappings, ...streamMappings], { clock });
  const lambdaService = new LambdaService({ functions, invoker: lambda, asynchronous, mappings: control, clock });
  gateway.attach([guard.lambda(lambdaService)]);
  const scheduler = new Scheduler(plan.schedules, { invoker: lambda, executions: states, clock });
  for (const part of [cloudwatch, ...mappings, ...streamMappings, scheduler]) {
    part.start();
  }
  const drain = async (): Promise<void> => {
    // What is on its way to being enabled would be enabled after all.
    control.close();
    await Promise.all([cloudwatch, ...mappings, ...streamMappings, scheduler].map((part) => part.stop()));
    await states.drained();
    await firehose.flush();
  };
  closers.push(drain);
  const halt = async (): Promise<void> => {
    await Promise.all([lambda.stop(), states.stop()]);
  };
  return {
    sqs,
    tables,
    objects,
    dynamodb,
    firehose,
    mappings,
    streamMappings,
    cloudwatch,
    states,
    faults,
    authority,
    lambda,
    functionCount: functions.length,
    tableCount: catalog.tables.length,
    drain,
    halt,
  };
}

function queuesByArn(sqs: SqsService): (arn: string) => Queue | undefined {
  const queues = new Map(Array.from(sqs.queues.values(), (queue) => [queue.arn, queue]));
  return (arn) => queues.get(arn);
}

function existing<T>(source: T | undefined, arn: string): T {
  if (source === undefined) {
    throw new Error(`an event source mapping reads ${arn}, which does not exist`);
  }
  return source;
}

/**
 * A caller is known by its role, and a function's process by its session; the local cloud checks no signature, so that
 * nothing here is secret.
 */
function credentialsFor(roleArn: string, environment: string, functionName: string) {
  return {
    accessKeyId: roleArn.split("/").at(-1) ?? roleArn,
    secretAccessKey: "local",
    sessionToken: sessionToken(functionName, environment),
  };
}
