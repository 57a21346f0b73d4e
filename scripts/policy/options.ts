import { Command } from "commander";

/** What the policy gate was asked to do. */
export interface PolicyOptions {
  stack: string;
  /** Where to write the result as SARIF. */
  sarif?: string;
  /** A file as for `pulumi preview --policy-pack-config`. */
  config?: string;
  /** Another pack than the project's. */
  pack?: string;
  /** Write docs/policies.md instead of judging. */
  docs: boolean;
}

/** The command line of `npm run policy`: its options and the help. */
export function policyCommand(): Command {
  return new Command("npm run policy --")
    .description(
      "Judges a stack by the policy pack, as a pull request is judged: evaluates the program with everything known, " +
        "starts the pack as Pulumi's CLI does, and prints what is against a policy, where it was made and how to repair " +
        "it. Neither AWS nor the CLI is needed. The exit code is 1 where a mandatory policy is broken.",
    )
    .option("--stack <name>", "the stack whose settings file to use", "dev")
    .option("--sarif <file>", "write the result as SARIF 2.1.0, for code scanning")
    .option("--config <file>", "levels and settings of policies, as JSON: what --policy-pack-config takes")
    .option("--pack <folder>", "another policy pack")
    .option("--docs", "write docs/policies.md from the pack, and judge nothing", false)
    .addHelpText("after", "\nIn GitHub Actions each finding is annotated in the pull request too.")
    .allowExcessArguments(false);
}

/** Reads the command line. Prints the help, or what is wrong with an option, and ends the process in both cases. */
export function parseOptions(args: readonly string[], command = policyCommand()): PolicyOptions {
  return command.parse(args, { from: "user" }).opts<PolicyOptions>();
}
