import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { COMPILE_CACHE } from "../compile-cache.ts";
import type { FromProducer, ProducerJob, ToProducer } from "./job.ts";
import type { Refusal } from "./produce.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

/**
 * A producer in a process of its own, as producers are: what it costs to make events and to send them is not taken from
 * the thread on which the local cloud runs.
 */
export class ProducerProcess {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  /** Of the job under way. */
  #ended = Promise.withResolvers<void>();
  /** Why the process takes no more jobs. */
  #gone: Error | undefined;
  #refused: (refusal: Refusal) => void = () => undefined;

  /**
   * Starts the process, which then waits for its job.
   *
   * @param input What its standard input is: by default this process's own, or none.
   */
  constructor(input: "inherit" | "ignore" = "inherit") {
    // Its own process group: a Ctrl-C is for this process.
    const env = { ...COMPILE_CACHE, ...process.env };
    this.#child = fork(MAIN, { detached: true, stdio: [input, "inherit", "inherit", "ipc"], env });
    this.#child.on("message", (message: FromProducer) => this.#hear(message));
    this.#child.once("error", (error) => this.#end(error));
    this.#child.once("exit", (code, signal) => {
      this.#end(new Error(`the producer's process ended early: ${signal ?? `exit code ${code}`}`));
    });
    // Whoever runs no job asks for neither.
    this.#ready.promise.catch(() => undefined);
    this.#ended.promise.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it has loaded all that it needs. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Resolves when every event of the job was taken or refused. One job at a time.
   *
   * @throws Error where the input cannot be read, or the process ends early.
   */
  async send(job: ProducerJob, refused: (refusal: Refusal) => void): Promise<void> {
    this.#refused = refused;
    await this.ready;
    if (this.#gone !== undefined) throw this.#gone;
    this.#ended = Promise.withResolvers();
    this.#tell(job);
    await this.#ended.promise;
  }

  /** Asks it to read no further; what it has read is still sent. */
  stop(): void {
    this.#tell("stop");
  }

  /** Ends the process, whatever it does. */
  close(): void {
    this.#child.kill("SIGKILL");
  }

  #tell(message: ToProducer): void {
    // Its end says why it could not be told.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromProducer): void {
    if (message === "ready") this.#ready.resolve();
    else if (message === "done") this.#ended.resolve();
    else if ("refusal" in message) this.#refused(message.refusal);
    else this.#ended.reject(new Error(message.failure));
  }

  #end(error: Error): void {
    this.#gone = error;
    this.#ready.reject(error);
    this.#ended.reject(error);
  }
}
