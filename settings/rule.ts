import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** What a rule finds wrong: where, what must hold, and the offending value. */
export interface Finding {
  path: readonly string[];
  rule: string;
  value: unknown;
}

/** A rule over several settings, or over a setting and the names that it leads to. */
export interface Rule {
  /** The settings that it reads (`*`: of every topic): where one of them is no value at all, the rule is left out. */
  reads: readonly string[];
  check(settings: Settings, names: Names): Finding[];
}
