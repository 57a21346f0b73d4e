import { Command } from "commander";
import { MIN_BYTES } from "../../local/input/webhooks.ts";
import { numberFrom, wholeNumber } from "../../local/option-values.ts";
import { duration } from "../common/duration.ts";

/** What an operator asks of a smoke test. */
export interface SmokeOptions {
  stack: string;
  /** How many messages, over all topics. */
  records: number;
  /** By default every topic that takes messages. */
  topics: readonly string[];
  /** Share of malformed messages, 0–1. */
  malformed: number;
  /** Length of each body in bytes; by default as long as the webhook is. */
  bytes?: number;
  /** In minutes, from the first send. */
  timeout: number;
  /** Leave it to the schedule to start the refinery. */
  waitForSchedule: boolean;
}

const MAX_RECORDS = 100_000;

/** SQS takes 1 MiB a message. */
const MAX_BYTES = 1024 * 1024;

/** The command line of `npm run smoke`: its options, their rules and the help. */
export function smokeCommand(): Command {
  return new Command("npm run smoke --")
    .description(
      "Sends messages through a deployed stack, and looks for each of them by its id: in RAW, then in CURATED and in " +
        "SEMANTIC or rejected; or in the archive. The exit code is 0 only if all are found and the water balance has no " +
        "difference. The messages stay in the tables: correlation_id begins with c-smoke-.",
    )
    .option("--stack <name>", "the stack to test", "dev")
    .option("--records <count>", `how many messages, 1 to ${MAX_RECORDS}`, wholeNumber(1, MAX_RECORDS), 5000)
    .option("--topic <name...>", "only to these topics (default: every topic that is not retired)")
    .option(
      "--malformed <rate>",
      "share of messages that nobody can read, 0 to 1: they belong in the archive",
      numberFrom(0, 1),
      0,
    )
    .option(
      "--bytes <length>",
      "length of each body (default: as long as GitHub's webhook examples are)",
      wholeNumber(MIN_BYTES, MAX_BYTES),
    )
    .option("--timeout <duration>", "how long all of it may take: 90m, 2h", duration, 30)
    .option("--wait-for-schedule", "do not start the refinery, but wait for its schedule", false)
    .addHelpText(
      "after",
      "\nCredentials are found as the AWS CLI finds them; AWS_ENDPOINT_URL leads to the local cloud. What they must be " +
        "allowed: docs/deploying.md.",
    )
    .allowExcessArguments(false);
}

/**
 * Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases (exit
 * code 0 or 1), unless `command` overrides that.
 */
export function parseOptions(args: readonly string[], command = smokeCommand()): SmokeOptions {
  const { topic = [], ...options } = command
    .parse(args, { from: "user" })
    .opts<Omit<SmokeOptions, "topics"> & { topic?: string[] }>();
  return { ...options, topics: [...new Set(topic)] };
}
