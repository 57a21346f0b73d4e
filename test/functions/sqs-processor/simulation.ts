import type { SQSEvent } from "aws-lambda";
import { createLog } from "../../../functions/common/log.ts";
import { createHandler } from "../../../functions/sqs-processor/handler.ts";
import { AwsError } from "../../../local/api/errors.ts";
import { seededRandom } from "../../../local/input/random.ts";
import { Concurrency } from "../../../local/lambda/concurrency.ts";
import type { FunctionInvoker, Invocation } from "../../../local/lambda/invoker.ts";
import { EventSourceMapping } from "../../../local/mappings/event-source-mapping.ts";
import { Queue } from "../../../local/sqs/queue.ts";
import { configuration } from "../../local/sqs/fixtures.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { lambdaContext } from "../support/sqs.ts";

export interface Simulation {
  messages: number;
  /** Over how many seconds they are sent, evenly. */
  seconds: number;
  /** How many of them end the process that puts them, evenly spread by chance. */
  poison: number;
  /** Batches at once. */
  concurrency: number;
  seed: number;
  /** From the end of a process to the next invocation in its place; on AWS a new one starts in about 0.3 s. */
  restartMs?: number;
  /** For how long Firehose refuses everything, from the first send on. */
  outageSeconds?: number;
}

export interface Ending {
  /** How often each message arrived as a row, and when it first did, in seconds after its send. By body. */
  rows: Map<string, { times: number; seconds: number }>;
  /** Seconds after its send, by body. */
  deadLettered: Map<string, number>;
  processesEnded: number;
  invocations: number;
}

/** Real calls take about this long within a region. */
const LATENCY_MS = { firehose: 30, sqs: 10 };
const PREFIX = "lean-ops-test-topic-";
const FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:sqs-processor";

/**
 * Messages of one topic on their way through a queue, an event source mapping and the handler, all but the last as the
 * local cloud has them, in virtual time, until the queue is empty.
 */
export async function simulate(given: Simulation): Promise<Ending> {
  const { messages, seconds, poison, concurrency, seed, restartMs = 300, outageSeconds = 0 } = given;
  const clock = virtualClock();
  const outageEnds = clock.now() + outageSeconds * 1000;
  const random = seededRandom(seed);
  const deadLetterQueue = new Queue(configuration({ name: "dlq", messageRetentionSeconds: 1_209_600 }), clock);
  const redrivePolicy = { deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount: 10 };
  const source = configuration({ name: `${PREFIX}orders`, visibilityTimeoutSeconds: 90, redrivePolicy });
  const queue = new Queue(source, clock);
  queue.redriveTo(deadLetterQueue);

  const sentAt = new Map<string, number>();
  const since = (body: string) => (clock.now() - (sentAt.get(body) ?? Number.NaN)) / 1000;
  const ending: Ending = { rows: new Map(), deadLettered: new Map(), processesEnded: 0, invocations: 0 };
  const slots = new Concurrency([{ arn: FUNCTION_ARN, name: "sqs-processor", reservedConcurrency: undefined }], {
    accountConcurrency: 1000,
    slotsPerFunction: concurrency,
  });

  const passing = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const invoke = async (event: SQSEvent): Promise<Invocation> => {
    ending.invocations++;
    const death = Promise.withResolvers<never>();
    let isAlive = true;
    /** What a process that has ended called never happens, and is never answered. */
    const calling = async <T>(ms: number, effect: () => T): Promise<T> => {
      if (isAlive) await passing(ms);
      return isAlive ? effect() : new Promise<never>(() => {});
    };
    const eachEntry = <T extends { Id: string | undefined }>(entries: readonly T[], effect: (entry: T) => void) =>
      calling(LATENCY_MS.sqs, () => {
        const Successful: { Id: string | undefined }[] = [];
        for (const entry of entries) {
          try {
            effect(entry);
            Successful.push({ Id: entry.Id });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
          }
        }
        return { Successful };
      });
    const handler = createHandler({
      topicQueuePrefix: PREFIX,
      topicQueueUrlPrefix: source.url.slice(0, -"orders".length),
      lanes: new Map(),
      topicMetrics: false,
      clients: {
        putRecordBatch: async (buffers) => {
          const bodies = buffers.map((row) => String(JSON.parse(row.toString()).json_payload));
          if (isAlive && bodies.some((body) => body.includes("poison"))) {
            isAlive = false;
            ending.processesEnded++;
            death.reject(new Error("Runtime.ExitError"));
          }
          return calling(LATENCY_MS.firehose, () => {
            if (clock.now() < outageEnds) throw Object.assign(new Error(), { name: "AccessDeniedException" });
            for (const body of bodies) {
              const row = ending.rows.get(body) ?? { times: 0, seconds: since(body) };
              row.times++;
              ending.rows.set(body, row);
            }
            return { RequestResponses: bodies.map(() => ({ RecordId: "r" })) };
          });
        },
        sendMessageBatch: () => Promise.reject(new Error("nothing here is malformed")),
        changeMessageVisibilityBatch: (_url, entries) =>
          eachEntry(entries, ({ ReceiptHandle = "", VisibilityTimeout = 0 }) =>
            queue.changeVisibility(ReceiptHandle, VisibilityTimeout),
          ),
        deleteMessageBatch: (_url, entries) =>
          eachEntry(entries, ({ ReceiptHandle = "" }) => queue.delete([ReceiptHandle])),
      },
      clock,
      random,
      log: createLog({ write: () => {}, now: clock.now, fields: {} }),
      metrics: () => {},
    });
    try {
      const response = await Promise.race([handler(event, lambdaContext(clock)), death.promise]);
      return { payload: JSON.stringify(response) };
    } catch {
      await passing(restartMs);
      return { payload: "{}", functionError: "Unhandled" };
    }
  };
  const invoker: FunctionInvoker = {
    async invoke(arn, payload) {
      slots.acquire(arn);
      try {
        return await invoke(JSON.parse(String(payload)));
      } finally {
        slots.release(arn);
      }
    },
  };
  const mapping = new EventSourceMapping(
    {
      uuid: "mapping",
      queueArn: queue.arn,
      functionArn: FUNCTION_ARN,
      batchSize: 100,
      windowSeconds: 1,
      maximumConcurrency: concurrency,
      reportsItemFailures: true,
      emitsEventCounts: false,
      enabled: true,
    },
    { queue, invoker, slots, clock },
  );
  deadLetterQueue.onVisible(() => {
    for (const { body } of deadLetterQueue.receive(1000)) ending.deadLettered.set(body, since(body));
  });

  mapping.start();
  const poisoned = new Set<number>();
  while (poisoned.size < poison) poisoned.add(Math.floor(random() * messages));
  for (let n = 0; n < messages; n++) {
    const body = JSON.stringify({ id: n, kind: poisoned.has(n) ? "poison" : "healthy" });
    clock.after((n / messages) * seconds * 1000, () => {
      sentAt.set(body, clock.now());
      queue.send({ body });
    });
  }
  const isOver = () => ending.rows.size + ending.deadLettered.size >= messages && [...queue.messages()].length === 0;
  for (let hours = 0; !isOver(); hours += 0.01) {
    if (hours > 12) throw new Error("the queue is not empty after 12 hours");
    await clock.advance(36_000);
  }
  await mapping.stop();
  return ending;
}
