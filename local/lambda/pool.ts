import { join } from "node:path";
import type { FunctionConfiguration } from "./configuration.ts";
import { ExecutionEnvironment, type ExecutionHost, InitFailure } from "./execution-environment.ts";
import type { Invocation } from "./invoker.ts";
import { unpack } from "./unpack.ts";

interface Waiting {
  payload: Buffer;
  resolve(invocation: Invocation): void;
  reject(error: unknown): void;
}

/**
 * A function's child processes. An invocation goes to the warm process that was used last; with none free it waits,
 * and starts another as long as the machine allows one more.
 */
export class FunctionPool {
  readonly #configuration: FunctionConfiguration;
  readonly #host: ExecutionHost;
  readonly #limit: number;
  readonly #taskRoot: string;
  /** Those whose process may still run. */
  readonly #environments = new Set<ExecutionEnvironment>();
  /** The one used last is at the end. */
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: Waiting[] = [];
  #started = 0;
  #unpacking = 0;
  #starting = 0;
  #unpacked: Promise<void> | undefined;
  #stopped: Error | undefined;

  /** @param limit Child processes at once. @param workDirectory Where archives are unpacked, each in its own folder. */
  constructor(configuration: FunctionConfiguration, host: ExecutionHost, limit: number, workDirectory: string) {
    this.#configuration = configuration;
    this.#host = host;
    this.#limit = limit;
    this.#taskRoot = join(workDirectory, configuration.name);
  }

  /** @param payload JSON text in UTF-8. */
  invoke(payload: Buffer): Promise<Invocation> {
    if (this.#stopped !== undefined) {
      return Promise.reject(this.#stopped);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Invocation>();
    this.#waiting.push({ payload, resolve, reject });
    this.#dispatch();
    return promise;
  }

  /**
   * Starts child processes until there are `count`, or as many as the machine allows.
   *
   * @throws InitFailure when the handler cannot be loaded.
   */
  async warm(count: number): Promise<void> {
    const started: Promise<void>[] = [];
    while (this.#count() < Math.min(count, this.#limit)) {
      started.push(
        this.#start().catch((error: unknown) => {
          this.#dispatch();
          throw error;
        }),
      );
    }
    await Promise.all(started);
  }

  /** The child processes that there are now. */
  get environments(): ReadonlySet<ExecutionEnvironment> {
    return this.#environments;
  }

  /** How many child processes were ever started. */
  get started(): number {
    return this.#started;
  }

  /** The child process whose calls carry this token, if there still is one. */
  execution(sessionToken: string): ExecutionEnvironment | undefined {
    return [...this.#environments].find(({ credentials }) => credentials.sessionToken === sessionToken);
  }

  /** Kills every child process: what waits is refused with `reason`, what runs ends as if its process had died. */
  async stop(reason: Error): Promise<void> {
    this.#stopped = reason;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.reject(reason);
    }
    await Promise.all([...this.#environments].map((environment) => environment.kill()));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const environment = this.#idle.pop();
      if (environment?.alive) {
        const waiting = this.#waiting.shift();
        if (waiting !== undefined) {
          void this.#run(environment, waiting);
        }
      }
    }
    while (this.#waiting.length > this.#starting && this.#count() < this.#limit) {
      this.#start().catch((error: unknown) => this.#failOldest(error));
    }
  }

  async #run(environment: ExecutionEnvironment, waiting: Waiting): Promise<void> {
    const invocation = await environment.invoke(waiting.payload);
    if (environment.alive) {
      this.#idle.push(environment);
    }
    if (invocation !== undefined) {
      waiting.resolve(invocation);
    } else if (this.#stopped !== undefined) {
      waiting.reject(this.#stopped);
    } else {
      this.#waiting.unshift(waiting);
    }
    this.#dispatch();
  }

  /** Child processes that are of use, now or soon. */
  #count(): number {
    return this.#unpacking + [...this.#environments].filter(({ alive }) => alive).length;
  }

  async #start(): Promise<void> {
    this.#starting += 1;
    try {
      const environment = await this.#newEnvironment();
      await environment.ready;
      this.#idle.push(environment);
    } finally {
      this.#starting -= 1;
    }
    this.#dispatch();
  }

  async #newEnvironment(): Promise<ExecutionEnvironment> {
    this.#unpacking += 1;
    try {
      this.#unpacked ??= unpack(this.#configuration.files, this.#taskRoot);
      await this.#unpacked;
    } finally {
      this.#unpacking -= 1;
    }
    if (this.#stopped !== undefined) {
      throw this.#stopped;
    }
    const environment = new ExecutionEnvironment(this.#configuration, this.#taskRoot, this.#host);
    this.#environments.add(environment);
    this.#started += 1;
    void environment.closed.then(() => {
      this.#environments.delete(environment);
      this.#dispatch();
    });
    return environment;
  }

  /** Lambda answers an invocation with the failure of the initialisation that it caused. */
  #failOldest(error: unknown): void {
    const waiting = this.#waiting.shift();
    if (error instanceof InitFailure) {
      waiting?.resolve(error.invocation);
    } else {
      waiting?.reject(error);
    }
    this.#dispatch();
  }
}
