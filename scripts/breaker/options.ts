import { userInfo } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import type { BreakerCommand } from "../../functions/common/circuit.ts";

import { duration } from "../common/duration.ts";

/** What an operator asks of the circuit breaker. */
export interface BreakerOptions {
  request: BreakerCommand;
  stack: string;
  /** By default the stack's own. */
  function?: string;
  /** Print the circuit's status as JSON, and nothing else. */
  json: boolean;
}

/** As commander reads it, before it is one of the commands. */
interface Given extends Omit<BreakerOptions, "request"> {
  by?: string;
  reason?: string;
  /** Minutes. */
  for?: number;
}

type GivenWithReason = Given & { reason: string };

type Chosen = (options: BreakerOptions) => void;

/**
 * The command line of `npm run breaker`: its commands, their options and the help.
 *
 * @param chosen Called when a command line was read.
 * @param program Where its settings (such as what happens at its end) are not the usual ones.
 */
export function breakerCommand(chosen: Chosen, program = new Command()): Command {
  program
    .name("npm run breaker --")
    .description(
      "Shows the circuit between the topics' queues and the sqs-processor, and opens, closes or holds it: while it is " +
        "not closed, the queues keep what they are sent.",
    )
    .addHelpText(
      "after",
      "\nCredentials are found as the AWS CLI finds them; AWS_ENDPOINT_URL leads to the local cloud.",
    );

  common(program.command("status").description("show the circuit, its mappings and its last transitions")).action(
    (given: Given) => chosen(asked(given, { command: "status" })),
  );
  changing(program, "open", "disable every mapping now; the breaker probes by itself and closes the circuit again")
    .requiredOption("--reason <text>", "why, for the log and the notice", words)
    .action((given: GivenWithReason, command: Command) => {
      chosen(asked(given, { command: "open", by: operator(given, command), reason: given.reason }));
    });
  changing(program, "close", "restore the mappings without waiting for a probe")
    .option("--reason <text>", "why, for the log and the notice", words)
    .action((given: Given, command: Command) => {
      chosen(asked(given, { command: "close", by: operator(given, command), ...reasonOf(given) }));
    });
  changing(program, "hold", "disable every mapping until the hold is released or ends; no alarm or probe changes that")
    .requiredOption("--reason <text>", "why, for the log and the notice", words)
    .option("--for <duration>", "how long at most: 90m, 2h, 1d (default: the longest that is allowed)", duration)
    .action((given: GivenWithReason, command: Command) => {
      const { reason, for: minutes } = given;
      const by = operator(given, command);
      chosen(asked(given, { command: "hold", by, reason, ...(minutes === undefined ? {} : { minutes }) }));
    });
  changing(program, "release", "end a hold")
    .option("--reason <text>", "why, for the log and the notice", words)
    .action((given: Given, command: Command) => {
      chosen(asked(given, { command: "release", by: operator(given, command), ...reasonOf(given) }));
    });
  return program;
}

/**
 * Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases (exit
 * code 0 or 1), unless `program` overrides that.
 */
export function parseOptions(args: readonly string[], program?: Command): BreakerOptions {
  let options: BreakerOptions | undefined;
  const command = breakerCommand((chosen) => {
    options = chosen;
  }, program);
  command.parse(args, { from: "user" });
  return options ?? command.help({ error: true });
}

function changing(program: Command, name: string, description: string): Command {
  return common(program.command(name).description(description)).option(
    "--by <name>",
    "who asks (default: your user name on this machine)",
    words,
  );
}

function common(command: Command): Command {
  return command
    .option("--stack <name>", "the stack whose circuit it is", "dev")
    .option("--function <name>", "another circuit breaker than the stack's")
    .option("--json", "print the circuit's status as JSON, and nothing else", false)
    .allowExcessArguments(false);
}

function asked({ stack, json, function: functionName }: Given, request: BreakerCommand): BreakerOptions {
  return { request, stack, json, ...(functionName === undefined ? {} : { function: functionName }) };
}

function reasonOf({ reason }: Given): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

function operator({ by }: Given, command: Command): string {
  if (by !== undefined) return by;
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have a number only.
    return command.error("error: your user has no name on this machine: say who you are with --by <name>");
  }
}

function words(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw new InvalidArgumentError("It must say something.");
  return trimmed;
}
