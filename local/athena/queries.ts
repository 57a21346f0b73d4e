import { AwsError } from "../api/errors.ts";
import type { Clock } from "../clock.ts";
import type { ObjectStore } from "../objects/store.ts";
import type { Engine } from "./engine.ts";
import type { Query } from "./query.ts";
import { failureOf } from "./query-failure.ts";
import { csvOf, type Result } from "./results.ts";

/** Queries that run at once: DuckDB uses every core for each. The others wait. */
const RUNNING = 2;

const STOPPED = "Query cancelled by user";

/** https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html */
const LIMIT_EXCEEDED = "Bytes scanned limit was exceeded";

class ScanLimitExceeded extends Error {}

interface Parts {
  engine: Engine;
  objects: ObjectStore;
  clock: Clock;
}

/** Every query since the start, and those that wait for their turn. */
export class Queries {
  readonly #parts: Parts;
  readonly #queries = new Map<string, Query>();
  /** Those whose text is being read. */
  readonly #starting = new Set<Query>();
  readonly #waiting: { query: Query; scanLimit: number | undefined }[] = [];
  readonly #running = new Map<Query, Promise<void>>();
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  find(id: string): Query | undefined {
    return this.#queries.get(id);
  }

  /** Queries of a kind that have not ended. */
  active(kind: Query["kind"]): number {
    const active = [...this.#starting, ...this.#running.keys(), ...this.#waiting.map(({ query }) => query)];
    return active.filter((query) => query.kind === kind).length;
  }

  /**
   * @param scanLimit Bytes that the query may scan.
   * @throws AwsError `InvalidRequestException` for what is no SQL.
   */
  async start(query: Query, scanLimit: number | undefined): Promise<void> {
    this.#starting.add(query);
    try {
      await this.#parts.engine.parse(query.request.statement);
    } finally {
      this.#starting.delete(query);
    }
    if (this.#closed) throw new AwsError("InternalServerException", "the local Athena is closed", { status: 500 });
    this.#queries.set(query.request.id, query);
    this.#waiting.push({ query, scanLimit });
    this.#next();
  }

  /** Of no effect on a query that has ended. */
  stop(query: Query): void {
    const position = this.#waiting.findIndex((waiting) => waiting.query === query);
    if (position >= 0) {
      this.#waiting.splice(position, 1);
      query.cancelled(STOPPED, this.#parts.clock.now());
    }
    query.stop();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { query } of [...this.#waiting]) this.stop(query);
    for (const query of this.#running.keys()) query.stop();
    await Promise.all(this.#running.values());
  }

  #next(): void {
    while (!this.#closed && this.#running.size < RUNNING) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const { query, scanLimit } = next;
      query.started(this.#parts.clock.now());
      const run = this.#run(query, scanLimit).finally(() => {
        this.#running.delete(query);
        this.#next();
      });
      this.#running.set(query, run);
    }
  }

  /** Never rejects. */
  async #run(query: Query, scanLimit: number | undefined): Promise<void> {
    const { engine, clock } = this.#parts;
    const { statement, database } = query.request;
    const onScan = (bytes: number): void => {
      query.scans(bytes);
      if (bytes > (scanLimit ?? Number.POSITIVE_INFINITY)) throw new ScanLimitExceeded();
    };
    try {
      const result = await engine.run(statement, { database, signal: query.signal, onScan });
      await this.#keep(query, result);
      query.succeeded(result, clock.now());
    } catch (error) {
      if (error instanceof ScanLimitExceeded) query.cancelled(LIMIT_EXCEEDED, clock.now());
      else if (query.signal.aborted && error === query.signal.reason) query.cancelled(STOPPED, clock.now());
      else query.failed(failureOf(error), clock.now());
    }
  }

  /** Before the query succeeds, so that whoever sees it succeed finds the file. */
  async #keep(query: Query, result: Result): Promise<void> {
    if (!query.isSelect) return;
    const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(query.outputLocation) ?? [];
    await this.#parts.objects.put(bucket, key, csvOf(result));
  }
}
