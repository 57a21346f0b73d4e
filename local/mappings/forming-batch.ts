import type { ReceivedMessage } from "../sqs/types.ts";
import { MAX_RECORDS_BYTES, sqsRecord } from "./sqs-event.ts";

/** A message of a batch. */
export interface Entry {
  message: ReceivedMessage;
  /** Epoch milliseconds: when the queue shows the message again. */
  visibleAt: number;
}

export interface Batch {
  entries: readonly Entry[];
  /** As JSON texts in the event; let go as soon as that is written, while the entries wait for the function. */
  records: readonly string[];
  /** Of all records, and a comma for each. */
  bytes: number;
}

/** A message that waits for its batch. */
interface Waiting {
  entry: Entry;
  record: string;
  bytes: number;
}

/**
 * Messages on their way into a batch. It is full at the batch size, or when one more record would exceed what an
 * invocation carries; what does not fit begins the next batch.
 */
export class FormingBatch {
  readonly #queueArn: string;
  #batchSize: number;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(queueArn: string, batchSize: number) {
    this.#queueArn = queueArn;
    this.#batchSize = batchSize;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#batchSize || this.#bytes > MAX_RECORDS_BYTES;
  }

  /** Messages that it still takes. */
  get room(): number {
    return this.isFull ? 0 : this.#batchSize - this.#waiting.length;
  }

  add(messages: readonly ReceivedMessage[], visibleAt: number): void {
    for (const message of messages) {
      const record = sqsRecord(message, this.#queueArn);
      const bytes = Buffer.byteLength(record) + COMMA;
      this.#waiting.push({ entry: { message, visibleAt }, record, bytes });
      this.#bytes += bytes;
    }
  }

  /** Holds for what it has gathered too. */
  resize(batchSize: number): void {
    this.#batchSize = batchSize;
  }

  /** Takes one batch out: as many messages as fit, in their order, at least one. */
  take(): Batch {
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      if (count >= this.#batchSize || (count > 0 && bytes + waiting.bytes > MAX_RECORDS_BYTES)) {
        break;
      }
      count += 1;
      bytes += waiting.bytes;
    }
    this.#bytes -= bytes;
    const taken = this.#waiting.splice(0, count);
    return { entries: taken.map(({ entry }) => entry), records: taken.map(({ record }) => record), bytes };
  }
}

const COMMA = 1;
