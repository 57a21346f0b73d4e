import { parse } from "yaml";
import type { Policy } from "./policy.ts";
import type { Resource } from "./stack.ts";

/** Resources of which a policy need not hold, for a while. */
export interface Exemption {
  policy: string;
  /** `type::name` each; of an advisory policy the name may end with `*`. */
  resources: readonly string[];
  /** The stacks in which it counts, by default all. */
  stacks?: readonly string[];
  reason: string;
  /** The last day, in UTC, as 2027-06-30. */
  until: string;
}

/** Exemptions that cannot be understood: one line a problem. */
export class ExemptionError extends Error {
  override readonly name = "ExemptionError";
}

const FIELDS = ["policy", "resources", "stacks", "reason", "until"];

/**
 * Reads the file of exemptions.
 *
 * @param text YAML: a mapping with one list, `exemptions`.
 * @throws ExemptionError with all that is wrong, so that nothing is exempted by accident, or forgotten.
 */
export function readExemptions(text: string, policies: readonly Policy[], file: string): Exemption[] {
  const problems: string[] = [];
  const list = listIn(text, file, problems);
  const exemptions = list.map((entry, index) =>
    readExemption(entry, policies, (problem) => problems.push(`${file}: exemptions[${index}]${problem}`)),
  );
  if (problems.length > 0) throw new ExemptionError(problems.join("\n"));
  return exemptions;
}

function listIn(text: string, file: string, problems: string[]): unknown[] {
  try {
    const list = (parse(text) as { exemptions?: unknown } | null)?.exemptions ?? [];
    if (Array.isArray(list)) return list;
    problems.push(`${file}: exemptions: must be a list`);
  } catch (error) {
    problems.push(`${file}: ${error instanceof Error ? error.message : error}`);
  }
  return [];
}

function readExemption(entry: unknown, policies: readonly Policy[], problem: (text: string) => void): Exemption {
  const fields = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
  for (const field of Object.keys(fields)) {
    if (!FIELDS.includes(field)) problem(`.${field}: is not known; the fields are: ${FIELDS.join(", ")}`);
  }
  const { policy: name, resources, stacks, reason, until } = fields;
  const policy = policies.find((one) => one.name === name);
  if (policy === undefined) problem(`.policy: must be the name of a policy, is ${JSON.stringify(name)}`);
  if (!isTexts(resources)) problem(".resources: must be a list of resources, each as type::name");
  for (const resource of isTexts(resources) ? resources : []) {
    if (!/^[^\s:]+:[^\s:]+:[^\s:]+::\S.*$/.test(resource)) {
      problem(`.resources: must be as type::name, is ${JSON.stringify(resource)}`);
    }
    if (resource.includes("*") && policy?.level !== "advisory") {
      problem(`.resources: ${resource}: a mandatory policy needs each resource by its name`);
    }
    if (resource.slice(0, -1).includes("*")) problem(`.resources: ${resource}: * may only stand at the end`);
  }
  if (stacks !== undefined && !isTexts(stacks)) problem(".stacks: must be a list of stacks' names");
  if (typeof reason !== "string" || reason.trim().length < 10) problem(".reason: must say why, in a sentence");
  if (typeof until !== "string" || !isDay(until)) {
    problem(`.until: must be a day, as 2027-06-30, is ${JSON.stringify(until)}`);
  }
  return fields as unknown as Exemption;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string" && item !== "");
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export function exempts(pattern: string, { label }: Resource): boolean {
  return pattern.endsWith("*") ? label.startsWith(pattern.slice(0, -1)) : label === pattern;
}

/** @param today as 2027-06-30 */
export function hasExpired({ until }: Exemption, today: string): boolean {
  return until < today;
}
