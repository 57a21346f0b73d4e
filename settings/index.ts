import * as pulumi from "@pulumi/pulumi";
import * as pulumiConfig from "@pulumi/pulumi/runtime/config.js";
import { loadSettings } from "./load.ts";
import type { Settings } from "./settings.ts";

/**
 * The settings of the stack that is being evaluated.
 *
 * @throws SettingsError naming every problem.
 */
export function readSettings(): Settings {
  return loadSettings({
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    config: pulumi.runtime.allConfig(),
    isSecret,
  });
}

/** Public at run time, and internal in the typings. */
const { isConfigSecret: isSecret } = pulumiConfig as unknown as { isConfigSecret(key: string): boolean };
