import type { MetricSink } from "../../../local/cloudwatch/types.ts";
import { errorPrefix } from "../../../local/firehose/prefix.ts";
import { DeliveryStream, type DeliveryStreamConfig } from "../../../local/firehose/stream.ts";
import type { FunctionInvoker, Invocation } from "../../../local/lambda/invoker.ts";
import type { ObjectStore } from "../../../local/objects/store.ts";
import type { Row, Table, TableStore } from "../../../local/tables/store.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";

export const MIB = 1024 * 1024;
export const REGION = "eu-west-1";
export const STREAM_ARN = `arn:aws:firehose:${REGION}:123456789012:deliverystream/events`;
export const LAMBDA_ARN = `arn:aws:lambda:${REGION}:123456789012:function:transform:$LATEST`;

export const orders: Table = {
  database: "raw",
  name: "orders",
  columns: [
    { name: "id", type: "string", required: true },
    { name: "n", type: "long", required: false },
  ],
};

export const payments: Table = { ...orders, name: "payments" };

export interface Overrides {
  transform?: Partial<NonNullable<DeliveryStreamConfig["transform"]>> | undefined;
  delivery?: Partial<DeliveryStreamConfig["delivery"]>;
  errors?: Partial<DeliveryStreamConfig["errors"]>;
}

/** A stream as AWS makes it when nothing is said, with a transform; `transform: undefined` leaves it out. */
export function configuration(overrides: Overrides = {}): DeliveryStreamConfig {
  const transform = { lambdaArn: LAMBDA_ARN, buffer: { bytes: MIB, ms: 60_000 }, retries: 3, ...overrides.transform };
  const isLeftOut = "transform" in overrides && overrides.transform === undefined;
  return {
    name: "events",
    arn: STREAM_ARN,
    region: REGION,
    appendOnly: true,
    transform: isLeftOut ? undefined : transform,
    delivery: { buffer: { bytes: 5 * MIB, ms: 300_000 }, retryMs: 300_000, destinations: [], ...overrides.delivery },
    errors: {
      bucket: "errors",
      prefix: errorPrefix(undefined, undefined),
      compression: "UNCOMPRESSED",
      buffer: { bytes: 5 * MIB, ms: 300_000 },
      ...overrides.errors,
    },
  };
}

/** The only table, for streams without a transform. */
export const onlyOrders = [{ database: "raw", table: "orders", errorPrefix: undefined }];

/** Tables in an array each. */
export class FakeTables implements TableStore {
  readonly rows = new Map<Table, Row[]>([
    [orders, []],
    [payments, []],
  ]);
  /** Inserts so far, refused ones included. */
  attempts = 0;
  refuse: (attempt: number) => boolean = () => false;

  find(database: string, name: string): Table | undefined {
    return [...this.rows.keys()].find((table) => table.database === database && table.name === name);
  }

  async insert(table: Table, rows: readonly Row[]): Promise<void> {
    this.attempts++;
    if (this.refuse(this.attempts)) throw new Error("the catalog is away");
    this.rows.get(table)?.push(...rows);
  }

  ids(table: Table = orders): unknown[] {
    return (this.rows.get(table) ?? []).map((row) => row.id);
  }
}

export class FakeObjects implements ObjectStore {
  readonly objects: { bucket: string; key: string; body: Uint8Array }[] = [];
  readonly keysTried: string[] = [];
  refuse: (attempt: number) => boolean = () => false;

  async put(bucket: string, key: string, body: string | Uint8Array): Promise<void> {
    this.keysTried.push(key);
    if (this.refuse(this.keysTried.length)) throw new Error("SlowDown");
    this.objects.push({ bucket, key, body: Buffer.from(body) });
  }

  /** The error documents of all objects that are not compressed. */
  documents(): ErrorDocument[] {
    return this.objects.flatMap(({ body }) => {
      const lines = Buffer.from(body).toString().split("\n");
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as ErrorDocument);
    });
  }
}

export interface ErrorDocument {
  attemptsMade: number;
  arrivalTimestamp: number;
  errorCode: string;
  errorMessage: string;
  attemptEndingTimestamp: number;
  rawData: string;
  lambdaArn?: string;
}

export interface TransformEvent {
  invocationId: string;
  deliveryStreamArn: string;
  region: string;
  records: { recordId: string; approximateArrivalTimestamp: number; data: string }[];
}

type AnsweredRecord = { recordId: string; result: string; data?: string; metadata?: unknown };

/** A function whose answer a test gives; by default every record is an order, Ok and unchanged. */
export class FakeFunction implements FunctionInvoker {
  readonly events: TransformEvent[] = [];
  readonly arns: string[] = [];
  readonly payloads: string[] = [];
  answer: (event: TransformEvent) => Invocation | Promise<Invocation> = (event) =>
    respond(event.records.map((record) => ok(record)));

  async invoke(functionArn: string, bytes: string | Buffer): Promise<Invocation> {
    const payload = String(bytes);
    const event = JSON.parse(payload) as TransformEvent;
    this.arns.push(functionArn);
    this.payloads.push(payload);
    this.events.push(event);
    return this.answer(event);
  }
}

export function respond(records: AnsweredRecord[]): Invocation {
  return { payload: JSON.stringify({ records }) };
}

export function ok({ recordId, data }: { recordId: string; data: string }, table = "orders"): AnsweredRecord {
  return { recordId, result: "Ok", data, metadata: route(table) };
}

export function route(table: string, operation = "insert"): unknown {
  return {
    otfMetadata: { destinationDatabaseName: "raw", destinationTableName: table, operation },
  };
}

export interface Stage {
  stream: DeliveryStream;
  clock: VirtualClock;
  tables: FakeTables;
  objects: FakeObjects;
  fn: FakeFunction;
}

/** @param speed Of the clock. @param metrics By default nobody gets them. */
export function newStream(
  overrides: Overrides = {},
  { speed = 1, metrics }: { speed?: number; metrics?: MetricSink } = {},
): Stage {
  const clock = virtualClock(undefined, speed);
  const [tables, objects, fn] = [new FakeTables(), new FakeObjects(), new FakeFunction()];
  const services = { clock, tables, objects, invoker: fn, metrics };
  return { stream: new DeliveryStream(configuration(overrides), services), clock, tables, objects, fn };
}

/** A put's record. @param bytes Filled up with white space to this size. */
export function record(value: unknown, bytes = 0): { data: string; bytes: number } {
  const text = Buffer.from((typeof value === "string" ? value : JSON.stringify(value)).padEnd(bytes));
  return { data: text.toString("base64"), bytes: text.length };
}

export function order(id: string, bytes = 0): { data: string; bytes: number } {
  return record({ id, n: 1 }, bytes);
}

export function text(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
