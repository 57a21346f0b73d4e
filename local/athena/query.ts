import type { QueryFailure } from "./query-failure.ts";
import type { Result } from "./results.ts";
import { isDml, type Statement } from "./sql/statement.ts";
import { ENGINE_VERSION, type ResultConfiguration } from "./workgroup.ts";

export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** What a query was started with. */
export interface QueryRequest {
  id: string;
  sql: string;
  statement: Statement;
  workgroup: string;
  database: string | undefined;
  catalog: string | undefined;
  /** The workgroup's own where it enforces them. */
  results: ResultConfiguration;
  /** Epoch milliseconds. */
  submittedAt: number;
}

/** One execution of a statement, from its start on. Times are epoch milliseconds. */
export class Query {
  readonly request: QueryRequest;
  readonly #stop = new AbortController();
  #state: QueryState = "QUEUED";
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #reason: string | undefined;
  #failure: QueryFailure | undefined;
  #scannedBytes = 0;
  #result: Result | undefined;

  constructor(request: QueryRequest) {
    this.request = request;
  }

  get state(): QueryState {
    return this.#state;
  }

  get ended(): boolean {
    return this.#endedAt !== undefined;
  }

  /** Fires when the query is to stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Of a query that succeeded. */
  get result(): Result | undefined {
    return this.#result;
  }

  get kind(): "DML" | "DDL" {
    return isDml(this.request.statement) ? "DML" : "DDL";
  }

  get isSelect(): boolean {
    return this.request.statement.kind === "SELECT";
  }

  /** Where the result is, or would be: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html */
  get outputLocation(): string {
    const { id, results, statement } = this.request;
    const extension = this.kind === "DDL" ? ".txt" : statement.kind === "INSERT" ? "" : ".csv";
    return `${results.outputLocation}${id}${extension}`;
  }

  started(now: number): void {
    this.#state = "RUNNING";
    this.#startedAt = now;
  }

  scans(bytes: number): void {
    this.#scannedBytes = bytes;
  }

  succeeded(result: Result, now: number): void {
    this.#result = result;
    this.#end("SUCCEEDED", undefined, now);
  }

  failed(failure: QueryFailure, now: number): void {
    this.#failure = failure;
    this.#end("FAILED", failure.message, now);
  }

  cancelled(reason: string, now: number): void {
    this.#end("CANCELLED", reason, now);
  }

  /** Stops a query that runs; it is cancelled when what it does has come to an end. */
  stop(): void {
    this.#stop.abort(new Error("stopped"));
  }

  /** https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html */
  describe(now: number): unknown {
    const { id, sql, statement, workgroup, database, catalog, results, submittedAt } = this.request;
    const endedAt = this.#endedAt ?? now;
    const startedAt = this.#startedAt ?? endedAt;
    const { encryption } = results;
    return {
      QueryExecutionId: id,
      Query: sql,
      StatementType: this.kind,
      SubstatementType: statement.kind,
      WorkGroup: workgroup,
      EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: ENGINE_VERSION },
      QueryExecutionContext: { Database: database, Catalog: catalog },
      ResultConfiguration: {
        OutputLocation: this.outputLocation,
        EncryptionConfiguration: encryption && { EncryptionOption: encryption.option, KmsKey: encryption.kmsKey },
      },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
      Status: {
        State: this.#state,
        StateChangeReason: this.#reason,
        SubmissionDateTime: submittedAt / 1000,
        CompletionDateTime: this.#endedAt === undefined ? undefined : this.#endedAt / 1000,
        AthenaError: this.#failure && describeFailure(this.#failure),
      },
      Statistics: {
        DataScannedInBytes: this.#scannedBytes,
        QueryQueueTimeInMillis: startedAt - submittedAt,
        EngineExecutionTimeInMillis: endedAt - startedAt,
        TotalExecutionTimeInMillis: endedAt - submittedAt,
        ResultReuseInformation: { ReusedPreviousResult: false },
      },
    };
  }

  #end(state: QueryState, reason: string | undefined, now: number): void {
    this.#state = state;
    this.#reason = reason;
    this.#endedAt = now;
  }
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html */
function describeFailure({ category, type, retryable, message }: QueryFailure): unknown {
  return { ErrorCategory: category, ErrorType: type, Retryable: retryable, ErrorMessage: message };
}
