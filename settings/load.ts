import type { z } from "zod";
import { SettingsError, type SettingsProblem } from "./errors.ts";
import { namesFor } from "./names.ts";
import { RULES, TOPIC_NAME_RULE } from "./rules.ts";
import { type ParsedSettings, settingsSchema } from "./schema.ts";
import { completed, type Settings } from "./settings.ts";

/** A stack's configuration as Pulumi hands it to the program. */
export interface StackConfig {
  project: string;
  stack: string;
  /** Fully qualified keys (`lean-ops:topics`); structured values as JSON text. */
  config: Readonly<Record<string, string>>;
  /** Whether a key's value, or a part of it, is a secret; by default none is. */
  isSecret?: (key: string) => boolean;
}

type Path = readonly string[];
type Tree = Record<string, unknown>;
/** A value as a problem shows it. */
type Describe = (path: Path, value: unknown) => string;

/**
 * Reads, completes and checks a stack's settings.
 *
 * @throws SettingsError naming every problem: those of a single value and those of values that do not fit together. A
 *   rule over several values is left out only where one of them is of no use at all (a word for a number).
 */
export function loadSettings({ project, stack, config, isSecret = () => false }: StackConfig): Settings {
  const raw = underProject(project, config);
  const outcome = settingsSchema.safeParse(raw);
  const { settings, useless } = outcome.success
    ? { settings: outcome.data, useless: [] }
    : usable(raw, outcome.error.issues);

  const secret = (path: Path) => path.length > 0 && isSecret(`${project}:${path[0]}`);
  const describe: Describe = (path, value) => (secret(path) ? "a secret" : shown(value));
  const issues = outcome.success ? [] : outcome.error.issues;
  const own = issues.flatMap((issue) => problemsOf(issue, raw, describe));
  const complete = completed(settings);
  const names = namesFor(project, stack);
  const joint = RULES.filter(({ reads }) => !reads.some((read) => useless.some((bad) => holds(bad, read)))).flatMap(
    ({ reads, check }) =>
      check(complete, names).map(({ path, rule, value }) => ({
        path: written(path),
        // A joint rule's text names the values on both sides.
        rule: reads.some((read) => secret(read.split("."))) ? `must fit together with ${reads.join(", ")}` : rule,
        value: describe(path, value),
      })),
  );

  const problems = [...own, ...topicThatIsSkipped(raw, describe), ...joint];
  if (problems.length > 0) {
    throw new SettingsError(stack, problems);
  }
  return complete;
}

/** The configuration under the project's own namespace, structured. */
function underProject(project: string, config: StackConfig["config"]): Tree {
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${project}:`));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(project.length + 1), parsed(text)]));
}

/** Pulumi passes numbers, booleans and mappings as JSON text, and a word as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What the rules over several settings can still work with: numbers out of range stay, since they can break a joint
 * rule as well; everything else that is wrong gives way to its default, and its path is reported as useless.
 */
function usable(raw: Tree, issues: readonly z.core.$ZodIssue[]): { settings: ParsedSettings; useless: Path[] } {
  const tree = structuredClone(raw);
  const outOfRange: { path: Path; value: unknown }[] = [];
  const useless: Path[] = [];
  for (const issue of issues) {
    for (const path of pathsOf(issue)) {
      if (issue.code === "too_small" || issue.code === "too_big") {
        outOfRange.push({ path, value: at(raw, path) });
      } else {
        useless.push(path);
      }
      remove(tree, path);
      if (path.length === 2 && path[0] === "topics") {
        // A topic still counts by its name when its own settings are of no use.
        put(tree, path, {});
      }
    }
  }
  const settings = withDefaults({ topics: {}, ...tree });
  for (const { path, value } of outOfRange) {
    put(settings, path, value);
  }
  return { settings, useless };
}

/** A section that now lacks what it cannot do without is left out as a whole; no section with a default is of that kind. */
function withDefaults(tree: Tree): ParsedSettings {
  const outcome = settingsSchema.safeParse(tree);
  if (outcome.success) {
    return outcome.data;
  }
  const sections = outcome.error.issues.flatMap(pathsOf).map((path) => path.slice(0, -1));
  if (sections.some((path) => path.length === 0)) {
    throw outcome.error;
  }
  for (const path of sections) {
    remove(tree, path);
  }
  return withDefaults(tree);
}

/** zod leaves this one key of a record out without a word, so that no rule about topics would see it. */
function topicThatIsSkipped({ topics }: Tree, describe: Describe): SettingsProblem[] {
  const path = ["topics", "__proto__"];
  return isTree(topics) && Object.hasOwn(topics, "__proto__")
    ? [{ path: written(path), rule: TOPIC_NAME_RULE, value: describe(path, "__proto__") }]
    : [];
}

function problemsOf(issue: z.core.$ZodIssue, raw: Tree, describe: Describe): SettingsProblem[] {
  return pathsOf(issue).map((path) => ({
    path: written(path),
    rule: issue.message,
    value: describe(path, at(raw, path)),
  }));
}

/** Where an issue is; unknown keys are reported by the mapping that holds them. */
function pathsOf(issue: z.core.$ZodIssue): Path[] {
  const path = issue.path.map(String);
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
}

/** Whether the setting that a rule reads lies at or under `path`. */
function holds(path: Path, read: string): boolean {
  const keys = read.split(".");
  return path.length <= keys.length && path.every((key, index) => keys[index] === key || keys[index] === "*");
}

function at(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, key) => (isTree(node) ? node[key] : undefined), tree);
}

/** Of a list nothing is removed but the whole of it, since a hole would be as wrong as what was there. */
function remove(tree: Tree, path: Path): void {
  const parent = at(tree, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(parent)) {
    remove(tree, path.slice(0, -1));
  } else if (isTree(parent) && key !== undefined) {
    delete parent[key];
  }
}

function put(tree: Tree, path: Path, value: unknown): void {
  const parent = at(tree, path.slice(0, -1));
  const key = path.at(-1);
  if (isTree(parent) && key !== undefined) {
    parent[key] = value;
  }
}

function isTree(node: unknown): node is Tree {
  return typeof node === "object" && node !== null;
}

/** `topics.orders.maximumConcurrency`; a key that is no plain word is quoted. */
function written(path: Path): string {
  return path.reduce(
    (text, key) => (/^[\w-]+$/.test(key) ? `${text}${text && "."}${key}` : `${text}[${JSON.stringify(key)}]`),
    "",
  );
}

function shown(value: unknown): string {
  if (value === undefined) {
    return "nothing";
  }
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
