import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { Stack, type StackResourceData } from "./stack.ts";

/** The stack that is being judged, where all policies share one. */
const shared = new AsyncLocalStorage<Stack>();

/** What the server hands to a handler, and how the handler answers. */
type Handler = (call: { request: StackRequest }, answer: (...response: unknown[]) => void) => unknown;

type Handlers = Record<string, Handler>;

interface StackRequest {
  getResourcesList(): readonly ResourceMessage[];
}

interface ResourceMessage {
  getType(): string;
  getName(): string;
  getUrn(): string;
  getProperties(): object;
  getOptions(): { getProtect(): boolean } | undefined;
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): readonly string[] }]> };
}

interface Server {
  prototype: { addService(this: unknown, service: unknown, handlers: Handlers): void };
}

/** Turns a message's properties into what policies read. */
type Read = (properties: object) => Record<string, unknown>;

/**
 * Has a stack turned into values once, and not once for each policy, which is what `@pulumi/policy` does: with 90 policies
 * that is nearly all of the time that a stack of thousands of resources takes. Its own server answers; the policies find
 * the stack in {@link sharedStack}, and get an empty one from the server.
 *
 * To be called before the pack is served. The version of `@pulumi/policy` is pinned; where it is not as it is known here,
 * it does all by itself.
 *
 * @param folder Where the pack's dependencies are found from.
 */
export function shareStack(folder: string): void {
  const require = createRequire(`${folder}/`);
  const read = readerIn(require);
  const { prototype } = (createRequire(require.resolve("@pulumi/policy"))("@grpc/grpc-js") as { Server: Server })
    .Server;
  const { addService } = prototype;
  prototype.addService = function (service, handlers) {
    const { analyzeStack } = handlers;
    if (read === undefined || analyzeStack === undefined) return addService.call(this, service, handlers);
    const sharing: Handler = (call, answer) => {
      const stack = stackIn(call.request, read);
      if (stack === undefined) return analyzeStack(call, answer);
      return shared.run(stack, () => analyzeStack({ request: { getResourcesList: () => [] } }, answer));
    };
    addService.call(this, service, { ...handlers, analyzeStack: sharing });
  };
}

/** The stack that a policy is asked about: that which all share, or else the one that it is given. */
export function sharedStack(resources: readonly StackResourceData[]): Stack {
  return shared.getStore() ?? new Stack(resources);
}

function readerIn(require: NodeJS.Require): Read | undefined {
  const { deserializeProperties } = require("@pulumi/policy/deserialize") as {
    deserializeProperties?: (properties: object, proxySecrets: boolean) => object;
  };
  const { unknownCheckingProxy } = require("@pulumi/policy/proxy") as {
    unknownCheckingProxy?: (properties: object) => Record<string, unknown>;
  };
  if (deserializeProperties === undefined || unknownCheckingProxy === undefined) return undefined;
  return (properties) => unknownCheckingProxy(deserializeProperties(properties, false));
}

/** Undefined where the request cannot be read: the server then says why. */
function stackIn(request: StackRequest, read: Read): Stack | undefined {
  try {
    return new Stack(request.getResourcesList().map((message) => resourceIn(message, read)));
  } catch {
    return undefined;
  }
}

function resourceIn(message: ResourceMessage, read: Read): StackResourceData {
  const propertyDependencies: Record<string, { urn: string }[]> = {};
  for (const [property, dependencies] of message.getPropertydependenciesMap().entries()) {
    propertyDependencies[property] = dependencies.getUrnsList().map((urn) => ({ urn }));
  }
  return {
    type: message.getType(),
    name: message.getName(),
    urn: message.getUrn(),
    props: read(message.getProperties()),
    opts: { protect: message.getOptions()?.getProtect() === true },
    propertyDependencies,
  };
}
