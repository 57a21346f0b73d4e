import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings } from "../settings/load.ts";
import type { Gateway } from "./api/gateway.ts";
import type { JsonService } from "./api/service.ts";
import type { Clock } from "./clock.ts";
import { deliveryStreamsOf } from "./firehose/from-graph.ts";
import { FirehoseService } from "./firehose/service.ts";
import type { StackGraph } from "./graph/types.ts";
import { functionsOf } from "./lambda/from-graph.ts";
import { LambdaHost } from "./lambda/host.ts";
import { EventSourceMapping } from "./mappings/event-source-mapping.ts";
import { mappingsOf } from "./mappings/from-graph.ts";
import { type ObjectStorage, openObjectStorage } from "./objects/store.ts";
import { queueConfigurations } from "./sqs/from-graph.ts";
import { SqsService } from "./sqs/service.ts";
import { openTables, type Tables } from "./tables/duckdb.ts";
import { catalogOf } from "./tables/from-graph.ts";

export interface CloudOptions {
  gateway: Gateway;
  clock: Clock;
  /** Gets each line that a function writes to its output. */
  log(functionName: string, line: string): void;
  /** What answers SQS's calls, by default the queues themselves. */
  sqsDoor?(sqs: SqsService): JsonService;
}

/** The resources of a stack graph, realised on this machine. */
export interface Cloud {
  readonly sqs: SqsService;
  readonly tables: Tables;
  readonly objects: ObjectStorage;
  readonly firehose: FirehoseService;
  readonly mappings: readonly EventSourceMapping[];
  readonly functionCount: number;
  readonly tableCount: number;
  /** Lets what is under way finish, then ends everything. What the queues still hold is gone with them. */
  stop(): Promise<void>;
}

/**
 * Realises a stack graph: every service of it answers at the gateway from now on, and the mappings poll.
 *
 * @throws whatever AWS would refuse about the resources, before anything runs.
 */
export async function openCloud(graph: StackGraph, options: CloudOptions): Promise<Cloud> {
  const { gateway, clock, log } = options;
  const { account } = loadSettings(graph);
  const queues = queueConfigurations(graph);
  const functions = functionsOf(graph, account.concurrency);
  const mappings = mappingsOf(graph, functions);
  const streams = deliveryStreamsOf(graph);
  const catalog = catalogOf(graph);

  const closers: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close();
    }
  };
  try {
    // Away from the project, so that a function finds no package but those in its bundle.
    const workDirectory = await mkdtemp(join(tmpdir(), "lean-ops-"));
    closers.push(() => rm(workDirectory, { recursive: true, force: true }));
    const tables = await openTables(catalog);
    closers.push(() => tables.close());
    const objects = await openObjectStorage(graph);
    closers.push(() => objects.close());
    const sqs = new SqsService(queues, clock);
    closers.push(() => sqs.close());
    const lambda = new LambdaHost({
      functions,
      clock,
      region: graph.region,
      endpointUrl: gateway.endpoint,
      workDirectory,
      childrenPerFunction: availableParallelism(),
      accountConcurrency: account.concurrency,
      credentialsFor,
      log,
    });
    closers.push(() => lambda.stop());
    const firehose = new FirehoseService(streams, { invoker: lambda, tables, objects, clock });
    closers.push(() => firehose.close());
    gateway.attach([options.sqsDoor?.(sqs) ?? sqs, firehose, objects]);

    await Promise.all(functions.map(({ arn }) => lambda.warm(arn, 1)));
    const pollers = mappings.map((mapping) => {
      const queue = [...sqs.queues.values()].find(({ arn }) => arn === mapping.queueArn);
      if (queue === undefined) {
        throw new Error(`event source mapping ${mapping.uuid}: there is no queue ${mapping.queueArn}`);
      }
      return new EventSourceMapping(mapping, { queue, invoker: lambda, slots: lambda, clock });
    });
    for (const poller of pollers) {
      poller.start();
    }
    closers.push(async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
      await firehose.flush();
    });
    return {
      sqs,
      tables,
      objects,
      firehose,
      mappings: pollers,
      functionCount: functions.length,
      tableCount: catalog.tables.length,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A caller is known by its role; the local cloud checks no signature, so that nothing here is secret. */
function credentialsFor(roleArn: string) {
  return { accessKeyId: roleArn.split("/").at(-1) ?? roleArn, secretAccessKey: "local", sessionToken: "local" };
}
