import { Console, count } from "../../local/console.ts";
import type { Door } from "./door.ts";
import { retainedMb } from "./memory.ts";
import type { FuzzOptions } from "./options.ts";

/** Of each function at a time: so that all come to their turn in a short run, too. */
const SLICE_MS = 5_000;
/** Every function gets this, however short the time. */
const SHORTEST_SLICE_MS = 200;
const RUNS_IN_SLICE = 100_000;

/**
 * More than the scratch space of the largest message, that the sqs-processor keeps for the next one, and than what
 * Node.js keeps of code: what grows with the number of batches is above it in a minute.
 */
const MOST_RETAINED_MB = 128;

/** What was tried of one function. */
interface Tried {
  door: Door;
  runs: number;
  seconds: number;
  /** MB that remain in use after its last slice, beyond those before its first. */
  retained: number;
}

/**
 * Tries the doors in turn until the time is up, or a promise is broken.
 *
 * @returns whether all promises held.
 */
export async function fuzz(
  options: FuzzOptions,
  doors: readonly Door[],
  stream: NodeJS.WriteStream = process.stdout,
): Promise<boolean> {
  const { minutes, seed, path } = options;
  const display = new Console(stream);
  const chosen = doors.filter(({ name }) => options.function === undefined || name === options.function);
  display.heading(
    `Hostile input to ${chosen.length === 1 ? chosen[0]?.name : `${chosen.length} functions`}, seed ${seed}`,
  );

  if (path !== undefined) return again(chosen, seed, path, display);
  const end = performance.now() + minutes * 60_000;
  const all = chosen.map((door): Tried => ({ door, runs: 0, seconds: 0, retained: 0 }));
  const endProgress = display.progress({
    label: "inputs",
    done: () => all.reduce((sum, { runs }) => sum + runs, 0),
    total: () => all.reduce((sum, { runs }) => sum + runs, 0),
    note: () => `, ${Math.max(0, (end - performance.now()) / 60_000).toFixed(1)} minutes left`,
  });
  let broken: string | undefined;
  try {
    broken = (await namedCases(all)) ?? (await untilBroken(all, seed, end));
  } finally {
    endProgress();
  }
  display.line();
  display.table(
    ["function", "named cases", "inputs", "seconds", "MB retained"],
    all.map(({ door, runs, seconds, retained }) => [
      ...[door.name, door.cases.size, runs, Math.round(seconds), Math.max(0, Math.round(retained))],
    ]),
  );
  if (broken === undefined) display.closing("No promise was broken.", true);
  else display.closing(broken, false);
  return broken === undefined;
}

/** @returns what is broken. */
async function namedCases(all: readonly Tried[]): Promise<string | undefined> {
  for (const { door } of all) {
    for (const [what, check] of door.cases) {
      try {
        await check();
      } catch (error) {
        return `${door.name}: ${what}: ${error instanceof Error ? error.stack : error}`;
      }
    }
  }
  return undefined;
}

/** @returns what is broken. */
async function untilBroken(all: readonly Tried[], seed: number, end: number): Promise<string | undefined> {
  const before = await retainedMb();
  for (let round = 0; round === 0 || performance.now() < end; round++) {
    for (const tried of all) {
      if (round > 0 && performance.now() >= end) return undefined;
      const timeLimit = Math.max(SHORTEST_SLICE_MS, Math.min(SLICE_MS, end - performance.now()));
      const { door } = tried;
      const started = performance.now();
      // Each round has a seed of its own, which follows from the first.
      const trial = { seed: (seed + round) | 0, runs: RUNS_IN_SLICE, timeLimit };
      const { runs, failure } = await door.run(trial);
      tried.runs += runs;
      tried.seconds += (performance.now() - started) / 1000;
      if (failure !== undefined) {
        const command = `npm run fuzz -- --function ${door.name} --seed ${trial.seed} --path ${failure.path}`;
        return `${door.name}: ${failure.report}\n\nAgain: ${command}`;
      }
      tried.retained = (await retainedMb()) - before;
      if (tried.retained > MOST_RETAINED_MB) {
        return `${door.name}: after ${count(tried.runs)} inputs ${Math.round(tried.retained)} MB are kept, of at most ${MOST_RETAINED_MB}`;
      }
    }
  }
  return undefined;
}

async function again([door]: readonly Door[], seed: number, path: string, display: Console): Promise<boolean> {
  const { failure } = (await door?.run({ seed, path, runs: 1 })) ?? {};
  display.closing(failure === undefined ? "The promise holds for this input." : failure.report, failure === undefined);
  return failure === undefined;
}
