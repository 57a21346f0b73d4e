import { REPLAY_ATTRIBUTE, readReplay } from "../../functions/common/replay.ts";
import type { JsonService } from "../api/service.ts";
import { expectedMessageId } from "./expected-id.ts";

/** Of one topic: SQS message id → the `message_id` that its row must have, undefined where no row may come of it. */
export type Accepted = Map<string, string | undefined>;

/** Every message that SQS accepted for a topic, whoever sent it. */
export class Ledger {
  readonly #byQueue: ReadonlyMap<string, Accepted>;
  readonly #replays = new Map<string, string>();
  #count = 0;

  /** @param queueNames the topics' queues; what is sent to others is not written down. */
  constructor(queueNames: Iterable<string>) {
    this.#byQueue = new Map(Array.from(queueNames, (name) => [name, new Map()]));
  }

  /** Messages accepted so far, over all topics. */
  get count(): number {
    return this.#count;
  }

  accepted(queueName: string): Accepted {
    return this.#byQueue.get(queueName) ?? new Map();
  }

  /** The id under which a producer sent the message that SQS knows as `messageId`: another one once it was replayed. */
  original(messageId: string): string {
    return this.#replays.get(messageId) ?? messageId;
  }

  /** A service that answers as `sqs` does, and writes down what it accepts. */
  before(sqs: JsonService): JsonService {
    return {
      name: sqs.name,
      contentType: sqs.contentType,
      call: async (action, input, caller) => {
        const output = await sqs.call(action, input, caller);
        const accepted = this.#byQueue.get(String(input.QueueUrl).split("/").at(-1) ?? "");
        if (accepted !== undefined && action === "SendMessage") {
          this.#write(accepted, output as SentMessage, input as unknown as Message);
        } else if (accepted !== undefined && action === "SendMessageBatch") {
          this.#writeBatch(accepted, output as SentBatch, input as unknown as { Entries: BatchEntry[] });
        }
        return output;
      },
    };
  }

  #writeBatch(accepted: Accepted, { Successful = [] }: SentBatch, { Entries }: { Entries: BatchEntry[] }): void {
    const entries = new Map(Entries.map((entry) => [entry.Id, entry]));
    for (const sent of Successful) {
      const entry = entries.get(sent.Id);
      if (entry !== undefined) {
        this.#write(accepted, sent, entry);
      }
    }
  }

  #write(accepted: Accepted, { MessageId }: SentMessage, { MessageBody, MessageAttributes }: Message): void {
    // Any producer can send such an attribute: only one that names a message of this topic's makes a replay.
    const replay = readReplay({ stringValue: MessageAttributes?.[REPLAY_ATTRIBUTE]?.StringValue });
    if (replay !== undefined && accepted.has(replay.messageId)) {
      this.#replays.set(MessageId, replay.messageId);
      return;
    }
    accepted.set(MessageId, expectedMessageId(MessageBody, MessageId));
    this.#count += 1;
  }
}

/* SQS has checked the call before it is written down, so that these shapes are sure. */
interface Message {
  MessageBody: string;
  MessageAttributes?: Record<string, { StringValue?: string }>;
}
interface BatchEntry extends Message {
  Id: string;
}
interface SentMessage {
  MessageId: string;
}
interface SentBatch {
  Successful?: (SentMessage & { Id: string })[];
}
