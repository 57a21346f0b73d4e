import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Names, namesFor } from "../../settings/names.ts";

/** Where a stack is, and what its resources are called. */
export interface StackPlace {
  names: Names;
  /** Undefined: as the environment says. */
  region: string | undefined;
  /** Undefined where the stack's file names none. */
  topics: readonly string[] | undefined;
  /** Those that are not retired. */
  openTopics: readonly string[];
}

/**
 * Finds a stack by `Pulumi.yaml` and the stack's own file, of which only the region and the topics are read.
 *
 * @param root The project's folder.
 * @returns undefined where the stack has no file.
 */
export function stackPlace(root: string, stack: string): StackPlace | undefined {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  const { config = {} } = read(file);
  const region = config["aws:region"];
  const project = String(read(join(root, "Pulumi.yaml")).name);
  const settings = objectOf(config[`${project}:topics`]);
  return {
    names: namesFor(project, stack),
    region: typeof region === "string" ? region : undefined,
    topics: settings && Object.keys(settings),
    openTopics: Object.entries(settings ?? {}).flatMap(([topic, setting]) => (isRetired(setting) ? [] : [topic])),
  };
}

function isRetired(setting: unknown): boolean {
  return objectOf(setting)?.retired === true;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function read(file: string): { name?: unknown; config?: Record<string, unknown> } {
  return parse(readFileSync(file, "utf8")) ?? {};
}
