import { AwsError } from "../api/errors.ts";
import type { JsonService } from "../api/service.ts";
import { describeStream } from "./describe.ts";
import { readBatchInput, readListInput, readRecordInput, readStreamName } from "./input.ts";
import { DeliveryStream, type DeliveryStreamConfig, type StreamServices } from "./stream.ts";

type Input = Record<string, unknown>;

/**
 * Firehose with the delivery streams of one stack, in its JSON protocol. Streams are made by the program, not by a
 * call: actions that create or change them are not known here.
 */
export class FirehoseService implements JsonService {
  readonly name = "firehose";
  readonly contentType = "application/x-amz-json-1.1";
  /** By name. */
  readonly streams: ReadonlyMap<string, DeliveryStream>;
  #closed = false;

  readonly #actions: Readonly<Record<string, (input: Input) => unknown>> = {
    PutRecord: (input) => this.#putRecord(input),
    PutRecordBatch: (input) => this.#putRecordBatch(input),
    DescribeDeliveryStream: (input) => ({
      DeliveryStreamDescription: describeStream(this.#stream(readStreamName(input))),
    }),
    ListDeliveryStreams: (input) => this.#listDeliveryStreams(input),
  };

  /**
   * @throws Error when a stream names a table that does not exist: Firehose looks its tables up when a stream is
   *   created.
   */
  constructor(configs: readonly DeliveryStreamConfig[], services: StreamServices) {
    for (const { name, delivery } of configs) {
      for (const { database, table } of delivery.destinations) {
        if (services.tables.find(database, table)) continue;
        throw new Error(`Delivery stream ${name}: the table ${table} does not exist in database ${database}`);
      }
    }
    this.streams = new Map(configs.map((config) => [config.name, new DeliveryStream(config, services)]));
  }

  async call(action: string, input: Input): Promise<unknown> {
    const run = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (!run)
      throw new AwsError("UnknownOperationException", `The action ${action} is not known to the local Firehose`);
    return run(input);
  }

  /** Sends on what every stream holds and resolves when what was accepted before the call is in a row or an object. */
  async flush(): Promise<void> {
    await Promise.all([...this.streams.values()].map((stream) => stream.flush()));
  }

  /** Refuses further puts and stops every timer and retry; what is still buffered stays so. */
  close(): void {
    this.#closed = true;
    for (const stream of this.streams.values()) stream.close();
  }

  #putRecord(input: Input): unknown {
    const name = readStreamName(input);
    const record = readRecordInput(input);
    const [RecordId] = this.#open(name).put([record]);
    return { RecordId, Encrypted: false };
  }

  #putRecordBatch(input: Input): unknown {
    const name = readStreamName(input);
    const records = readBatchInput(input);
    const ids = this.#open(name).put(records);
    return { FailedPutCount: 0, Encrypted: false, RequestResponses: ids.map((RecordId) => ({ RecordId })) };
  }

  #listDeliveryStreams(input: Input): unknown {
    const { after, limit, type } = readListInput(input);
    const names = [...this.streams.keys()].filter((name) => name > after).sort();
    const listed = type === undefined || type === "DirectPut" ? names : [];
    return { DeliveryStreamNames: listed.slice(0, limit), HasMoreDeliveryStreams: listed.length > limit };
  }

  #open(name: string): DeliveryStream {
    const stream = this.#stream(name);
    if (this.#closed)
      throw new AwsError("ServiceUnavailableException", "The local Firehose is closed", { status: 503 });
    return stream;
  }

  #stream(name: string): DeliveryStream {
    const stream = this.streams.get(name);
    if (!stream) throw new AwsError("ResourceNotFoundException", `Firehose ${name} not found in the stack`);
    return stream;
  }
}
