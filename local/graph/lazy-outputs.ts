import { Output, Resource } from "@pulumi/pulumi";
import * as outputs from "@pulumi/pulumi/output.js";
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

type OutputParts = [
  resource: unknown,
  value: Promise<unknown>,
  isKnown: Promise<boolean>,
  isSecret: Promise<boolean>,
  dependencies: Promise<readonly unknown[]>,
];

/** At run time outputs are made by a constructor, which the SDK's type declarations leave out as internal. */
const AnyOutput = Output as unknown as new (...parts: OutputParts) => object;

const { default: sdk } = rpc as unknown as { default: { transferProperties: typeof transferProperties } };
const { default: sdkOutputs } = outputs as unknown as { default: { Output: typeof AnyOutput } };

/**
 * Lets Pulumi make a resource's outputs when somebody reads them. The SDK makes one for each property as the resource is
 * constructed, each with some sixteen promises, and the program reads few of them: at 1,000 topics they are most of the
 * time and of the memory of an evaluation. Within this process.
 */
export function makeOutputsWhenRead(): void {
  // A CommonJS module's exports can be replaced, and the SDK looks each one up when it calls it.
  Object.assign(sdk, { transferProperties });
  const construct = (_: unknown, parts: OutputParts) =>
    // Of a resource alone, not of a set of them: its URN, or its id, which most are never asked for.
    parts[0] instanceof Resource ? new Proxy(new Unread(parts), WHEN_READ) : new AnyOutput(...parts);
  Object.assign(sdkOutputs, { Output: new Proxy(AnyOutput, { construct }) });
}

/** An output that is made when something of it is read. */
class Unread {
  #parts: OutputParts | undefined;
  #output: object | undefined;

  constructor(parts: OutputParts) {
    this.#parts = parts;
  }

  get output(): object {
    if (this.#parts !== undefined) {
      this.#output = new AnyOutput(...this.#parts);
      this.#parts = undefined;
    }
    return this.#output as object;
  }
}

const WHEN_READ: ProxyHandler<Unread> = {
  // The SDK asks every value whether it is an output.
  get: (unread, property) => property === "__pulumiOutput" || Reflect.get(unread.output, property),
  set: (unread, property, value) => Reflect.set(unread.output, property, value),
  has: (unread, property) => Reflect.has(unread.output, property),
};

/** Takes the place of the SDK's function of this name. */
function transferProperties(resource: object, label: string, properties: object): Record<string, Resolver> {
  const own = new Properties(resource);
  PROPERTIES.set(resource, own);
  const resolvers: Record<string, Resolver> = {};
  PROPERTIES.set(resolvers, own);
  for (const name of Object.keys(properties)) {
    // The SDK makes these two itself.
    if (name === "id" || name === "urn") continue;
    if (Object.hasOwn(resource, name)) throw new Error(`Property '${name}' is already initialized on target '${label}`);
    const { read, settle } = accessorsOf(name);
    Object.defineProperty(resource, name, read);
    Object.defineProperty(resolvers, name, settle);
  }
  return resolvers;
}

/** Of resources, and of the objects that hold their resolvers. */
const PROPERTIES = new WeakMap<object, Properties>();

function propertiesOf(owner: object): Properties {
  const own = PROPERTIES.get(owner);
  if (own === undefined) throw new Error("a property is read of an object that was never registered");
  return own;
}

/** The same for all resources, so that resources of one type share their shape: functions of their own are most of it. */
interface Accessors {
  /** A resource's output of this name. */
  read: PropertyDescriptor;
  /** What settles it. */
  settle: PropertyDescriptor;
}

const accessors = new Map<string, Accessors>();

function accessorsOf(name: string): Accessors {
  let found = accessors.get(name);
  if (found === undefined) {
    const visible = { configurable: true, enumerable: true };
    found = {
      read: {
        ...visible,
        get(this: object) {
          return propertiesOf(this).output(name);
        },
        set(this: object, value: unknown) {
          Object.defineProperty(this, name, { ...visible, value, writable: true });
        },
      },
      settle: {
        ...visible,
        get(this: object): Resolver {
          return (value, isKnown, isSecret, dependencies = [], error = undefined) =>
            propertiesOf(this).settle(name, error ? { error } : { value, isKnown, isSecret, dependencies });
        },
      },
    };
    accessors.set(name, found);
  }
  return found;
}

type Settled = Outcome | { error: unknown };

/** What a resource's properties came to, and the outputs of those that were read. */
class Properties {
  readonly #resource: object;
  readonly #settled = new Map<string, Settled>();
  readonly #outputs = new Map<string, { pending: PromiseWithResolvers<Outcome>; output: unknown }>();

  constructor(resource: object) {
    this.#resource = resource;
  }

  settle(name: string, settled: Settled): void {
    this.#settled.set(name, settled);
    this.#complete(name);
  }

  output(name: string): unknown {
    const made = this.#outputs.get(name);
    if (made !== undefined) return made.output;
    const pending = Promise.withResolvers<Outcome>();
    const { promise } = pending;
    const output = new AnyOutput(
      this.#resource,
      promise.then(({ value }) => value),
      promise.then(({ isKnown }) => isKnown),
      promise.then(({ isSecret }) => isSecret),
      promise.then(({ dependencies }) => dependencies),
    );
    this.#outputs.set(name, { pending, output });
    this.#complete(name);
    return output;
  }

  #complete(name: string): void {
    const settled = this.#settled.get(name);
    const pending = this.#outputs.get(name)?.pending;
    if (settled === undefined || pending === undefined) return;
    if ("error" in settled) pending.reject(settled.error);
    else pending.resolve(settled);
  }
}
