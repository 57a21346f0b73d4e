import type { Clock } from "../clock.ts";
import type { StreamConfiguration } from "./configuration.ts";
import { type Change, type DynamoDbRecord, isChange, streamRecord } from "./stream-record.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: for 24 hours, then they are trimmed. */
export const STREAM_RETENTION_MS = 24 * 60 * 60 * 1000;

export interface StoredRecord {
  /** In the stream, from 0. */
  position: number;
  /** Epoch milliseconds. */
  createdAt: number;
  record: DynamoDbRecord;
}

/** A stream as an event source mapping reads it, without HTTP in between. */
export interface ConsumedStream {
  readonly arn: string;
  readonly shardId: string;
  /** Of the oldest record that is not trimmed; {@link next} where there is none. */
  readonly oldest: number;
  /** Where the next record will stand. */
  readonly next: number;
  /** The record at `position` or, where that is trimmed, the oldest; undefined when there is none yet. */
  read(position: number): StoredRecord | undefined;
  /** Calls `listener` after each new record. Returns what ends it. */
  onRecord(listener: () => void): () => void;
}

/**
 * The changes of one table, in the order of its writes, in memory. There is one shard: AWS has one for each of the
 * table's partitions, of which a small table has one, and closes it after a few hours for another.
 */
export class TableStream implements ConsumedStream {
  readonly shardId = "shardId-00000000000000000001-local";
  readonly #configuration: StreamConfiguration;
  readonly #clock: Clock;
  readonly #records: { stored: StoredRecord; trimmedAt: number }[] = [];
  readonly #listeners = new Set<() => void>();
  #next = 0;

  constructor(configuration: StreamConfiguration, clock: Clock) {
    this.#configuration = configuration;
    this.#clock = clock;
  }

  get arn(): string {
    return this.#configuration.arn;
  }

  get next(): number {
    return this.#next;
  }

  get oldest(): number {
    this.#trim();
    return this.#records[0]?.stored.position ?? this.#next;
  }

  read(position: number): StoredRecord | undefined {
    const oldest = this.oldest;
    return this.#records[Math.max(0, position - oldest)]?.stored;
  }

  onRecord(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds a record of each change; of what changed nothing there is none. */
  append(changes: readonly Change[]): void {
    this.#trim();
    const real = changes.filter(isChange);
    for (const change of real) {
      const { arn: streamArn, viewType } = this.#configuration;
      const position = this.#next++;
      const createdAt = this.#clock.now();
      const record = streamRecord(change, { streamArn, viewType, position, createdAt });
      this.#records.push({
        stored: { position, createdAt, record },
        trimmedAt: this.#clock.deadline(STREAM_RETENTION_MS),
      });
    }
    if (real.length > 0) {
      for (const listener of this.#listeners) listener();
    }
  }

  #trim(): void {
    const now = this.#clock.now();
    const kept = this.#records.findIndex(({ trimmedAt }) => trimmedAt > now);
    this.#records.splice(0, kept === -1 ? this.#records.length : kept);
  }
}
