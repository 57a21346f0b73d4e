import { providerOutputs } from "../../local/graph/outputs.ts";
import type { GraphResource, StackGraph } from "../../local/graph/types.ts";

const placement = { region: "eu-west-1", account: "123456789012" };

/** A graph of the given resources, with the outputs that AWS would add to them. */
export function graphOf(resources: readonly Pick<GraphResource, "type" | "name" | "inputs">[]): StackGraph {
  return {
    project: "lean-ops",
    stack: "test",
    ...placement,
    config: {},
    resources: resources.map(({ type, name, inputs }) => ({
      urn: `urn:pulumi:test::lean-ops::${type}::${name}`,
      type,
      name,
      custom: true,
      parent: undefined,
      inputs,
      state: { ...inputs, ...providerOutputs(type, name, inputs, placement) },
      dependencies: [],
      propertyDependencies: {},
      protect: false,
      retainOnDelete: false,
      ignoreChanges: [],
      source: undefined,
    })),
    outputs: {},
  };
}
