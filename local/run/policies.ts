import { count } from "../console.ts";
import type { Registration } from "../graph/registration.ts";
import type { PackProcess } from "../policy/pack-process.ts";
import { linesOf, mandatory, summary, type Verdict, verdictOf } from "../policy/verdict.ts";
import type { Display } from "./display.ts";

/** The stack that a run is about to set up. */
export interface JudgedStack {
  project: string;
  stack: string;
  /** The pack, which loads what it needs. */
  pack: Promise<PackProcess>;
  /** What its evaluation registers. */
  registrations: Promise<readonly Registration[]>;
}

/** A stack's verdict, beside whatever else is done meanwhile. */
export class Policies {
  readonly #verdict: Promise<{ verdict: Verdict; seconds: number }>;

  /** Time counts from when there is a stack to judge. */
  constructor({ project, stack, pack, registrations }: JudgedStack) {
    let evaluated = performance.now();
    const noted = registrations.then((all) => {
      evaluated = performance.now();
      return all;
    });
    this.#verdict = verdictOf(noted, { project, stack, starting: pack }).then((verdict) => ({
      verdict,
      seconds: (performance.now() - evaluated) / 1000,
    }));
    // Whoever does not come to ask has a reason of its own to stop.
    this.#verdict.catch(() => undefined);
  }

  /**
   * Shows the verdict, with what is broken of the mandatory policies.
   *
   * @returns whether the stack may run.
   * @throws PackError where the pack could not judge it.
   */
  async admit(display: Display): Promise<boolean> {
    const { verdict, seconds } = await this.#verdict;
    display.step("policy", `${count(verdict.policies.length)} policies: ${summary(verdict)}`, seconds);
    const broken = mandatory(verdict);
    for (const judgement of broken) {
      const [first, ...others] = linesOf("mandatory", judgement);
      display.line();
      display.problem(first);
      for (const line of others) display.line(line);
    }
    if (broken.length > 0) display.closing("Nothing was sent: the stack breaks mandatory policies.", false);
    return broken.length === 0;
  }

  /** Resolves when the pack has ended. */
  async ended(): Promise<void> {
    await this.#verdict.catch(() => undefined);
  }
}
