import assert from "node:assert/strict";
import { SettingsError, type SettingsProblem } from "../../settings/errors.ts";
import { loadSettings } from "../../settings/load.ts";
import type { Settings } from "../../settings/settings.ts";

export type Tree = Record<string, unknown>;

/** Settings as a stack file has them, below `lean-ops:`. */
export function load(settings: Tree, secretKeys: readonly string[] = [], stack = "test"): Settings {
  const config = Object.entries(settings).map(([key, value]) => [
    `lean-ops:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return loadSettings({
    project: "lean-ops",
    stack,
    config: { "aws:region": "eu-west-1", ...Object.fromEntries(config) },
    isSecret: (key) => secretKeys.includes(key),
  });
}

/** What is wrong with settings that are refused. */
export function problems(
  settings: Tree,
  secretKeys: readonly string[] = [],
  stack?: string,
): readonly SettingsProblem[] {
  try {
    load(settings, secretKeys, stack);
  } catch (error) {
    assert(error instanceof SettingsError, String(error));
    return error.problems;
  }
  assert.fail("these settings should not have been accepted");
}

export const paths = (found: readonly SettingsProblem[]) => found.map(({ path }) => path);
export const topics = { orders: {} };
export const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, { maximumConcurrency: 2 }]));

/** `{topics: {orders: {}}}` with `value` at the path. */
export function nested(path: string, value: unknown): Tree {
  const tree: Tree = { topics: { orders: {} } };
  const keys = path.split(".");
  const last = keys.pop();
  let node: Tree = tree;
  for (const key of keys) {
    const inner = { ...(node[key] as Tree | undefined) };
    node[key] = inner;
    node = inner;
  }
  node[String(last)] = value;
  return tree;
}
