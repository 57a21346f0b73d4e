import { accessSync, constants, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type AskedFault, FAULT_NAMES, FaultError, OWN_DEFAULTS, readFaults } from "../faults/asked-fault.ts";
import { MIN_BYTES } from "../input/webhooks.ts";
import { numberFrom, wholeNumber } from "../option-values.ts";

/** What `npm start` was asked to do. */
export interface RunOptions {
  stack: string;
  /** How many webhook events to send; meaningless when {@link input} is given. */
  records: number;
  /** Length of each event's body in bytes. */
  bytes?: number;
  /** Share of malformed events, 0–1. */
  malformed: number;
  /** Of the others, the share of events that kill the process which forwards them, 0–1. */
  poison: number;
  /** What is to go wrong; of several with the same name the last one counts. */
  faults: readonly AskedFault[];
  seed: number;
  /** NDJSON file, `-` for standard input. */
  input?: string;
  /** The topic of input lines that name none. */
  topic?: string;
  /** How many times faster than AWS's own time durations pass. */
  speed: number;
  /** Where to write the JSON report. */
  report?: string;
  /** Stay up until interrupted. */
  serve: boolean;
}

/** AWS's proportions need at least this: beyond it two cores cannot keep them. */
const MAX_SPEED = 20;

/** SQS takes 1 MiB a message, with what the envelope and the attributes add. */
const MAX_BYTES = 1024 * 1024;

/** The command line of `npm start`: its options, their rules and the help. */
export function startCommand(): Command {
  return new Command("npm start --")
    .description(
      "Runs the pipeline of one stack on a local cloud: evaluates the Pulumi program, realises its resources on " +
        "127.0.0.1, sends events through the real function bundles and counts what arrives.",
    )
    .option("--stack <name>", "the stack whose settings file to use", "dev")
    .addOption(
      new Option("--records <count>", "how many events to send (default: 5000, with --serve 0)").argParser(
        wholeNumber(0, 100_000_000),
      ),
    )
    .option(
      "--bytes <length>",
      "length of each event's body (default: as long as the webhook is)",
      wholeNumber(MIN_BYTES, MAX_BYTES),
    )
    .option("--malformed <rate>", "share of events that no consumer can read, 0 to 1", numberFrom(0, 1), 0)
    .option(
      "--poison <rate>",
      "share of valid events that kill the sqs-processor's process, 0 to 1",
      numberFrom(0, 1),
      0,
    )
    .addOption(
      new Option(
        "--fault <fault>",
        "let something fail: name[=rate][@from-to], the rate from 0 to 1 (default: 0.2), from and to in seconds since " +
          "the first send (default: always), for example archive-down=1@0-30; may be given several times; the names: " +
          `${FAULT_NAMES.join(", ")}, or all; by itself ${ownDefaults()}`,
      ).argParser(faults),
    )
    .option("--seed <number>", "makes the same events and draws the same faults again", wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(
      new Option(
        "--input <file>",
        "send the lines of a file instead, in UTF-8, - for standard input: " +
          '{"topic": …, "body": …}, or any line with --topic',
      )
        .argParser(inputFile)
        .conflicts(["records", "bytes", "malformed", "poison"]),
    )
    .option("--topic <name>", "the topic of input lines that name none")
    .option("--speed <factor>", `let AWS's durations pass faster, 1 to ${MAX_SPEED}`, numberFrom(1, MAX_SPEED), 1)
    .option("--report <file>", "write the result as JSON", reportFile)
    .option("--serve", "stay up until Ctrl-C, for clients of your own", false)
    .allowExcessArguments(false);
}

/**
 * Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases (exit
 * code 0 or 1), unless `command` overrides that.
 */
export function parseOptions(args: readonly string[], command = startCommand()): RunOptions {
  command.parse(args, { from: "user" });
  const { fault = [], ...options } = command.opts<ParsedOptions>();
  if (options.topic !== undefined && options.input === undefined) {
    command.error("error: option '--topic <name>' says where --input's lines go, and needs it");
  }
  return { ...options, faults: fault, records: options.records ?? (options.serve ? 0 : 5000) };
}

type ParsedOptions = Omit<RunOptions, "records" | "faults"> & { records?: number; fault?: AskedFault[] };

/** Whether the file can be read is asked at once: a run takes seconds until it would read. */
function inputFile(path: string): string {
  if (path !== "-") {
    access("It", path, constants.R_OK);
    if (isFolder(path)) {
      throw new InvalidArgumentError("It is a folder.");
    }
  }
  return path;
}

/** Whether the report can be written is asked at once: at the end of a run its result would be lost. */
function reportFile(path: string): string {
  if (isFolder(resolve(path)) || /[/\\]$/.test(path)) {
    throw new InvalidArgumentError("It is a folder.");
  }
  if (entry(path) === undefined) {
    // With the slash, only a folder will do.
    access("Its folder", `${dirname(resolve(path))}/`, constants.W_OK | constants.X_OK);
  } else {
    access("It", path, constants.W_OK);
  }
  return path;
}

function access(what: string, path: string, mode: number): void {
  try {
    accessSync(path, mode);
  } catch (error) {
    const way = mode === constants.R_OK ? "read" : "written";
    throw new InvalidArgumentError(`${what} cannot be ${way}: ${(error as Error).message}.`);
  }
}

function isFolder(path: string): boolean {
  return entry(path)?.isDirectory() ?? false;
}

/** What is at the path, undefined where nothing is or may be seen. */
function entry(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function ownDefaults(): string {
  const all = Object.entries(OWN_DEFAULTS);
  return all.map(([name, { rate, from, to }]) => `${name} is ${name}=${rate}@${from}-${to}`).join(", ");
}

function faults(text: string, before: AskedFault[] = []): AskedFault[] {
  try {
    return [...before, ...readFaults(text)];
  } catch (error) {
    throw error instanceof FaultError ? new InvalidArgumentError(error.message) : error;
  }
}
