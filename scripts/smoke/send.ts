import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandOutput,
  SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import { isServerError, isThrottlingError } from "@smithy/core/retry";
import { type Clock, sleep } from "../../functions/common/clock.ts";
import { errorName } from "../../functions/common/failure.ts";
import type { ProducerEvent } from "../../local/input/event.ts";
import { expectedMessageId } from "../../local/run/expected-id.ts";
import type { NotSent, Sent } from "./sent.ts";

/** Of one call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_ENTRIES = 10;
const MAX_CALL_BYTES = 1024 * 1024;

/** A dozen connections bring some thousands of messages a second to AWS, and are no burden to a laptop. */
const CALLS_IN_FLIGHT = 12;

/** How often an entry is sent that SQS does not take through a fault of its own. */
const TRIES = 5;
const BACKOFF_BASE_MS = 200;

export interface SendTools {
  /** What precedes a topic in its queue's URL. */
  queueUrlPrefix: string;
  sendMessageBatch(input: { QueueUrl: string; Entries: SendMessageBatchRequestEntry[] }): Promise<BatchAnswer>;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
}

type BatchAnswer = Pick<SendMessageBatchCommandOutput, "Successful" | "Failed">;

/** What was sent so far; grows while it goes. */
export interface Sending {
  sent: Sent[];
  notSent: NotSent[];
}

/**
 * Sends events in batches, several at once. What SQS does not take through a fault of its own is sent again, and told in
 * `notSent` where that does not help.
 *
 * @throws what the SDK throws of a call that is refused as a whole, such as for a queue that is not there.
 */
export async function sendAll(events: Iterable<ProducerEvent>, into: Sending, tools: SendTools): Promise<void> {
  const batches = batchesOf(events);
  // Workers share one generator, so that no more is made than is being sent; one that throws ends it for all.
  const worker = async () => {
    for (const batch of batches) await sendBatch(batch, into, tools);
  };
  const ended = await Promise.allSettled(Array.from({ length: CALLS_IN_FLIGHT }, worker));
  const failure = ended.find((one) => one.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Events of one topic each, in as few calls as SQS's limits allow. */
function* batchesOf(events: Iterable<ProducerEvent>): Generator<ProducerEvent[]> {
  const open = new Map<string, { events: ProducerEvent[]; bytes: number }>();
  for (const event of events) {
    const bytes = Buffer.byteLength(event.body);
    const batch = open.get(event.topic);
    if (batch === undefined) open.set(event.topic, { events: [event], bytes });
    else if (batch.events.length === MAX_ENTRIES || batch.bytes + bytes > MAX_CALL_BYTES) {
      open.set(event.topic, { events: [event], bytes });
      yield batch.events;
    } else {
      batch.events.push(event);
      batch.bytes += bytes;
    }
  }
  for (const { events } of open.values()) yield events;
}

async function sendBatch(batch: ProducerEvent[], { sent, notSent }: Sending, tools: SendTools): Promise<void> {
  const { queueUrlPrefix, sendMessageBatch, clock, random } = tools;
  const topic = batch[0]?.topic ?? "";
  let pending = batch;
  for (let tries = 1; pending.length > 0; tries++) {
    const Entries = pending.map(({ body }, n) => ({ Id: String(n), MessageBody: body }));
    const { Successful = [], Failed = [] } = await answerOf(
      () => sendMessageBatch({ QueueUrl: queueUrlPrefix + topic, Entries }),
      Entries,
    );
    for (const { Id, MessageId = "", MD5OfMessageBody = "" } of Successful) {
      const body = pending[Number(Id)]?.body ?? "";
      sent.push({ topic, id: MessageId, messageId: expectedMessageId(body, MessageId), md5: MD5OfMessageBody });
    }
    const again: ProducerEvent[] = [];
    for (const failed of Failed) {
      const event = pending[Number(failed.Id)];
      if (event === undefined) continue;
      if (mayPass(failed) && tries < TRIES) again.push(event);
      else notSent.push({ topic, reason: [failed.Code, failed.Message].filter(Boolean).join(": ") });
    }
    if (again.length > 0) await sleep(clock, random() * BACKOFF_BASE_MS * 2 ** tries);
    pending = again;
  }
}

/** A call that was throttled, or that SQS had no answer to, failed for each of its entries. */
async function answerOf(call: () => Promise<BatchAnswer>, entries: readonly { Id: string }[]): Promise<BatchAnswer> {
  try {
    return await call();
  } catch (error) {
    const thrown = error as Parameters<typeof isThrottlingError>[0];
    if (!isThrottlingError(thrown) && !isServerError(thrown) && errorName(error) !== "TimeoutError") throw error;
    return { Successful: [], Failed: entries.map(({ Id }) => ({ Id, Code: errorName(error), SenderFault: false })) };
  }
}

function mayPass({ SenderFault, Code = "" }: BatchResultErrorEntry): boolean {
  return SenderFault !== true || isThrottlingError({ name: Code, message: "", $metadata: {} });
}
