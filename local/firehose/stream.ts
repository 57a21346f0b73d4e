import type { Clock } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import type { ObjectStore } from "../objects/store.ts";
import type { TableStore } from "../tables/store.ts";
import { Delivery, type DeliveryConfig } from "./delivery.ts";
import { ErrorOutput, type ErrorOutputConfig } from "./error-output.ts";
import { Metrics } from "./metrics.ts";
import { Transform, type TransformConfig } from "./transform.ts";
import { Timers } from "./waiting.ts";

/** A delivery stream from Direct PUT to Iceberg tables. */
export interface DeliveryStreamConfig {
  name: string;
  arn: string;
  region: string;
  appendOnly: boolean;
  /** Without one, records go to the tables as they came. */
  transform: TransformConfig | undefined;
  delivery: DeliveryConfig;
  errors: ErrorOutputConfig;
}

/** The other services that a stream uses. */
export interface StreamServices {
  invoker: FunctionInvoker;
  tables: TableStore;
  objects: ObjectStore;
  clock: Clock;
  metrics?: MetricSink | undefined;
}

/** Where the records are that a stream accepted: accepted = rows + dropped + failed + buffered, always. */
export interface StreamAccount {
  accepted: number;
  /** In a table. */
  rows: number;
  /** By the transform, on purpose. */
  dropped: number;
  /** In an error object. */
  failed: number;
  /** Still in the stream: in a buffer, in an invocation, or waiting for a retry. */
  buffered: number;
}

export interface PutRecord {
  /** Base64. */
  data: string;
  /** Size before base64. */
  bytes: number;
}

/** One delivery stream: transform, delivery, error output. What it accepts it keeps until it is somewhere else. */
export class DeliveryStream {
  readonly config: DeliveryStreamConfig;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly metrics: Metrics;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #transform: Transform | undefined;
  readonly #delivery: Delivery;
  readonly #errors: ErrorOutput;
  /** Keeps the ids of two runs apart. */
  readonly #idPrefix = crypto.randomUUID().replaceAll("-", "");
  #accepted = 0;
  #rows = 0;
  #dropped = 0;
  #failed = 0;

  constructor(config: DeliveryStreamConfig, { invoker, tables, objects, clock, ...services }: StreamServices) {
    const metrics = new Metrics(config.name, { sink: services.metrics, clock });
    const timers = new Timers(clock);
    this.config = config;
    this.metrics = metrics;
    this.createdAt = clock.now();
    this.#clock = clock;
    this.#timers = timers;
    this.#errors = new ErrorOutput({
      stream: config.name,
      config: config.errors,
      objects,
      timers,
      onWritten: (type, records) => {
        this.#failed += records;
        if (type === "iceberg-failed") metrics.add("DeliveryToIceberg.FailedRowCount", records);
      },
    });
    this.#delivery = new Delivery({
      config: config.delivery,
      tables,
      clock,
      timers,
      metrics,
      onRows: (rows) => {
        this.#rows += rows;
      },
      onFailed: (record, prefix) => this.#errors.add("iceberg-failed", record, prefix),
    });
    this.#transform =
      config.transform &&
      new Transform({
        stream: config,
        config: config.transform,
        invoker,
        clock,
        timers,
        metrics,
        onOk: (record) => this.#delivery.add(record),
        onFailed: (record) => this.#errors.add("processing-failed", record),
        onDropped: (records) => {
          this.#dropped += records;
        },
      });
  }

  /** Accepts records. @returns Their ids, in order. */
  put(records: readonly PutRecord[]): string[] {
    const arrival = this.#clock.now();
    let total = 0;
    const ids = records.map(({ data, bytes }) => {
      const sequence = this.#accepted++;
      total += bytes;
      if (this.#transform) this.#transform.add({ sequence, data, bytes, arrival });
      else this.#delivery.add({ data, bytes, arrival, route: undefined });
      return `${this.#idPrefix}${sequence}`;
    });
    this.metrics.add("IncomingPutRequests", 1);
    this.metrics.add("IncomingRecords", records.length);
    this.metrics.add("IncomingBytes", total);
    return ids;
  }

  account(): StreamAccount {
    return {
      accepted: this.#accepted,
      rows: this.#rows,
      dropped: this.#dropped,
      failed: this.#failed,
      buffered: (this.#transform?.held.size ?? 0) + this.#delivery.held.size + this.#errors.held,
    };
  }

  /** When the oldest record came that is on its way to a table, in epoch milliseconds; undefined when there is none. */
  oldestArrival(): number | undefined {
    const [transform, delivery] = [this.#transform?.held.oldest(), this.#delivery.held.oldest()];
    return transform === undefined || delivery === undefined ? (transform ?? delivery) : Math.min(transform, delivery);
  }

  /** Sends on what is buffered and resolves when what was accepted before the call has left the stream. */
  async flush(): Promise<void> {
    for (const stage of [this.#transform, this.#delivery, this.#errors]) {
      stage?.cut();
      await stage?.done();
    }
  }

  /** Stops every timer and retry; what is still buffered stays so. */
  close(): void {
    this.#timers.end();
  }
}
