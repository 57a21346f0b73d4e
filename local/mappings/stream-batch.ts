import type { ConsumedStream, StoredRecord } from "../dynamodb/table-stream.ts";
import { MAX_RECORDS_BYTES } from "./sqs-event.ts";
import type { RecordFilter } from "./stream-filter.ts";

/** A record in a batch. */
export interface StreamEntry {
  sequenceNumber: string;
  /** Epoch milliseconds. */
  createdAt: number;
  /** As JSON text in the event. */
  record: string;
}

interface FormingOptions {
  stream: ConsumedStream;
  batchSize: number;
  filters: readonly RecordFilter[];
}

/**
 * Reads a stream from a position on and gathers what the filters let pass, until the batch size, or until the next
 * record would exceed what an invocation carries: that one is left in the stream.
 */
export class FormingStreamBatch {
  readonly #options: FormingOptions;
  readonly #entries: StreamEntry[] = [];
  #bytes = 0;
  #position: number;
  #isClosed = false;

  constructor(options: FormingOptions, position: number) {
    this.#options = options;
    this.#position = position;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** No more records fit. */
  get isFull(): boolean {
    return this.#isClosed || this.#entries.length >= this.#options.batchSize;
  }

  /** Records of the stream that were not looked at yet. */
  get unread(): number {
    const { stream } = this.#options;
    return stream.next - Math.max(this.#position, stream.oldest);
  }

  /** Takes what the stream has, as far as there is room. @returns how many records were read, and how many of them stay out. */
  read(): { polled: number; filteredOut: number } {
    const { stream, filters } = this.#options;
    const seen = { polled: 0, filteredOut: 0 };
    while (!this.isFull) {
      const stored = stream.read(this.#position);
      if (stored === undefined) {
        break;
      }
      const passes = filters.length === 0 || filters.some((matches) => matches(stored.record));
      if (passes && !this.#add(stored)) {
        break;
      }
      seen.polled += 1;
      seen.filteredOut += passes ? 0 : 1;
      this.#position = stored.position + 1;
    }
    return seen;
  }

  /** Takes the batch out, and begins the next. */
  take(): StreamEntry[] {
    this.#bytes = 0;
    this.#isClosed = false;
    return this.#entries.splice(0);
  }

  #add({ createdAt, record }: StoredRecord): boolean {
    const text = JSON.stringify(record);
    const bytes = Buffer.byteLength(text) + COMMA;
    if (this.#entries.length > 0 && this.#bytes + bytes > MAX_RECORDS_BYTES) {
      this.#isClosed = true;
      return false;
    }
    this.#entries.push({ sequenceNumber: record.dynamodb.SequenceNumber, createdAt, record: text });
    this.#bytes += bytes;
    return true;
  }
}

const COMMA = 1;
