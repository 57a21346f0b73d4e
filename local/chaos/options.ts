import { Command } from "commander";
import { numberFrom, wholeNumber } from "../option-values.ts";

export interface ChaosOptions {
  stack: string;
  /** How long events are sent while everything fails, real minutes. */
  minutes: number;
  /** Events that are sent at least, however long that takes. */
  records: number;
  seed: number;
  /** How many times faster than AWS's own time durations pass. */
  speed: number;
  report?: string;
}

/**
 * Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases, unless
 * `command` overrides that.
 */
export function parseChaosOptions(args: readonly string[], command = new Command("npm run chaos --")): ChaosOptions {
  return command
    .description(
      "Runs a stack on the local cloud while everything goes wrong at once: every fault that the local cloud knows, " +
        "bad and poisonous messages, and processes killed at random. Then lets all come to an end without faults, and " +
        "accounts for every message.",
    )
    .option("--stack <name>", "the stack whose settings file to use", "dev")
    .option(
      "--minutes <count>",
      "how long events are sent while all that can fail does, 0.1 to 600",
      numberFrom(0.1, 600),
      2,
    )
    .option(
      "--records <count>",
      "how many events are sent at least, 0 to 100000000",
      wholeNumber(0, 100_000_000),
      50_000,
    )
    .option(
      "--seed <number>",
      "makes the same events, draws the same faults and chooses who is killed by the same numbers",
      wholeNumber(0, 2 ** 31 - 1),
      1,
    )
    .option("--speed <factor>", "how many times faster AWS's durations pass, 1 to 20", numberFrom(1, 20), 3)
    .option("--report <file>", "write the result as JSON")
    .allowExcessArguments(false)
    .parse(args, { from: "user" })
    .opts<ChaosOptions>();
}
