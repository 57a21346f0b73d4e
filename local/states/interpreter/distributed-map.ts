import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import type { DistributedMapState } from "../definition/definition.ts";
import type { Execution } from "../execution.ts";
import { ERRORS, StateError } from "../state-error.ts";
import { readItems } from "./item-reader.ts";
import { payloadText } from "./payload.ts";
import { writeResults } from "./result-writer.ts";
import type { Visit } from "./visit.ts";

/** What a Map Run is told before it reads its items. */
interface Settings {
  arn: string;
  concurrency: number;
  toleratedCount: number | undefined;
  toleratedPercentage: number | undefined;
  reader: unknown;
  writer: unknown;
}

/**
 * Runs the processor for each item as an execution of its own
 * (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html). The results are in S3, of a Map
 * Run that fails too.
 *
 * @throws StateError `States.ExceedToleratedFailureThreshold`, `States.ItemReaderFailed`, `States.ResultWriterFailed`,
 *   or what evaluating a field or an item's input fails with.
 */
export async function runDistributedMap(visit: Visit<DistributedMapState>): Promise<unknown> {
  const { history } = visit.frame.run.execution;
  const settings = await readSettings(visit);
  history.append("MapRunStarted", { mapRunArn: settings.arn });
  try {
    const items = await readItems(visit, settings.reader);
    const inputs = await inputsOf(visit, items);
    const children = new Children(visit, settings, inputs);
    await children.run();
    const place = await writeResults(visit.frame, settings.writer, settings.arn, children);
    if (children.breached) {
      throw new StateError(ERRORS.threshold, "The specified tolerated failure threshold was exceeded");
    }
    history.append("MapRunSucceeded");
    return { MapRunArn: settings.arn, ResultWriterDetails: place };
  } catch (error) {
    if (error instanceof StateError) history.append("MapRunFailed", { error: error.error, cause: error.cause });
    throw error;
  }
}

async function readSettings(visit: Visit<DistributedMapState>): Promise<Settings> {
  const { state, frame } = visit;
  const { execution, maxChildren } = frame.run;
  const evaluation = visit.evaluation();
  const asked = (await state.maxConcurrency?.evaluate(evaluation)) ?? 0;
  const [, , , region, account] = execution.arn.split(":");
  const machine = execution.plan.machineName;
  return {
    arn: `arn:aws:states:${region}:${account}:mapRun:${machine}/${state.label}:${randomUUID()}`,
    concurrency: asked === 0 ? maxChildren : Math.min(asked, maxChildren),
    toleratedCount: await state.toleratedFailureCount?.evaluate(evaluation),
    toleratedPercentage: await state.toleratedFailurePercentage?.evaluate(evaluation),
    reader: await state.reader.evaluate(evaluation),
    writer: await state.writer.evaluate(evaluation),
  };
}

/** The children's inputs, as JSON texts. */
async function inputsOf(visit: Visit<DistributedMapState>, items: readonly unknown[]): Promise<string[]> {
  const { itemSelector, name } = visit.state;
  const inputs: string[] = [];
  for (const [Index, Value] of items.entries()) {
    const item = { Index, Value };
    const input = itemSelector === undefined ? Value : await itemSelector.evaluate(visit.evaluation({ item }));
    inputs.push(payloadText(input, name));
  }
  return inputs;
}

/** The child executions of one Map Run. */
class Children {
  readonly ended: Execution[] = [];
  /** Too many failed. */
  breached = false;
  readonly #visit: Visit<DistributedMapState>;
  readonly #settings: Settings;
  readonly #inputs: readonly string[];
  readonly #running = new Set<Execution>();
  readonly #queue: PQueue;
  #started = 0;
  #failed = 0;

  constructor(visit: Visit<DistributedMapState>, settings: Settings, inputs: readonly string[]) {
    this.#visit = visit;
    this.#settings = settings;
    this.#inputs = inputs;
    this.#queue = new PQueue({ concurrency: settings.concurrency });
  }

  /** Inputs that no child was started for. */
  get pending(): readonly string[] {
    return this.#inputs.slice(this.#started);
  }

  /** Resolves when no child runs any more. @throws the frame's signal's reason, where it aborted. */
  async run(): Promise<void> {
    const { signal } = this.#visit.frame;
    const stop = () => this.#stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      for (const input of this.#inputs) void this.#queue.add(() => this.#child(input));
      await this.#queue.onIdle();
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async #child(input: string): Promise<void> {
    const { state, frame } = this.#visit;
    const { label, processor: states } = state;
    this.#started += 1;
    const child = frame.run.startChild({ states, label, mapRunArn: this.#settings.arn, input });
    this.#running.add(child);
    await child.settled;
    this.#running.delete(child);
    this.ended.push(child);
    if (child.status === "SUCCEEDED") return;
    this.#failed += 1;
    if (!this.breached && this.#isTooMuch()) {
      this.breached = true;
      this.#stop();
    }
  }

  /** Without either threshold, one failure is too much. With both, each counts for itself. */
  #isTooMuch(): boolean {
    const { toleratedCount, toleratedPercentage } = this.#settings;
    const percentage = (this.#failed / this.#inputs.length) * 100;
    const overCount = this.#failed > (toleratedCount ?? (toleratedPercentage === undefined ? 0 : this.#failed));
    return overCount || percentage > (toleratedPercentage ?? 100);
  }

  /** Starts no more, and aborts those that run. */
  #stop(): void {
    this.#queue.clear();
    for (const child of this.#running) child.abort();
  }
}
