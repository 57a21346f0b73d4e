import { Output } from "@pulumi/pulumi";
import * as rpc from "@pulumi/pulumi/runtime/rpc.js";

/** What a registration comes to, of one property. */
interface Outcome {
  value: unknown;
  isKnown: boolean;
  isSecret: boolean;
  dependencies: readonly unknown[];
}

/** Settles a property: with its value, or with what kept the resource from being registered. */
type Resolver = (
  value: unknown,
  isKnown: boolean,
  isSecret: boolean,
  dependencies?: readonly unknown[],
  error?: unknown,
) => void;

/** At run time outputs are made by a constructor, which the SDK's type declarations leave out as internal. */
const AnyOutput = Output as unknown as new (
  resource: unknown,
  value: Promise<unknown>,
  isKnown: Promise<boolean>,
  isSecret: Promise<boolean>,
  dependencies: Promise<readonly unknown[]>,
) => unknown;

const { default: sdk } = rpc as unknown as { default: { transferProperties: typeof transferProperties } };

/**
 * Lets Pulumi make a resource's outputs when somebody reads them. The SDK makes one for each property as the resource is
 * constructed, each with some sixteen promises, and the program reads few of them: at 1,000 topics they are most of the
 * time and of the memory of an evaluation. Within this process.
 */
export function makeOutputsWhenRead(): void {
  // A CommonJS module's exports can be replaced, and the SDK looks each one up when it calls it.
  Object.assign(sdk, { transferProperties });
}

/** Takes the place of the SDK's function of this name. */
function transferProperties(resource: object, label: string, properties: object): Record<string, Resolver> {
  const resolvers: Record<string, Resolver> = {};
  for (const name of Object.keys(properties)) {
    // The SDK makes these two itself.
    if (name === "id" || name === "urn") continue;
    if (Object.hasOwn(resource, name)) throw new Error(`Property '${name}' is already initialized on target '${label}`);
    const property = new Property();
    resolvers[name] = property.settle;
    Object.defineProperty(resource, name, {
      configurable: true,
      enumerable: true,
      get: () => property.output(resource),
      set: (value) => Object.defineProperty(resource, name, { value, writable: true }),
    });
  }
  return resolvers;
}

/** One property of a resource: what it came to, its output, or both. */
class Property {
  #outcome: Outcome | { error: unknown } | undefined;
  #output: { pending: PromiseWithResolvers<Outcome>; output: unknown } | undefined;

  readonly settle: Resolver = (value, isKnown, isSecret, dependencies = [], error = undefined) => {
    this.#outcome = error ? { error } : { value, isKnown, isSecret, dependencies };
    this.#complete();
  };

  output(resource: object): unknown {
    if (this.#output === undefined) {
      const pending = Promise.withResolvers<Outcome>();
      const { promise } = pending;
      const output = new AnyOutput(
        resource,
        promise.then(({ value }) => value),
        promise.then(({ isKnown }) => isKnown),
        promise.then(({ isSecret }) => isSecret),
        promise.then(({ dependencies }) => dependencies),
      );
      this.#output = { pending, output };
      this.#complete();
    }
    return this.#output.output;
  }

  #complete(): void {
    if (this.#outcome === undefined || this.#output === undefined) return;
    if ("error" in this.#outcome) this.#output.pending.reject(this.#outcome.error);
    else this.#output.pending.resolve(this.#outcome);
  }
}
