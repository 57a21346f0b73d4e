import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { ArchiveObject } from "../../functions/common/archive.ts";
import { type Gateway, openGateway } from "../../local/api/gateway.ts";
import { systemClock } from "../../local/clock.ts";
import { type Cloud, openCloud } from "../../local/cloud.ts";
import type { FaultPlan } from "../../local/faults/faults.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import type { Account } from "../../local/run/accounts.ts";
import { Ledger } from "../../local/run/ledger.ts";
import { accounts } from "../../local/run/observe.ts";
import { type StackOutputs, stackOutputs } from "../../local/run/outputs.ts";
import { pending } from "../../local/run/pending.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The dev stack on the local cloud, with a client of its own. */
export interface RunningStack {
  graph: StackGraph;
  outputs: StackOutputs;
  cloud: Cloud;
  gateway: Gateway;
  /** Sends bodies to a topic as a producer would. @returns their SQS message ids, in order. */
  send(topic: string, ...bodies: string[]): Promise<string[]>;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
  /** Rows of a topic's RAW table. */
  rows(topic: string): Promise<Record<string, unknown>[]>;
  /** What the archive holds. */
  archived(): Promise<ArchiveObject[]>;
  /** Where every message is, by topic. */
  accounts(): Promise<ReadonlyMap<string, Account>>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Settings in place of the stack file's, by their key without the project's name. */
  settings?: Record<string, unknown>;
  faults?: FaultPlan;
  /** By default 20: no test waits for a buffer. */
  speed?: number;
  /** By default the machine's cores. */
  processesPerFunction?: number;
  /** Gets each line that a function writes. */
  log?(functionName: string, line: string): void;
  /** What AWS has, where that is not what the program says. */
  deployed?(graph: StackGraph): StackGraph;
}

export async function startStack({
  settings = {},
  faults,
  speed = 20,
  processesPerFunction,
  log = () => {},
  deployed = (graph) => graph,
}: StackOptions = {}): Promise<RunningStack> {
  const gateway = await openGateway();
  const { config } = readStackFiles(ROOT, "dev");
  for (const [key, value] of Object.entries(settings)) {
    config[`lean-ops:${key}`] = JSON.stringify(value);
  }
  const graph = deployed(await evaluate("dev", { queueEndpoint: gateway.endpoint, config }));
  const outputs = stackOutputs(graph);
  const ledger = new Ledger(outputs.queueNames.values());
  const cloud = await openCloud(graph, {
    gateway,
    clock: systemClock(speed),
    log,
    sqsDoor: (sqs) => ledger.before(sqs),
    ...(faults ? { faults } : {}),
    ...(processesPerFunction ? { processesPerFunction } : {}),
  });
  const client = new SQSClient({
    endpoint: gateway.endpoint,
    region: graph.region,
    credentials: { accessKeyId: "producer", secretAccessKey: "local" },
  });
  return {
    graph,
    outputs,
    cloud,
    gateway,
    async send(topic, ...bodies) {
      const ids: string[] = [];
      for (const MessageBody of bodies) {
        const entry = { Id: "0", MessageBody };
        const { Successful = [], Failed = [] } = await client.send(
          new SendMessageBatchCommand({ QueueUrl: outputs.queueUrls.get(topic), Entries: [entry] }),
        );
        if (Failed[0] !== undefined) {
          throw new Error(`${Failed[0].Code}: ${Failed[0].Message}`);
        }
        ids.push(...Successful.flatMap(({ MessageId }) => MessageId ?? []));
      }
      return ids;
    },
    async settled() {
      while (pending(cloud) > 0) {
        await pause(5);
      }
    },
    rows: (topic) => cloud.tables.query(`SELECT * FROM ${outputs.rawTables.get(topic)}`),
    async archived() {
      const keys = await cloud.objects.list(outputs.archiveBucket);
      const objects = await Promise.all(keys.map((key) => cloud.objects.get(outputs.archiveBucket, key)));
      return objects.map((bytes) => JSON.parse(Buffer.from(bytes).toString()));
    },
    accounts: () => accounts(cloud, outputs, ledger),
    async stop() {
      client.destroy();
      await cloud.stop();
      await gateway.close();
    },
  };
}
