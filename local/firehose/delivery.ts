import type { Clock } from "../clock.ts";
import { rowCheck } from "../tables/row-check.ts";
import type { Row, Table, TableStore } from "../tables/store.ts";
import { type BufferHints, RecordBuffer } from "./buffer.ts";
import type { FailedRecord } from "./error-output.ts";
import { Held } from "./held.ts";
import type { Metrics } from "./metrics.ts";
import type { ErrorPrefix } from "./prefix.ts";
import { readRecord } from "./record.ts";
import { type DestinationTable, routeRecord } from "./routing.ts";
import type { DeliveryRecord, Failure } from "./types.ts";
import { InFlight, retryDelay, type Timers } from "./waiting.ts";

export interface DeliveryConfig {
  buffer: BufferHints;
  /** How long a failing write is repeated, in milliseconds. */
  retryMs: number;
  destinations: readonly DestinationTable[];
}

interface DeliveryParts {
  config: DeliveryConfig;
  tables: TableStore;
  clock: Clock;
  timers: Timers;
  metrics: Metrics;
  onRows(rows: number): void;
  /** @param prefix The table's own, where it has one. */
  onFailed(record: FailedRecord, prefix: ErrorPrefix | undefined): void;
}

type Check = (row: Row) => Failure | undefined;

/** The rows of one table in one delivery, aligned with the records that they come from. */
interface TableBatch {
  table: Table;
  rows: Row[];
  records: DeliveryRecord[];
}

/** AWS documents no code for a write that kept failing [?]. */
const DELIVERY_FAILED = "Iceberg.DeliveryFailed";

/** The last stage: records to rows (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-stream.html). */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #buffer: RecordBuffer<DeliveryRecord>;
  readonly #checks = new Map<Table, Check>();
  readonly #inFlight = new InFlight();
  /** Records that have not left this stage. */
  readonly held = new Held();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#buffer = new RecordBuffer(parts.config.buffer, parts.timers, (records) => {
      parts.metrics.add("DeliveryToIceberg.IncomingRowCount", records.length);
      for (const batch of this.#batches(records)) this.#inFlight.track(this.#deliver(batch));
    });
  }

  add(record: DeliveryRecord): void {
    this.held.add(record);
    this.#buffer.add(record, record.bytes);
  }

  /** Sorts records by table. Those that no table takes fail at once: a retry would not change it. */
  #batches(records: readonly DeliveryRecord[]): Iterable<TableBatch> {
    const { config, tables } = this.#parts;
    const batches = new Map<Table, TableBatch>();
    for (const record of records) {
      const target = routeRecord(record.route, config.destinations, tables);
      if ("failure" in target) {
        this.#fail([record], undefined, target.failure, 1);
        continue;
      }
      const { table } = target;
      const read = readRecord(record.data, this.#check(table));
      if ("failure" in read) {
        this.#fail([record], table, read.failure, 1);
        continue;
      }
      const batch = batches.get(table) ?? { table, rows: [], records: [] };
      batch.rows.push(read.row);
      batch.records.push(record);
      batches.set(table, batch);
    }
    return batches.values();
  }

  #check(table: Table): Check {
    const known = this.#checks.get(table);
    if (known) return known;
    const check = rowCheck(table);
    this.#checks.set(table, check);
    return check;
  }

  async #deliver({ table, rows, records }: TableBatch): Promise<void> {
    const { config, tables, clock, timers } = this.#parts;
    const deadline = clock.deadline(config.retryMs);
    for (let attempt = 1; ; attempt++) {
      try {
        await tables.insert(table, rows);
        return this.#delivered(records);
      } catch (error) {
        if (clock.now() >= deadline) {
          return this.#fail(records, table, { code: DELIVERY_FAILED, message: String(error) }, attempt);
        }
      }
      if (!(await timers.wait(retryDelay(attempt)))) return;
    }
  }

  #delivered(records: readonly DeliveryRecord[]): void {
    const { metrics, onRows } = this.#parts;
    this.held.remove(records);
    metrics.add("DeliveryToIceberg.Success", 1);
    metrics.add("DeliveryToIceberg.SuccessfulRowCount", records.length);
    metrics.add(
      "DeliveryToIceberg.Bytes",
      records.reduce((bytes, record) => bytes + record.bytes, 0),
    );
    onRows(records.length);
  }

  #fail(records: readonly DeliveryRecord[], table: Table | undefined, failure: Failure, attempts: number): void {
    const { config, clock, onFailed } = this.#parts;
    this.held.remove(records);
    const endedAt = clock.now();
    const own = config.destinations.find((one) => one.table === table?.name && one.database === table.database);
    for (const { data, arrival } of records) {
      onFailed({ ...failure, data, arrival, attempts, endedAt }, own?.errorPrefix);
    }
  }

  cut(): void {
    this.#buffer.cut();
  }

  /** Resolves when no write is under way. */
  done(): Promise<void> {
    return this.#inFlight.done();
  }
}
