import { Command, Option } from "commander";

/** What `npm run permissions` was asked to do. */
export interface PermissionsOptions {
  stack: string;
  /** Show what a run that uses everything has not needed. */
  coverage: boolean;
  /** Ask IAM Access Analyzer about every policy. */
  analyze: boolean;
}

/** The command line of `npm run permissions`: its options and the help. */
export function permissionsCommand(): Command {
  return new Command("npm run permissions --")
    .description(
      "Writes the dev stack's permissions into docs/security.md; or, with an option, examines those of a stack.",
    )
    .addOption(
      new Option(
        "--coverage",
        "have the stack do everything that it can on the local cloud, and list each grant, Deny, endpoint and rule that it " +
          "did not need, with the reason why it is there; the exit code is 1 where one has none",
      )
        .default(false)
        .conflicts("analyze"),
    )
    .option(
      "--analyze",
      "ask AWS's IAM Access Analyzer about every policy of the stack: the exit code is 1 for errors, security warnings and " +
        "public access, 2 where nobody could be asked for lack of credentials; AWS takes $0.002 for each check of " +
        "public access",
      false,
    )
    .option("--stack <name>", "the stack to examine", "dev")
    .allowExcessArguments(false);
}

/** Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases. */
export function parseOptions(args: readonly string[], command = permissionsCommand()): PermissionsOptions {
  return command.parse(args, { from: "user" }).opts<PermissionsOptions>();
}
