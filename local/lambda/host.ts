import { AwsError } from "../api/errors.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { MetricSink } from "../cloudwatch/types.ts";
import { Concurrency, type ExecutionSlots } from "./concurrency.ts";
import { DEFAULT_ACCOUNT_CONCURRENCY, type FunctionConfiguration, MAX_REQUEST_BYTES } from "./configuration.ts";
import type { Credentials } from "./environment-variables.ts";
import type { ExecutionEnvironment } from "./execution-environment.ts";
import type { FunctionInvoker, Invocation } from "./invoker.ts";
import { FunctionMetrics } from "./metrics.ts";
import { FunctionPool } from "./pool.ts";
import { Reaper } from "./reaper.ts";

export interface LambdaHostOptions {
  functions: readonly FunctionConfiguration[];
  /** Times the functions' timeouts. */
  clock: Clock;
  /**
   * Times what the machine itself does (a process's start, at most 10 s), which no scaling of AWS's time makes faster;
   * by default the system's clock.
   */
  machineClock?: Clock;
  region: string;
  /** The functions' `AWS_ENDPOINT_URL`. */
  endpointUrl: string;
  /**
   * Where archives are unpacked. Outside of any folder with `node_modules`, or an import that an archive lacks would be
   * found there. The host's own: it is removed when the host stops, or its process dies.
   */
  workDirectory: string;
  /** Child processes that each function may have at once. */
  childrenPerFunction: number;
  /** Executions that AWS would allow the account at once; by default 1,000. */
  accountConcurrency?: number;
  /**
   * @param environment Unique to each child process. A session token made of it says in {@link LambdaHost.execution}
   *   which one made a call.
   */
  credentialsFor(roleArn: string, environment: string, functionName: string): Credentials;
  /** Gets each line that a function writes to its output. */
  log(functionName: string, line: string): void;
  /** Where the functions' metrics go; by default nowhere. */
  metrics?: MetricSink;
}

/** Runs functions as Lambda does, each concurrent execution in a child process of its own. */
export class LambdaHost implements FunctionInvoker, ExecutionSlots {
  readonly #clock: Clock;
  readonly #pools: ReadonlyMap<string, FunctionPool>;
  /** Empty where nobody wants them. */
  readonly #metrics: ReadonlyMap<string, FunctionMetrics>;
  readonly #concurrency: Concurrency;
  readonly #reaper: Reaper;

  constructor(options: LambdaHostOptions) {
    const { functions, childrenPerFunction, workDirectory, clock, metrics: sink } = options;
    this.#clock = clock;
    this.#metrics = new Map(
      sink === undefined
        ? []
        : functions.map((configuration) => [configuration.arn, new FunctionMetrics(configuration, { sink, clock })]),
    );
    this.#reaper = new Reaper(workDirectory);
    this.#concurrency = new Concurrency(functions, {
      accountConcurrency: options.accountConcurrency ?? DEFAULT_ACCOUNT_CONCURRENCY,
      slotsPerFunction: childrenPerFunction,
    });
    const host = {
      clock,
      machineClock: options.machineClock ?? systemClock(),
      region: options.region,
      endpointUrl: options.endpointUrl,
      credentialsFor: options.credentialsFor,
      log: options.log,
      onRun: (functionArn: string, ms: number) => this.#metrics.get(functionArn)?.ran(ms),
      reaper: this.#reaper,
    };
    this.#pools = new Map(
      functions.map((configuration) => [
        configuration.arn,
        new FunctionPool(configuration, host, childrenPerFunction, workDirectory),
      ]),
    );
  }

  /**
   * Invokes the function, or waits for a free child process where only this machine's limit is in the way. A slot that
   * {@link freeSlots} reports is taken before this returns.
   */
  async invoke(functionArn: string, payload: string | Buffer): Promise<Invocation> {
    const arn = unqualified(functionArn);
    const pool = this.#pool(arn);
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    if (bytes.length > MAX_REQUEST_BYTES) {
      throw new AwsError(
        "RequestTooLargeException",
        `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
        { status: 413 },
      );
    }
    const metrics = this.#metrics.get(arn);
    const startedAt = this.#clock.now();
    this.#acquire(arn, metrics);
    try {
      const invocation = await pool.invoke(bytes);
      metrics?.ended(startedAt, invocation.functionError !== undefined);
      return invocation;
    } finally {
      this.#concurrency.release(arn);
    }
  }

  /**
   * Starts up to `count` child processes ahead of the first invocation.
   *
   * @throws InitFailure when the handler cannot be loaded.
   */
  async warm(functionArn: string, count: number): Promise<void> {
    await this.#pool(unqualified(functionArn)).warm(count);
  }

  freeSlots(functionArn: string): number {
    return this.#concurrency.freeSlots(unqualified(functionArn));
  }

  whenFree(functionArn: string, listener: () => void): void {
    this.#concurrency.whenFree(unqualified(functionArn), listener);
  }

  /** The child process whose calls carry this token, if there still is one. */
  execution(sessionToken: string): ExecutionEnvironment | undefined {
    for (const pool of this.#pools.values()) {
      const execution = pool.execution(sessionToken);
      if (execution !== undefined) {
        return execution;
      }
    }
    return undefined;
  }

  /** The child processes of all functions that there are now. */
  environments(): ExecutionEnvironment[] {
    return [...this.#pools.values()].flatMap(({ environments }) => [...environments]);
  }

  /** How many child processes were ever started, over all functions. */
  get started(): number {
    return [...this.#pools.values()].reduce((sum, { started }) => sum + started, 0);
  }

  /** Kills every child process and resolves when none is left; later invocations are refused. */
  async stop(): Promise<void> {
    const reason = new AwsError("ServiceException", "the local cloud has stopped", { status: 500 });
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop(reason)));
    await this.#reaper.close();
  }

  #acquire(functionArn: string, metrics: FunctionMetrics | undefined): void {
    try {
      const executions = this.#concurrency.acquire(functionArn);
      metrics?.started(executions);
    } catch (error) {
      metrics?.throttled();
      throw error;
    }
  }

  #pool(functionArn: string): FunctionPool {
    const pool = this.#pools.get(functionArn);
    if (pool === undefined) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, { status: 404 });
    }
    return pool;
  }
}

/** Only `$LATEST` exists here. */
function unqualified(functionArn: string): string {
  return functionArn.replace(/:\$LATEST$/, "");
}
