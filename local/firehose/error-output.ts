import { gzipSync } from "node:zlib";
import type { ObjectStore } from "../objects/store.ts";
import { type BufferHints, RecordBuffer } from "./buffer.ts";
import { type ErrorPrefix, objectSuffix } from "./prefix.ts";
import type { ErrorOutputType, Failure } from "./types.ts";
import { InFlight, retryDelay, type Timers } from "./waiting.ts";

/** Where a stream's failed records go. */
export interface ErrorOutputConfig {
  bucket: string;
  prefix: ErrorPrefix;
  compression: "UNCOMPRESSED" | "GZIP";
  buffer: BufferHints;
}

export interface FailedRecord extends Failure {
  /** Base64. */
  data: string;
  /** Epoch milliseconds, as is {@link endedAt}. */
  arrival: number;
  attempts: number;
  /** When Firehose gave up. */
  endedAt: number;
  lambdaArn?: string;
}

interface ErrorOutputParts {
  stream: string;
  config: ErrorOutputConfig;
  objects: ObjectStore;
  timers: Timers;
  /** Called when an object is written, with the number of records in it. */
  onWritten(type: ErrorOutputType, records: number): void;
}

interface ErrorLine {
  text: string;
  arrival: number;
}

/**
 * Writes failed records to S3: one JSON document a line
 * (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html). A write that fails is
 * repeated under the same key until it succeeds; AWS gives up after 24 hours, here nothing is dropped.
 */
export class ErrorOutput {
  readonly #parts: ErrorOutputParts;
  readonly #buffers = new Map<string, RecordBuffer<ErrorLine>>();
  readonly #inFlight = new InFlight();
  #held = 0;

  constructor(parts: ErrorOutputParts) {
    this.#parts = parts;
  }

  /** Records that are not written yet. */
  get held(): number {
    return this.#held;
  }

  /** @param prefix The table's own, where it has one; by default the stream's. */
  add(type: ErrorOutputType, record: FailedRecord, prefix: ErrorPrefix = this.#parts.config.prefix): void {
    const text = errorLine(record);
    this.#held++;
    this.#buffer(type, prefix).add({ text, arrival: record.arrival }, text.length);
  }

  #buffer(type: ErrorOutputType, prefix: ErrorPrefix): RecordBuffer<ErrorLine> {
    const key = `${type} ${prefix.template}`;
    const known = this.#buffers.get(key);
    if (known) return known;
    const { config, timers } = this.#parts;
    const buffer = new RecordBuffer<ErrorLine>(config.buffer, timers, (lines) => {
      this.#inFlight.track(this.#write(type, prefix, lines));
    });
    this.#buffers.set(key, buffer);
    return buffer;
  }

  async #write(type: ErrorOutputType, prefix: ErrorPrefix, lines: readonly ErrorLine[]): Promise<void> {
    const { stream, config, objects, timers, onWritten } = this.#parts;
    const oldest = lines.reduce((arrival, line) => Math.min(arrival, line.arrival), Number.POSITIVE_INFINITY);
    const zipped = config.compression === "GZIP";
    const key = prefix.evaluate(type, oldest) + objectSuffix(stream, oldest, zipped ? ".gz" : "");
    const text = lines.map((line) => line.text).join("");
    const body = zipped ? gzipSync(text) : text;
    for (let attempt = 1; ; attempt++) {
      try {
        await objects.put(config.bucket, key, body);
        break;
      } catch {
        if (!(await timers.wait(retryDelay(attempt)))) return;
      }
    }
    this.#held -= lines.length;
    onWritten(type, lines.length);
  }

  cut(): void {
    for (const buffer of this.#buffers.values()) buffer.cut();
  }

  /** Resolves when no write is under way. */
  done(): Promise<void> {
    return this.#inFlight.done();
  }
}

/** AWS's page says `lambdaArn`; objects with `lambdaARN` have been seen [?]. Read both. */
function errorLine({ attempts, arrival, code, message, endedAt, data, lambdaArn }: FailedRecord): string {
  const document = {
    attemptsMade: attempts,
    arrivalTimestamp: arrival,
    errorCode: code,
    errorMessage: message,
    attemptEndingTimestamp: endedAt,
    rawData: data,
    lambdaArn,
  };
  return `${JSON.stringify(document)}\n`;
}
