import { evaluate } from "../../../local/graph/evaluate.ts";
import { readStackFiles } from "../../../local/graph/stack-files.ts";
import type { GraphResource, StackGraph } from "../../../local/graph/types.ts";
import { graphOf } from "../../support/graph.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** A stack of a few resources, with the settings that tell who sends. */
export function stackOf(
  resources: readonly Pick<GraphResource, "type" | "name" | "inputs">[],
  settings: Record<string, unknown> = {},
): StackGraph {
  const config = Object.entries({ topics: { orders: {}, events: {} }, ...settings }).map(([key, value]) => [
    `lean-ops:${key}`,
    JSON.stringify(value),
  ]);
  return { ...graphOf(resources), config: Object.fromEntries(config) };
}

let dev: Promise<StackGraph> | undefined;

/** The dev stack, evaluated once in a process. */
export function devStack(): Promise<StackGraph> {
  dev ??= evaluate("dev");
  return dev;
}

/** The dev stack with other settings in place of its file's. */
export function devStackWith(settings: Record<string, unknown>): Promise<StackGraph> {
  const { config } = readStackFiles(new URL("../../..", import.meta.url).pathname, "dev");
  for (const [key, value] of Object.entries(settings)) config[`lean-ops:${key}`] = JSON.stringify(value);
  return evaluate("dev", { config });
}
