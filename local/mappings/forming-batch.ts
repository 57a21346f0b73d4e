import type { ReceivedMessage } from "../sqs/types.ts";
import { MAX_RECORDS_BYTES, sqsRecord } from "./sqs-event.ts";

/** A message that waits for its batch, or is in one. */
export interface Entry {
  message: ReceivedMessage;
  /** As JSON text in the event. */
  record: string;
  bytes: number;
  /** Epoch milliseconds: when the queue shows the message again. */
  visibleAt: number;
}

/**
 * Messages on their way into a batch. It is full at the batch size, or when one more record would exceed what an
 * invocation carries; what does not fit begins the next batch.
 */
export class FormingBatch {
  readonly #queueArn: string;
  #batchSize: number;
  readonly #entries: Entry[] = [];
  #bytes = 0;

  constructor(queueArn: string, batchSize: number) {
    this.#queueArn = queueArn;
    this.#batchSize = batchSize;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get isFull(): boolean {
    return this.#entries.length >= this.#batchSize || this.#bytes > MAX_RECORDS_BYTES;
  }

  /** Messages that it still takes. */
  get room(): number {
    return this.isFull ? 0 : this.#batchSize - this.#entries.length;
  }

  add(messages: readonly ReceivedMessage[], visibleAt: number): void {
    for (const message of messages) {
      const record = sqsRecord(message, this.#queueArn);
      const bytes = Buffer.byteLength(record) + COMMA;
      this.#entries.push({ message, record, bytes, visibleAt });
      this.#bytes += bytes;
    }
  }

  /** Holds for what it has gathered too. */
  resize(batchSize: number): void {
    this.#batchSize = batchSize;
  }

  /** Takes one batch out: as many messages as fit, in their order, at least one. */
  take(): Entry[] {
    let count = 0;
    let bytes = 0;
    for (const entry of this.#entries) {
      if (count >= this.#batchSize || (count > 0 && bytes + entry.bytes > MAX_RECORDS_BYTES)) {
        break;
      }
      count += 1;
      bytes += entry.bytes;
    }
    this.#bytes -= bytes;
    return this.#entries.splice(0, count);
  }
}

const COMMA = 1;
