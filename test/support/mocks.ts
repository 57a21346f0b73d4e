import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { providerOutputs } from "../../local/graph/outputs.ts";

/** A resource as Pulumi's mock monitor sees it. For parents, dependencies and options evaluate the whole program. */
export interface Registration {
  type: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: Pulumi's own type for a mock's inputs, which specs compare as a whole.
  inputs: Record<string, any>;
}

/** Where the mocked resources live. */
export const PLACEMENT = { account: "123456789012", region: "eu-west-1" };

/**
 * Runs a part of the program under Pulumi's mock monitor, and returns every resource that it registered. Registrations
 * go on after the constructors have returned: this waits for all of them, and fails where one of them fails.
 *
 * @param preview As `pulumi preview` on a fresh stack: what AWS adds to a resource is unknown.
 */
export async function registrations(
  program: () => void,
  { preview = false }: { preview?: boolean } = {},
): Promise<Registration[]> {
  const found: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        found.push({ type, name, inputs });
        const outputs = preview ? {} : providerOutputs(type, name, inputs, PLACEMENT);
        return { id: preview ? undefined : `${name}-id`, state: { ...inputs, ...outputs } };
      },
      call: ({ token, inputs }) => {
        // A list of AWS's own, which belongs to no component.
        if (token === "aws:ec2/getPrefixList:getPrefixList") return { ...inputs, id: `pl-of-${inputs.name}` };
        throw new Error(`a component asked AWS for ${token} instead of being given it`);
      },
    },
    "lean-ops",
    "test",
    preview,
  );

  // Pulumi reports a failed registration nowhere but here.
  const failures: unknown[] = [];
  const onRejection = (reason: unknown) => failures.push(reason);
  process.on("unhandledRejection", onRejection);
  try {
    program();
    await pulumi.runtime.disconnect();
    await setImmediate();
  } finally {
    process.off("unhandledRejection", onRejection);
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return found;
}

/** The inputs of the resources of one type, by name. */
export function inputsOf(found: readonly Registration[], type: string): Record<string, Registration["inputs"]> {
  return Object.fromEntries(found.filter((one) => one.type === type).map(({ name, inputs }) => [name, inputs]));
}

/** The names of the resources of each type, in alphabetical order. */
export function namesByType(found: readonly Registration[]): Record<string, string[]> {
  const types = [...new Set(found.map(({ type }) => type))].toSorted();
  return Object.fromEntries(types.map((type) => [type, Object.keys(inputsOf(found, type)).toSorted()]));
}
