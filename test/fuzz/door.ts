import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { prototypes } from "./prototypes.ts";

/** A function as whoever calls it sees it: what it may be given, and what must hold whatever that is. */
export interface DoorParts<Input> {
  /** Of the function. */
  name: string;
  inputs: fc.Arbitrary<Input>;
  /** What the function gets for an input, for a report. */
  event?(input: Input): unknown;
  /** Inputs that are always tried, by what they are. */
  cases: Readonly<Record<string, Input>>;
  /** @throws AssertionError where a promise is broken. */
  check(input: Input): Promise<void>;
}

export interface Trial {
  seed: number;
  runs: number;
  /** Of a counterexample found before: tries that alone. */
  path?: string | undefined;
  /** Milliseconds after which no further input is tried. */
  timeLimit?: number | undefined;
}

export interface Verdict {
  runs: number;
  /** What is wrong with which input, as small as it could be made; undefined where all held. */
  failure: { report: string; path: string | undefined } | undefined;
}

export interface Door {
  name: string;
  /** By what each tries. */
  cases: ReadonlyMap<string, () => Promise<void>>;
  /** Tries inputs at random. */
  run(trial: Trial): Promise<Verdict>;
}

/** As much of an input as a report shows. */
const SHOWN = 4000;

export function door<Input>({ name, inputs, cases, event, check }: DoorParts<Input>): Door {
  const guarded = async (input: Input) => {
    const before = prototypes();
    const unhandled: unknown[] = [];
    const hear = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", hear);
    try {
      await check(input);
      // Rejections are told of once the microtasks are through.
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off("unhandledRejection", hear);
    }
    assert.deepEqual(unhandled, [], "a promise was rejected that nobody waited for: Node.js ends the process then");
    assert.deepEqual(prototypes(), before, "a prototype has been changed");
  };
  return {
    name,
    cases: new Map(Object.entries(cases).map(([what, input]) => [what, () => guarded(input)])),
    async run({ seed, runs, path, timeLimit }) {
      const details = await fc.check(fc.asyncProperty(inputs, guarded), {
        seed,
        numRuns: runs,
        ...(path === undefined ? {} : { path }),
        ...(timeLimit === undefined ? {} : { interruptAfterTimeLimit: timeLimit }),
      });
      if (!details.failed || details.counterexample === null) return { runs: details.numRuns, failure: undefined };
      const error =
        details.errorInstance instanceof Error ? details.errorInstance : new Error(String(details.errorInstance));
      const [input] = details.counterexample;
      const report = [
        `${error.name}: ${error.message}`,
        `input: ${inShort(input)}`,
        ...(event === undefined ? [] : [`event: ${inShort(event(input))}`]),
        `seed ${seed}, path ${details.counterexamplePath}, made smaller ${details.numShrinks} times`,
      ];
      return {
        runs: details.numRuns,
        failure: { report: report.join("\n"), path: details.counterexamplePath ?? undefined },
      };
    },
  };
}

function inShort(value: unknown): string {
  // It shows what JSON cannot, and no more levels than a reader can count.
  const text = inspect(value, { depth: 8, breakLength: 110, maxStringLength: 200, maxArrayLength: 20 });
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
