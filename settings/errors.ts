import { RunError } from "@pulumi/pulumi/errors.js";

/** One thing that is wrong with a stack's settings. */
export interface SettingsProblem {
  /** Where, for example `processor.timeoutSeconds`; `stack` for a name that project and stack give. */
  path: string;
  /** What must hold there, and why where that is not plain. */
  rule: string;
  /** What was found, as text; never a secret. */
  value: string;
}

/** The settings of a stack do not hold: all their problems at once. Pulumi prints a RunError without its stack. */
export class SettingsError extends RunError {
  override readonly name = "SettingsError";
  readonly problems: readonly SettingsProblem[];

  constructor(stack: string, problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ path, rule, value }) => `  ${path}: ${rule} (got ${value})`);
    super(`the settings of stack ${stack} have ${counted(problems.length, "problem")}:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
