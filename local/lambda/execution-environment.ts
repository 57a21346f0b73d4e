import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonText } from "../api/json-text.mjs";
import type { Clock, Timer } from "../clock.ts";
import type { FunctionConfiguration } from "./configuration.ts";
import { type Credentials, childEnvironment } from "./environment-variables.ts";
import { exited, responseTooLarge, timedOut } from "./function-errors.ts";
import type { Invocation } from "./invoker.ts";
import { eachLine } from "./lines.ts";
import type { Reaper } from "./reaper.ts";
import { RuntimeApi } from "./runtime-api.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.mjs", import.meta.url));

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the init phase. AWS then tries once more
 * within the function's timeout; here the invocation fails.
 */
const INIT_SECONDS = 10;

/** What every child process of a host shares. */
export interface ExecutionHost {
  clock: Clock;
  /** Times what the machine itself does, however fast AWS's time is made to pass. */
  machineClock: Clock;
  region: string;
  endpointUrl: string;
  /** @param environment Unique to each execution environment. */
  credentialsFor(roleArn: string, environment: string, functionName: string): Credentials;
  log(functionName: string, line: string): void;
  /** Hears for how many milliseconds of this machine's the function's code ran, in each invocation that ends. */
  onRun(functionArn: string, ms: number): void;
  reaper: Reaper;
}

/** The handler could not be loaded: what the invocation that wanted this child process is answered. */
export class InitFailure extends Error {
  readonly invocation: Invocation;

  constructor(functionName: string, invocation: Invocation) {
    super(`${functionName}: initialisation failed: ${invocation.payload}`);
    this.invocation = invocation;
  }
}

interface Task {
  requestId: string;
  payload: Buffer;
  /** By `performance.now()`; undefined until the process takes it. */
  handedAt: number | undefined;
  timer: Timer;
  /** With undefined when the process ended before it was handed the payload. */
  settle(invocation: Invocation | undefined): void;
}

/** One child process, which runs one invocation at a time. */
export class ExecutionEnvironment {
  /** Resolves when the handler is loaded; rejects with an {@link InitFailure}, or with what kept the process from starting. */
  readonly ready: Promise<void>;
  /** Resolves when the process and its socket are gone. */
  readonly closed: Promise<void>;
  /** As its function's calls carry them. */
  readonly credentials: Credentials;
  readonly #id = randomUUID().replaceAll("-", "");
  readonly #configuration: FunctionConfiguration;
  readonly #host: ExecutionHost;
  readonly #ready = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #alive = true;
  #asking = false;
  #task: Task | undefined;
  #api: RuntimeApi | undefined;
  #child: ChildProcess | undefined;

