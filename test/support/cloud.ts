import { setTimeout as pause } from "node:timers/promises";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Gateway, openGateway } from "../../local/api/gateway.ts";
import { systemClock } from "../../local/clock.ts";
import { type Cloud, openCloud } from "../../local/cloud.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { type StackOutputs, stackOutputs } from "../../local/run/outputs.ts";
import { pending } from "../../local/run/pending.ts";

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
  stop(): Promise<void>;
}

/** Durations pass 20 times faster than on AWS, so that no test waits for a buffer. */
export async function startStack(config?: Record<string, string>): Promise<RunningStack> {
  const gateway = await openGateway();
  const graph = await evaluate("dev", { queueEndpoint: gateway.endpoint, ...(config ? { config } : {}) });
  const outputs = stackOutputs(graph);
  const cloud = await openCloud(graph, { gateway, clock: systemClock(20), log: () => {} });
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
    async stop() {
      client.destroy();
      await cloud.stop();
      await gateway.close();
    },
  };
}
