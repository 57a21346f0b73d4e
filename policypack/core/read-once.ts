import { createRequire } from "node:module";

type Deserialize = (properties: object, proxySecrets: boolean) => object;

/**
 * Has Pulumi's server turn a resource's properties into values once, and not once for each policy: with 90 policies that
 * is nearly all of the time that a stack of thousands of resources takes. Policies only read them.
 *
 * It replaces a function inside `@pulumi/policy`, whose version is pinned; where there is none, nothing is replaced.
 */
export function readPropertiesOnce(folder: string): void {
  const module = createRequire(`${folder}/`)("@pulumi/policy/deserialize") as { deserializeProperties?: Deserialize };
  const original = module.deserializeProperties;
  if (typeof original !== "function") return;
  const read = new WeakMap<object, object>();
  module.deserializeProperties = (properties, proxySecrets) => {
    // Those of a remediation are changed by it.
    if (proxySecrets) return original(properties, proxySecrets);
    const known = read.get(properties) ?? original(properties, proxySecrets);
    read.set(properties, known);
    return known;
  };
}
