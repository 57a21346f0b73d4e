import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "../../functions/common/clock.ts";
import { ERROR_FILES_PREFIX, errorNotification } from "../../functions/common/error-notification.ts";
import type { TrackerItem } from "../../functions/common/error-tracker.ts";
import { REPLAY_ATTRIBUTE } from "../../functions/common/replay.ts";
import type { Gateway } from "../../local/api/gateway.ts";
import type { Cloud } from "../../local/cloud.ts";
import type { StackGraph } from "../../local/graph/types.ts";
import { OPERATOR_KEY } from "../../local/iam/access-keys.ts";
import { SqsClient } from "../../local/producer/sqs-client.ts";
import { breakerHistory } from "../../local/run/breaker.ts";
import type { StackOutputs } from "../../local/run/outputs.ts";
import { pending } from "../../local/run/pending.ts";
import { refine } from "../../local/run/refinery.ts";
import { circuitReader } from "../common/circuit.ts";
import { Display } from "../replay/display.ts";
import { replay } from "../replay/replay.ts";
import { trackerOf } from "../replay/tracker.ts";

/** A stack on the local cloud. */
export interface OpenStack {
  graph: StackGraph;
  outputs: StackOutputs;
  cloud: Cloud;
  gateway: Gateway;
}

/** Settings under which {@link useEverything} takes seconds; they change no policy. */
export const EXERCISE_SETTINGS = {
  breaker: { coolDownMinutes: 1, maximumCoolDownMinutes: 2, probeMinutes: 1, minimumMessages: 5 },
  processor: { batchSize: 10, batchWindowSeconds: 0 },
};

const MINUTE_MS = 60_000;
const LOOK_MS = 20;
const ATTEMPTS = 20;

/**
 * Has a stack do everything that it can do: producers that send, malformed and failed messages, error files, replays, the
 * refinery, a circuit that opens and closes. What was asked for is then in the authority's trace.
 */
export async function useEverything(stack: OpenStack): Promise<void> {
  const exercise = new Exercise(stack);
  try {
    await exercise.send();
    await Promise.all([exercise.failMessages(), exercise.failRows()]);
    await exercise.settled();
    await exercise.replayAll();
    await Promise.all([exercise.refine(), exercise.openAndCloseTheCircuit()]);
  } finally {
    exercise.close();
  }
}

class Exercise {
  readonly #stack: OpenStack;
  readonly #sqs: SQSClient;
  readonly #lambda: LambdaClient;
  readonly #cloudwatch: CloudWatchClient;
  readonly #dynamodb: DynamoDBClient;
  readonly #producers: SqsClient;

  constructor(stack: OpenStack) {
    const { gateway, graph } = stack;
    const credentials = { accessKeyId: OPERATOR_KEY, secretAccessKey: "local" };
    const operator = { endpoint: gateway.endpoint, region: graph.region, credentials };
    this.#stack = stack;
    this.#sqs = new SQSClient(operator);
    this.#lambda = new LambdaClient(operator);
    this.#cloudwatch = new CloudWatchClient(operator);
    this.#dynamodb = new DynamoDBClient(operator);
    this.#producers = new SqsClient(gateway.endpoint, graph.region);
  }

