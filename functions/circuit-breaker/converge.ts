import { sleep } from "../common/clock.ts";
import { describeFailure, errorName } from "../common/failure.ts";
import { inParallel } from "../common/in-parallel.ts";
import { change, readCircuit } from "./change.ts";
import type { Circuit } from "./circuit.ts";
import { ControlPlane, isPassing } from "./control-plane.ts";
import type { Invocation } from "./invocation.ts";
import type { Mapping } from "./mapping.ts";
import { OutOfTime, Pacer } from "./pacer.ts";
import { planFor, type Step, wantedBy } from "./plan.ts";
import type { CircuitStore, Survey } from "./store.ts";
import { type StepTools, takeStep } from "./take-step.ts";
import { changed } from "./transitions.ts";

/** Steps that take about a second: so often the circuit is read again. */
const STEPS_A_LOOK = 10;
/** A call takes longer than the time between two calls. */
const STEPS_IN_FLIGHT = 5;
/** Before a second and a third try of what was refused for the moment. */
const PAUSES_MS = [1000, 3000];

export interface ConvergeOptions {
  /** False: only look. */
  isToAct: boolean;
  /** Epoch milliseconds from which no call of Lambda's control plane is begun. */
  stopAt: number;
}

/**
 * Makes the mappings what the circuit wants, as far as the time allows, and turns around where the circuit changes
 * meanwhile. What is left, or only on its way, is left to the next tick.
 *
 * @returns how the mappings were when they were looked at; undefined where another invocation is at it, or there was no
 *   time to look.
 * @throws whatever the store throws.
 */
export async function converge(invocation: Invocation, options: ConvergeOptions): Promise<Survey | undefined> {
  const { clock, log } = invocation;
  if (!(await acquire(invocation, options))) {
    log.info("another invocation is at the mappings");
    return undefined;
  }
  const pacer = new Pacer(clock, options.stopAt);
  const controlPlane = new ControlPlane(invocation.clients, { ...invocation, pacer });
  const work = new Work(invocation, options, controlPlane);
  try {
    while ((await work.round()) === "turn around");
  } catch (error) {
    if (!(error instanceof OutOfTime) && !isPassing(error)) throw error;
    log.warn("mappings are left to the next tick", { error: errorName(error), survey: work.survey });
  } finally {
    await release(invocation);
  }
  return work.survey;
}

/** Somebody who only looks holds it for a moment, and must not keep an outage waiting for the next tick. */
const PATIENCE_MS = 3000;
const POLL_MS = 250;

async function acquire({ store, clock, id, end }: Invocation, { isToAct, stopAt }: ConvergeOptions): Promise<boolean> {
  const latest = Math.min(stopAt, clock.now() + (isToAct ? PATIENCE_MS : 0));
  while (!(await store.acquire(id, end, clock.now()))) {
    if (clock.now() + POLL_MS > latest) return false;
    await sleep(clock, POLL_MS);
  }
  return true;
}

async function release({ store, log, id }: Invocation): Promise<void> {
  try {
    await store.release(id);
  } catch (error) {
    // It ends by itself.
    log.error("lease not released", describeFailure(error));
  }
}

class Work {
  survey: Survey | undefined;
  readonly #invocation: Invocation;
  readonly #options: ConvergeOptions;
  readonly #controlPlane: ControlPlane;
  readonly #tools: StepTools;

  constructor(invocation: Invocation, options: ConvergeOptions, controlPlane: ControlPlane) {
    const { store, clock } = invocation;
    this.#invocation = invocation;
    this.#options = options;
    this.#controlPlane = controlPlane;
    this.#tools = { controlPlane, store, now: () => new Date(clock.now()).toISOString() };
  }

