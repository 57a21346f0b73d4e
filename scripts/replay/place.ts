import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { namesFor } from "../../settings/names.ts";

/** Where an error tracker is. */
export interface TrackerPlace {
  table: string;
  /** Undefined: as the environment says. */
  region: string | undefined;
  /** The topics of the stack that writes it; undefined where that cannot be told. */
  topics: readonly string[] | undefined;
}

/**
 * Finds the error tracker of a stack by `Pulumi.yaml` and the stack's own file, of which only the region and the topics
 * are read.
 *
 * @param root The project's folder.
 * @param table Given by name; the stack then need not have a file.
 * @throws Error that names the file, where it is missing.
 */
export function trackerPlace(root: string, stack: string, table?: string): TrackerPlace {
  const file = join(root, `Pulumi.${stack}.yaml`);
  const hasFile = existsSync(file);
  if (!hasFile && table === undefined) {
    throw new Error(`stack ${JSON.stringify(stack)} has no Pulumi.${stack}.yaml: name its error tracker with --table`);
  }
  const config = (hasFile ? read(file).config : undefined) ?? {};
  const region = config["aws:region"];
  const project = String(read(join(root, "Pulumi.yaml")).name);
  return {
    table: table ?? namesFor(project, stack).errorTracker,
    region: typeof region === "string" ? region : undefined,
    topics: table === undefined ? topicsIn(config[`${project}:topics`]) : undefined,
  };
}

function topicsIn(setting: unknown): string[] | undefined {
  return typeof setting === "object" && setting !== null ? Object.keys(setting) : undefined;
}

function read(file: string): { name?: unknown; config?: Record<string, unknown> } {
  return parse(readFileSync(file, "utf8")) ?? {};
}