  /** @param taskRoot Where the function's archive is unpacked; the process's socket stands beside it. */
  constructor(configuration: FunctionConfiguration, taskRoot: string, host: ExecutionHost) {
    this.#configuration = configuration;
    this.#host = host;
    this.ready = this.#ready.promise;
    this.closed = this.#closed.promise;
    this.credentials = host.credentialsFor(configuration.roleArn, this.#id, configuration.name);
    this.#boot(taskRoot).catch((error: unknown) => this.#abandon(error));
  }

  get functionName(): string {
    return this.#configuration.name;
  }

  /** Undefined before the process started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Of the invocation under way; undefined between two. */
  get requestId(): string | undefined {
    return this.#task?.requestId;
  }

  /** False once the process has ended, or is about to. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Hands the payload (JSON text in UTF-8) to the process. The function's timeout starts when the process takes it; undefined
   * when the process ended before, so that the payload may go to another.
   */
  invoke(payload: Buffer): Promise<Invocation | undefined> {
    const { promise, resolve } = Promise.withResolvers<Invocation | undefined>();
    if (this.#alive) {
      this.#task = { requestId: randomUUID(), payload, handedAt: undefined, timer: undefined, settle: resolve };
      this.#hand();
    } else {
      resolve(undefined);
    }
    return promise;
  }

  /** Kills the process, and resolves when it is gone. */
  async kill(): Promise<void> {
    this.#alive = false;
    this.#child?.kill("SIGKILL");
    await this.closed;
  }

  /** Stops the process where it is; only the function's time-out, or a {@link kill}, ends that. */
  stall(): void {
    this.#child?.kill("SIGSTOP");
  }

  async #boot(taskRoot: string): Promise<void> {
    const socket = join(dirname(taskRoot), `${this.#id.slice(0, 12)}.sock`);
    const api = await RuntimeApi.open(socket, {
      onNext: () => this.#onNext(),
      onResponse: (payload) => this.#settle(payload === undefined ? responseTooLarge() : succeeded(payload)),
      onError: (payload) => this.#settle({ payload, functionError: "Unhandled" }),
      onInitError: (payload) => this.#failInit({ payload, functionError: "Unhandled" }),
    });
    this.#api = api;
    if (!this.#alive) {
      throw new Error(`${this.#configuration.name}: killed before it started`);
    }
    const child = this.#spawn(taskRoot, api.address);
    this.#child = child;
    child.once("error", (error) => this.#abandon(error));
    child.once("exit", (code, signal) => this.#onExit(code, signal));
    child.once("close", () => void this.#close());
    const { machineClock } = this.#host;
    const limit = machineClock.after(INIT_SECONDS * 1000, () => {
      this.#failInit(timedOut(randomUUID(), INIT_SECONDS));
    });
    const clear = () => machineClock.clear(limit);
    this.ready.then(clear, clear);
  }

  #spawn(taskRoot: string, runtimeApi: string) {
    const { region, endpointUrl, clock, log, reaper } = this.#host;
    const { name } = this.#configuration;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStream = `${day}/[$LATEST]${this.#id}`;
    const place = { runtimeApi, taskRoot, region, endpointUrl, credentials: this.credentials, logStream };
    const child = spawn(process.execPath, [...this.#nodeOptions(), BOOTSTRAP], {
      cwd: taskRoot,
      // Its own process group: a Ctrl-C is for the host, which then ends its invocations in order.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: childEnvironment(this.#configuration, place),
    });
    const { pid } = child;
    if (pid !== undefined) {
      reaper.watch(pid);
      child.once("exit", () => reaper.forget(pid));
    }
    eachLine(child.stdout, (line) => log(name, line));
    eachLine(child.stderr, (line) => log(name, line));
    return child;
  }

  /**
   * Lambda's own runtime divides a function's memory like this [?]; the function's NODE_OPTIONS come first.
   * https://nodejs.org/api/cli.html#useful-v8-options
   */
  #nodeOptions(): string[] {
    const { memoryMegabytes, variables } = this.#configuration;
    return /max[-_](old|semi)[-_]space[-_]size/.test(variables.NODE_OPTIONS ?? "")
      ? []
      : [
          `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
          `--max-semi-space-size=${Math.floor(memoryMegabytes * 0.05)}`,
        ];
  }

  #onNext(): void {
    this.#asking = true;
    this.#ready.resolve();
    this.#hand();
  }

  #hand(): void {
    const task = this.#task;
    // A runtime may ask for the next invocation in the same breath as it answers this one.
    if (!this.#asking || task === undefined || task.handedAt !== undefined) {
      return;
    }
    this.#asking = false;
    task.handedAt = performance.now();
    const { clock } = this.#host;
    const timeout = this.#configuration.timeoutSeconds * 1000;
    task.timer = clock.after(timeout, () => this.#timeOut(task.requestId));
    this.#api?.hand({
      requestId: task.requestId,
      functionArn: this.#configuration.arn,
      deadline: clock.deadline(timeout),
      traceId: traceId(task.requestId, clock.now()),
      payload: task.payload,
    });
  }

  #timeOut(requestId: string): void {
    const { name, timeoutSeconds } = this.#configuration;
    const at = new Date(this.#host.clock.now()).toISOString();
    this.#host.log(name, `${at} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
    this.#alive = false;
    this.#settle(timedOut(requestId, timeoutSeconds));
    this.#child?.kill("SIGKILL");
  }

  #settle(invocation: Invocation | undefined): void {
    const task = this.#task;
    if (task !== undefined) {
      this.#task = undefined;
      this.#host.clock.clear(task.timer);
      if (task.handedAt !== undefined) {
        this.#host.onRun(this.#configuration.arn, performance.now() - task.handedAt);
      }
      task.settle(invocation);
    }
  }

  #failInit(invocation: Invocation): void {
    this.#alive = false;
    this.#ready.reject(new InitFailure(this.#configuration.name, invocation));
    this.#child?.kill("SIGKILL");
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const invocation = exited(this.#task?.requestId ?? randomUUID(), code, signal);
    this.#failInit(invocation);
    if (this.#task?.handedAt !== undefined) {
      this.#host.log(this.#configuration.name, invocation.payload);
      this.#settle(invocation);
    } else {
      this.#settle(undefined);
    }
  }

  /** There is no process, and there will be none. */
  #abandon(error: unknown): void {
    this.#alive = false;
    this.#ready.reject(error);
    this.#settle(undefined);
    void this.#close();
  }

  async #close(): Promise<void> {
    await this.#api?.close();
    this.#closed.resolve();
  }
}

function succeeded(response: JsonText): Invocation {
  if (!response.isLong) return { payload: response.text };
  let held: JsonText | undefined = response;
  const read = () => {
    if (held === undefined) throw new Error("the payload of this invocation has been taken");
    return held;
  };
  return {
    get payload() {
      return read().text;
    },
    takeParsed() {
      const text = read();
      held = undefined;
      return text.parse();
    },
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader; never sampled. */
function traceId(requestId: string, now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  const id = requestId.replaceAll("-", "");
  return `Root=1-${seconds}-${id.slice(0, 24)};Parent=${id.slice(-16)};Sampled=0`;
}