  /** Looks, plans and acts. @throws OutOfTime, or whatever the store or the first look throws. */
  async round(): Promise<"done" | "turn around"> {
    const { store, clock, log, id } = this.#invocation;
    const circuit = await readCircuit(store);
    const mappings = await this.#controlPlane.list();
    const saved = await store.saved();
    const { steps, pending } = planFor(circuit, mappings, saved, clock.now());
    const survey = { mappings: byState(mappings), pending };
    this.survey = survey;
    await store.report(id, survey);
    if (!this.#options.isToAct) return "done";
    if (steps.length > 0) log.info("mappings", { state: circuit.state, ...survey, steps: byKind(steps) });

    const stopped = steps.flatMap((step) => (step.do === "forget" && !step.isRestored ? [step.saved.id] : []));
    if (stopped.length > 0)
      log.warn("stopped by somebody since they were restored, and left so", { mappings: stopped });

    let left: readonly Step[] = steps.toSorted((one, other) => ORDER[one.do] - ORDER[other.do]);
    for (const pause of [0, ...PAUSES_MS]) {
      if (left.length === 0) break;
      if (clock.now() + pause >= this.#options.stopAt) throw new OutOfTime();
      if (pause > 0) await sleep(clock, pause);
      const again = await this.#take(left, wantedBy(circuit));
      if (again === "turn around") return again;
      left = again;
    }
    await this.#finish(circuit);
    return "done";
  }

  /** @returns the steps that were refused for the moment. */
  async #take(steps: readonly Step[], wanted: string): Promise<Step[] | "turn around"> {
    const { log } = this.#invocation;
    const again: Step[] = [];
    const errors: Record<string, number> = {};
    const course = new Course(this.#invocation.store, wanted);
    let isLate = false;
    let begun = 0;
    const take = async (step: Step): Promise<void> => {
      if (isLate || !course.holds) return;
      // The calls go on meanwhile: to wait for the table would keep them below the rate that they may have.
      if (++begun % STEPS_A_LOOK === 0) course.look();
      try {
        await takeStep(step, this.#tools);
      } catch (error) {
        if (error instanceof OutOfTime) {
          isLate = true;
          return;
        }
        errors[errorName(error)] = (errors[errorName(error)] ?? 0) + 1;
        if (isPassing(error)) again.push(step);
      }
    };
    try {
      course.look();
      if (!(await course.seen())) return "turn around";
      await inParallel(steps, STEPS_IN_FLIGHT, take);
      if (!(await course.seen())) return "turn around";
      if (isLate) throw new OutOfTime();
    } finally {
      if (Object.keys(errors).length > 0) log.warn("calls failed", { errors });
    }
    return again;
  }

  /** Where everything is restored, the next ticks need not look. */
  async #finish({ state, since }: Circuit): Promise<void> {
    const { store, id } = this.#invocation;
    if (state !== "CLOSED" || (await store.saved()).length > 0) return;
    await change(store, id, (now) =>
      now.state === "CLOSED" && now.since === since && now.restoring ? changed(now, { restoring: false }) : undefined,
    );
  }
}

/** Whether the circuit still wants what it did, looked at while work goes on. */
class Course {
  readonly #store: CircuitStore;
  readonly #wanted: string;
  /** Of a look that failed. */
  #failure: unknown;
  #isChanged = false;
  #looks: Promise<void> = Promise.resolve();

  constructor(store: CircuitStore, wanted: string) {
    this.#store = store;
    this.#wanted = wanted;
  }

  /** As far as the looks tell that have ended. */
  get holds(): boolean {
    return !this.#isChanged && this.#failure === undefined;
  }

  /** Begins to read the circuit. */
  look(): void {
    const read = readCircuit(this.#store).then(
      (circuit) => {
        if (wantedBy(circuit) !== this.#wanted) this.#isChanged = true;
      },
      (error: unknown) => {
        this.#failure = error;
      },
    );
    this.#looks = Promise.all([this.#looks, read]).then(() => undefined);
  }

  /** Whether it {@link holds}, by all looks that were begun. @throws whatever one of them threw. */
  async seen(): Promise<boolean> {
    await this.#looks;
    if (this.#failure !== undefined) throw this.#failure;
    return !this.#isChanged;
  }
}

/** The probe is one call; the others may be many. */
const ORDER: Readonly<Record<Step["do"], number>> = { forget: 0, probe: 1, disable: 2, restore: 2 };

function byState(mappings: readonly Mapping[]): Record<string, number> {
  return countBy(mappings, ({ state }) => state);
}

function byKind(steps: readonly Step[]): Record<string, number> {
  return countBy(steps, (step) => step.do);
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
