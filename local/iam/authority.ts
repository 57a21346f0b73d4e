import type { Caller } from "../api/service.ts";
import { ResourceError } from "../graph/inputs.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import { Access, type Refusal, type UnknownCaller, type Verdict } from "./access.ts";
import type { Ask } from "./asks/ask.ts";
import type { Call } from "./call.ts";
import { callerOf, type KnownCaller } from "./callers.ts";
import { type DeniedCall, deniedCall, deniedLines } from "./denied.ts";
import { principalName } from "./principal.ts";
import { wiredCalls } from "./wiring.ts";

/** A caller, and the asks that it was admitted to: services that are called most make the same one again. */
interface Session extends KnownCaller {
  admitted: WeakSet<Ask>;
}

/**
 * Judges every call to the local cloud's services before it is served, and remembers what was refused. Of what was
 * admitted it keeps one call of each kind: the trace, from which it can be told what a run has needed.
 */
export class Authority {
  readonly access: Access;
  /** One for each caller, action, resource and reason, in the order in which they came. */
  readonly denied: DeniedCall[] = [];
  /** Resolves at the first refusal. */
  readonly refused: Promise<void>;
  readonly #tellRefused: () => void;
  readonly #graph: StackGraph;
  readonly #sessions = new Map<string, Session>();
  readonly #trace = new Map<string, Call>();

  readonly #hear: (denied: DeniedCall) => void;

  /**
   * @param hear Gets each refusal as it comes into {@link denied}.
   * @throws ResourceError for policies, keys and networks that are not understood, or beyond AWS's quotas.
   */
  constructor(graph: StackGraph, hear: (denied: DeniedCall) => void = () => {}) {
    this.#graph = graph;
    this.#hear = hear;
    this.access = new Access(graph);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.refused = promise;
    this.#tellRefused = resolve;
  }

  /** Every kind of call that was admitted. */
  get trace(): readonly Call[] {
    return [...this.#trace.values()];
  }

  /**
   * Judges all calls that services make among themselves.
   *
   * @throws ResourceError that names each refused one, with what to add.
   */
  checkWiring(): void {
    for (const call of wiredCalls(this.#graph)) {
      const verdict = this.access.judge(call);
      if (verdict.allowed) this.#trace.set(signature(call, verdict), call);
      else this.#deny(verdict, call.because);
    }
    const { length } = this.denied;
    if (length > 0) {
      throw new ResourceError([
        `AWS would refuse ${length} calls that follow from the stack:`,
        ...deniedLines(this.denied),
      ]);
    }
  }

  /** The first refusal among what a request asks for; undefined: it may be served. */
  refusal(caller: Caller, asks: readonly Ask[]): Refusal | UnknownCaller | undefined {
    const session = this.#session(caller);
    if (session === undefined) return this.#unknown(caller, asks);
    for (const ask of asks) {
      if (session.admitted.has(ask)) continue;
      const context = { ...session.context, ...ask.context };
      const call: Call = { principal: session.principal, from: session.from, ...ask, context };
      const verdict = this.access.judge(call);
      if (!verdict.allowed) {
        this.#deny(verdict);
        return verdict;
      }
      this.#trace.set(signature(call, verdict), call);
      session.admitted.add(ask);
    }
    return undefined;
  }

  #session(caller: Caller): Session | undefined {
    const key = `${caller.accessKeyId} ${caller.sessionToken ?? ""}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const found = callerOf(caller, this.#graph, this.access);
    if (found === undefined) return undefined;
    const session = { ...found, admitted: new WeakSet<Ask>() };
    this.#sessions.set(key, session);
    return session;
  }

  /** What asks for nothing is answered by the service, whoever calls. */
  #unknown({ accessKeyId }: Caller, [ask]: readonly Ask[]): UnknownCaller | undefined {
    if (ask === undefined) return undefined;
    const { action, resource } = ask;
    const refusal: UnknownCaller = { allowed: false, kind: "unknown caller", accessKeyId, action, resource };
    this.#deny(refusal);
    return refusal;
  }

  #deny(refusal: Refusal | UnknownCaller, because?: string): void {
    this.#tellRefused();
    // Callers can make up keys and names without end, and whoever reads the list has seen enough by then.
    if (this.denied.length >= MAX_DENIED) return;
    const denied = deniedCall(refusal, this.#graph, because);
    const isKnown = this.denied.some(
      ({ caller, action, resource, reason }) =>
        caller === denied.caller &&
        action === denied.action &&
        resource === denied.resource &&
        reason === denied.reason,
    );
    if (isKnown) return;
    this.denied.push(denied);
    this.#hear(denied);
  }
}

const MAX_DENIED = 1_000;

/** ARN of each mapping's function, by the mapping's UUID. */
export function functionsOfMappings(graph: StackGraph): ReadonlyMap<string, string> {
  const mappings = ofType(graph, "aws:lambda/eventSourceMapping:EventSourceMapping");
  return new Map(mappings.map(({ state, inputs }) => [String(state.uuid), String(inputs.functionName)]));
}

/** The same for calls on objects of one kind that the same statements admit: their keys are as many as events. */
function signature({ principal, from, action, resource }: Call, verdict: Verdict & { allowed: true }): string {
  const on = resource.startsWith("arn:aws:s3:::") ? resource.split("/").slice(0, 2).join("/") : resource;
  const by = verdict.grants.map(({ statement: { place, index } }) => `${place.urn}#${index}`);
  return [principalName(principal), from ?? "", action, on, ...new Set(by)].join(" ");
}
