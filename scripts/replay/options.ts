import { Command, InvalidArgumentError, Option } from "commander";
import { type ErrorClass, isMessageId, isTopic, NO_TOPIC } from "../../functions/common/archive.ts";
import { wholeNumber } from "../../local/option-values.ts";

/** What an operator asks to have replayed. */
export interface ReplayOptions {
  topic: string;
  /** UTC days on which the messages were first sent, both included: `2026-01-10`. */
  since: string;
  until?: string;
  errorType?: string;
  errorClass?: ErrorClass;
  /** Of one message, as the archive has it. */
  id?: string;
  /** Requests a second. */
  rate: number;
  stack: string;
  /** By default the stack's own. */
  table?: string;
  /** Without it nothing is changed. */
  yes: boolean;
}

/** DynamoDB gives a new on-demand table 4,000 writes a second; the rest of the pipeline needs some of its own. */
const MAX_RATE = 1000;
const ERROR_CLASSES: readonly ErrorClass[] = ["DROP", "RETRY", "UNKNOWN"];

/** The command line of `npm run replay`: its options, their rules and the help. */
export function replayCommand(): Command {
  return new Command("npm run replay --")
    .description(
      "Asks for archived messages to be replayed: each goes back to its topic's queue, or its row to the delivery " +
        "stream, with the id and the time that it had at first. Without --yes it only says what it would do; with it, " +
        "nothing is asked for while the stack's circuit is not closed.",
    )
    .requiredOption("--topic <name>", `the messages' topic; ${NO_TOPIC} for rows that name none`, topic)
    .requiredOption("--since <date>", "first UTC day on which they were first sent: 2026-01-10", date)
    .option("--until <date>", "last such day (default: no limit)", date)
    .option("--error-type <type>", "only what failed so: BODY_NOT_JSON, RECEIVES_EXHAUSTED, …")
    .addOption(new Option("--error-class <class>", "only what is of this class").choices(ERROR_CLASSES))
    .option("--id <id>", "only this message, by its id in the archive", messageId)
    .option("--rate <number>", `requests a second, 1 to ${MAX_RATE}`, wholeNumber(1, MAX_RATE), 50)
    .option("--stack <name>", "the stack whose error tracker to use", "dev")
    .option("--table <name>", "another error tracker than the stack's")
    .option("--yes", "do it", false)
    .addHelpText(
      "after",
      "\nCredentials are found as the AWS CLI finds them; AWS_ENDPOINT_URL leads to the local cloud.",
    )
    .allowExcessArguments(false);
}

/**
 * Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases (exit
 * code 0 or 1), unless `command` overrides that.
 */
export function parseOptions(args: readonly string[], command = replayCommand()): ReplayOptions {
  command.parse(args, { from: "user" });
  const options = command.opts<ReplayOptions>();
  if (options.until !== undefined && options.until < options.since) {
    command.error(
      `error: option '--until <date>' is ${options.until}, and must not be before --since ${options.since}`,
    );
  }
  return options;
}

function topic(text: string): string {
  if (!isTopic(text) && text !== NO_TOPIC) {
    throw new InvalidArgumentError("It must be lower-case letters, digits and dashes, and begin with a letter.");
  }
  return text;
}

function date(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes February 30th for a day in March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) {
    throw new InvalidArgumentError("It must be a day of the calendar, as 2026-01-10.");
  }
  return text;
}

function messageId(text: string): string {
  if (!isMessageId(text))
    throw new InvalidArgumentError("It must be a message id, as 059f36b4-87a3-44ab-83d2-661975830a7d.");
  return text;
}