  close(): void {
    for (const client of [this.#sqs, this.#lambda, this.#cloudwatch, this.#dynamodb]) client.destroy();
    this.#producers.close();
  }

  /** Each producer, to each of its topics. */
  async send(): Promise<void> {
    const { cloud, outputs } = this.#stack;
    for (const { accessKeyId, topics } of cloud.authority.access.outsiders.producers) {
      for (const topic of topics) {
        await this.#producers.sendMessageBatch(outputs.queueUrls.get(topic) ?? "", ['{"n":0}'], accessKeyId);
      }
    }
  }

  /** Malformed, received for a second time, and such as say that they were archived before. */
  async failMessages(): Promise<void> {
    const { cloud, outputs } = this.#stack;
    const [topic = ""] = outputs.queueUrls.keys();
    const queueUrl = outputs.queueUrls.get(topic) ?? "";
    const queue = this.#queue(outputs.queueNames.get(topic) ?? "");
    const mapping = cloud.mappings.find(({ configuration }) => configuration.queueArn === queue.arn);
    const { Successful = [] } = await this.#producers.sendMessageBatch(queueUrl, ["not JSON"], "producer");
    const archived = Successful[0]?.MessageId ?? "";
    mapping?.setEnabled(false);
    const bodies = Array.from({ length: 8 }, (_, n) => JSON.stringify({ n }));
    await this.#producers.sendMessageBatch(queueUrl, bodies, "producer");
    queue.receive(10, 0);
    mapping?.setEnabled(true);
    await this.settled();
    // Of one that was archived, and is there no more, and of one that never was.
    const keys = await cloud.objects.list(outputs.archiveBucket);
    for (const key of keys.filter((one) => one.includes(archived))) {
      await cloud.objects.delete(outputs.archiveBucket, key);
    }
    mapping?.setEnabled(false);
    for (const messageId of [archived, randomUUID()]) {
      const StringValue = JSON.stringify({ messageId, sentAt: Date.now(), replayCount: 1 });
      const MessageAttributes = { [REPLAY_ATTRIBUTE]: { DataType: "String", StringValue } };
      await this.#sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "not JSON either", MessageAttributes }),
      );
    }
    const receives = Number(queue.configuration.redrivePolicy?.maxReceiveCount ?? 0);
    for (let receive = 0; receive <= receives; receive += 1) queue.receive(10, 0);
    await this.settled();
    mapping?.setEnabled(true);
  }

  /** A file of undelivered rows that is gone, one that is not, and the sweep for what nobody told of. */
  async failRows(): Promise<void> {
    const { cloud, outputs, graph } = this.#stack;
    const { url } = graph.outputs.deliveryErrorsQueue as { url: string };
    const queue = this.#queue(url.split("/").at(-1) ?? "");
    const { dlqProcessor = "" } = graph.outputs.functions as Record<string, string>;
    queue.send({ body: errorNotification(outputs.errorBucket, `${ERROR_FILES_PREFIX}iceberg-failed/gone`) });
    while (!this.#hasAsked(dlqProcessor, "s3:ListBucket", outputs.errorBucket)) await pause(LOOK_MS);
    // It would be looked for again after the visibility timeout.
    queue.purge();
    const [topic = ""] = outputs.queueUrls.keys();
    const keys = { idempotency_key: null, period_reference: null, correlation_id: null };
    const times = { publish_time: Date.now() * 1000, ingestion_ts: Math.floor(Date.now() / 1000) };
    const row = { topic_name: topic, message_id: randomUUID(), ...keys, ...times, json_payload: "{}" };
    const line = { errorCode: "x", errorMessage: "y", attemptsMade: 1, arrivalTimestamp: Date.now() };
    const rawData = Buffer.from(JSON.stringify(row)).toString("base64");
    const file = `${ERROR_FILES_PREFIX}iceberg-failed/2026/01/01/file`;
    await cloud.objects.put(outputs.errorBucket, file, `${JSON.stringify({ ...line, rawData })}\n`);
    await this.#invoke("errorSweep");
  }

  /** What was archived, one object of which is gone when it is asked for. */
  async replayAll(): Promise<void> {
    const { cloud, outputs } = this.#stack;
    const [topic = ""] = outputs.queueUrls.keys();
    await this.#replay(topic);
    const items = (await cloud.dynamodb.scan(outputs.errorTracker)) as unknown as TrackerItem[];
    const failedAgain = items.find((item) => item.topic === topic && item.status === "ARCHIVED");
    await cloud.objects.delete(outputs.archiveBucket, failedAgain?.archive_key ?? "");
    await this.#replay(topic);
  }

  async refine(): Promise<void> {
    const { cloud, outputs } = this.#stack;
    const { problem } = await refine(cloud, outputs);
    if (problem !== undefined) throw new Error(`the refinery's run ended without a balance: ${problem}`);
  }

  async openAndCloseTheCircuit(): Promise<void> {
    const { cloud, outputs, graph } = this.#stack;
    const state = async () => (await breakerHistory(cloud, outputs)).state;
    const AlarmName = `${graph.project}-${graph.stack}-circuit-error-rate`;
    await this.#cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "an exercise" }),
    );
    while ((await state()) === "CLOSED") await pause(LOOK_MS);
    const { circuitBreaker = "" } = graph.outputs.functions as Record<string, string>;
    const forgotten = () => this.#hasAsked(circuitBreaker, "dynamodb:DeleteItem", outputs.circuitTable);
    // The breaker counts its own ticks, one a minute: it need not be a minute until the next.
    for (let minute = 1; (await state()) !== "CLOSED" || !forgotten(); minute += 1) {
      for (const [topic, url] of outputs.queueUrls) {
        const bodies = Array.from({ length: 5 }, (_, n) => JSON.stringify({ n, topic }));
        await this.#producers.sendMessageBatch(url, bodies, "producer");
      }
      const scheduledTime = new Date(Date.now() + minute * MINUTE_MS).toISOString();
      await this.#invoke("circuitBreaker", { command: "reconcile", scheduledTime });
    }
    while (!cloud.mappings.every(({ enabled }) => enabled)) await pause(LOOK_MS);
  }

  async settled(): Promise<void> {
    while (pending(this.#stack.cloud) > 0) await pause(LOOK_MS);
  }

  #hasAsked(functionName: string, action: string, resource: string): boolean {
    return this.#stack.cloud.authority.trace.some(
      (call) =>
        call.from?.endsWith(`:${functionName}`) === true && call.action === action && call.resource.endsWith(resource),
    );
  }

  #queue(name: string) {
    const queue = this.#stack.cloud.sqs.queues.get(name);
    if (queue === undefined) throw new Error(`the stack has no queue ${name}`);
    return queue;
  }

  /** On a busy machine a function runs out of time. @throws Error where it fails again and again. */
  async #invoke(output: string, payload: object = {}): Promise<void> {
    const functions = this.#stack.graph.outputs.functions as Record<string, string>;
    const command = new InvokeCommand({ FunctionName: functions[output], Payload: JSON.stringify(payload) });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        const { FunctionError, Payload = [] } = await this.#lambda.send(command);
        if (FunctionError === undefined) return;
        if (attempt === ATTEMPTS) throw new Error(`${output} failed: ${Buffer.from(Payload).toString()}`);
      } catch (error) {
        // Its schedule has invoked it at this moment.
        if (!(error instanceof Error) || error.name !== "TooManyRequestsException") throw error;
      }
    }
  }

  /** As `npm run replay --yes` does. */
  async #replay(topic: string): Promise<void> {
    const { outputs, graph } = this.#stack;
    const unseen = new Writable({ write: (_chunk, _encoding, done) => done() }) as NodeJS.WriteStream;
    await replay(
      { topic, since: "2020-01-01", rate: 1000, stack: graph.stack, yes: true },
      {
        tracker: trackerOf(this.#dynamodb, outputs.errorTracker, Date.now),
        readCircuit: circuitReader(this.#dynamodb, outputs.circuitTable),
        clock: systemClock,
        display: new Display(unseen),
      },
    );
    await this.settled();
  }
}
