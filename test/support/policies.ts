import { createRequire } from "node:module";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import * as rpc from "@pulumi/pulumi/runtime/rpc.js";
import type { Registration } from "../../local/graph/registration.ts";
import type { Diagnostic } from "../../local/policy/pack.ts";
import { analyzeRequest, analyzeStackRequest } from "../../local/policy/requests.ts";
import type { Exemption } from "../../policypack/core/exemptions.ts";
import type { Policy } from "../../policypack/core/policy.ts";
import { pulumiPolicy } from "../../policypack/core/pulumi.ts";

const require = createRequire(import.meta.url);
/** What answers the engine's questions in a pack that runs, with its (de)serialisation, and without a port. */
const server = require("@pulumi/policy/server.js") as Record<"makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun", MakeRpc>;

type Answer = (error: unknown, response?: { getDiagnosticsList(): Message[] }) => void;
type MakeRpc = (...pack: unknown[]) => (call: { request: unknown }, answer: Answer) => void;
interface Message {
  getPolicyname(): string;
  getEnforcementlevel(): number;
  getMessage(): string;
  getUrn(): string;
}

export interface JudgeOptions {
  exemptions?: readonly Exemption[];
  today?: string;
}

/** Judges resources by policies, through Pulumi's own server functions, in the order in which the engine asks. */
export async function judged(
  policies: readonly Policy[],
  registrations: readonly Registration[],
  { exemptions = [], today = "2026-06-01" }: JudgeOptions = {},
): Promise<Diagnostic[]> {
  const pack = policies.map((policy) => pulumiPolicy(policy, exemptions, today));
  const analyze = server.makeAnalyzeRpcFun("pack", "1.0.0", "advisory", pack);
  const analyzeStack = server.makeAnalyzeStackRpcFun("pack", "1.0.0", "advisory", pack);
  const found: Diagnostic[] = [];
  // Of other types they have nothing to say before the stack is known.
  const types = policies.flatMap((policy) => (policy.kind === "resource" ? policy.types : []));
  for (const one of registrations.filter(({ type }) => types.includes(type)))
    found.push(...(await ask(analyze, analyzer.AnalyzeRequest.deserializeBinary(analyzeRequest(one)), one.urn)));
  const stack = analyzer.AnalyzeStackRequest.deserializeBinary(analyzeStackRequest(registrations));
  return [...found, ...(await ask(analyzeStack, stack))];
}

function ask(rpcFunction: ReturnType<MakeRpc>, request: unknown, urn?: string): Promise<Diagnostic[]> {
  return new Promise((resolve, reject) => {
    rpcFunction({ request }, (error, response) => {
      if (error || response === undefined) reject(error);
      else resolve(response.getDiagnosticsList().map((message) => diagnostic(message, urn)));
    });
  });
}

function diagnostic(message: Message, urn?: string): Diagnostic {
  return {
    policy: message.getPolicyname(),
    level: message.getEnforcementlevel() === 1 ? "mandatory" : "advisory",
    message: message.getMessage(),
    urn: urn ?? (message.getUrn() || undefined),
  };
}

/** A resource as the engine would know it. Properties are in the wire format; see {@link secret} and {@link UNKNOWN}. */
export function registration(
  type: string,
  name: string,
  inputs: Record<string, unknown> = {},
  { outputs = {}, dependsOn = {}, protect = false }: RegistrationOptions = {},
): Registration {
  return {
    urn: urnOf(type, name),
    type,
    name,
    custom: true,
    parent: undefined,
    inputs,
    outputs: { ...inputs, ...outputs },
    dependencies: Object.values(dependsOn).flat(),
    propertyDependencies: dependsOn,
    protect,
    retainOnDelete: false,
    ignoreChanges: [],
    aliases: [],
    source: undefined,
  };
}

export interface RegistrationOptions {
  outputs?: Record<string, unknown>;
  /** URNs by property. */
  dependsOn?: Record<string, string[]>;
  protect?: boolean;
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:test::lean-ops::${type}::${name}`;
}

export const UNKNOWN = rpc.unknownValue;

export function secret(value: unknown): unknown {
  return { [rpc.specialSigKey]: rpc.specialSecretSig, value };
}

/** Each property by itself as a secret. */
export function asSecrets(one: Registration): Registration {
  const wrap = (properties: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, secret(value)]));
  return { ...one, inputs: wrap(one.inputs), outputs: wrap(one.outputs) };
}

/** Each property as not known yet. */
export function asUnknown(one: Registration): Registration {
  const hide = (properties: Record<string, unknown>) =>
    Object.fromEntries(Object.keys(properties).map((key) => [key, UNKNOWN]));
  return { ...one, inputs: hide(one.inputs), outputs: hide(one.outputs) };
}
