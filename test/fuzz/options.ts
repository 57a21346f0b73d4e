import { Command, InvalidArgumentError, Option } from "commander";
import { wholeNumber } from "../../local/option-values.ts";
import { FUNCTION_NAMES } from "../../settings/names.ts";

/** How long and what `npm run fuzz` tries. */
export interface FuzzOptions {
  minutes: number;
  seed: number;
  /** Only this function. */
  function?: string;
  /** Of a counterexample that was printed: tries that alone, with its function and seed. */
  path?: string;
}

const MAX_SEED = 2 ** 31 - 1;

/** The command line of `npm run fuzz`: its options, their rules and the help. */
export function fuzzCommand(): Command {
  return new Command("npm run fuzz --")
    .description(
      "Gives hostile and broken events to every function, with its dependencies in memory, well and unwell: nothing may " +
        "end the process, no message may be unaccounted for, and memory stays bounded. npm test tries a small share of " +
        "this. The exit code is 1 where a promise was broken, and the counterexample is printed as small as it could be " +
        "made.",
    )
    .option("--minutes <number>", "how long, in all", minutes, 1)
    .option(
      "--seed <number>",
      "tries the same again (default: another each time)",
      wholeNumber(0, MAX_SEED),
      Date.now() % MAX_SEED,
    )
    .addOption(new Option("--function <name>", "only this function").choices(FUNCTION_NAMES))
    .option("--path <path>", "tries one counterexample again, by its function, seed and path")
    .allowExcessArguments(false);
}

/** Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases. */
export function parseOptions(args: readonly string[], command = fuzzCommand()): FuzzOptions {
  const options = command.parse(args, { from: "user" }).opts<FuzzOptions>();
  if (options.path !== undefined && options.function === undefined) {
    command.error("error: option '--path <path>' is of one function's inputs, and needs --function");
  }
  return options;
}

function minutes(text: string): number {
  const value = Number(text);
  if (!/^[\d.]+$/.test(text) || !(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}
