import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A stack's configuration as `pulumi up` would hand it to the program. */
export interface StackFiles {
  project: string;
  stack: string;
  /** Fully qualified keys (`lean-ops:topics`, `aws:region`); structured values as JSON text, as Pulumi passes them. */
  config: Record<string, string>;
}

/** Besides the project's: of the one provider, and Pulumi's own (`pulumi:tags`). */
const OTHER_NAMESPACES = ["aws", "pulumi"];

/** `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`. */
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml`
 * (https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/).
 *
 * @throws Error naming the file when it is missing, no YAML, or holds a secret: those only the Pulumi CLI can decrypt;
 *   and naming the key where nobody would read it, or where it is no region.
 */
export function readStackFiles(root: string, stack: string): StackFiles {
  const project = readYaml(join(root, "Pulumi.yaml"));
  const name = project.name;
  if (typeof name !== "string") {
    throw new Error("Pulumi.yaml: name: must be the project's name");
  }
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(root, file))) {
    throw new Error(`stack ${JSON.stringify(stack)} has no ${file}; there are: ${stacksIn(root).join(", ")}`);
  }
  const config = readYaml(join(root, file)).config ?? {};
  const entries = Object.entries(config).map(([key, value]): [string, string] => {
    if (holdsSecret(value)) {
      throw new Error(`${file}: ${key}: is encrypted, which only the Pulumi CLI can read`);
    }
    const qualified = key.includes(":") ? key : `${name}:${key}`;
    const namespaces = [name, ...OTHER_NAMESPACES];
    if (!namespaces.includes(qualified.slice(0, qualified.indexOf(":")))) {
      throw new Error(`${file}: ${key}: is read by nobody; the namespaces are: ${namespaces.join(", ")}`);
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (qualified === "aws:region" && !REGION.test(text)) {
      throw new Error(
        `${file}: aws:region: must be the code of a region, as eu-west-1, and is ${JSON.stringify(value)}`,
      );
    }
    return [qualified, text];
  });
  return { project: name, stack, config: Object.fromEntries(entries) };
}

/** The names of the stacks that have a settings file. */
function stacksIn(root: string): string[] {
  return readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

function readYaml(path: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new Error(`${path}: must be a YAML mapping`);
  }
  return document as Record<string, unknown>;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return ("secure" in value && typeof value.secure === "string") || Object.values(value).some(holdsSecret);
}
