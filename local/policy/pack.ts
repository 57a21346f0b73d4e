import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Registration } from "../graph/registration.ts";
import { PackError, type PackProcess, startPack } from "./pack-process.ts";
import { analyzeRequest, analyzeStackRequest } from "./requests.ts";
import { diagnosticsIn } from "./responses.ts";

export type Level = "advisory" | "mandatory" | "disabled";

/** One policy as the pack describes it to the CLI. */
export interface PolicyInfo {
  name: string;
  description: string;
  level: Level;
  fix: string;
  url: string;
}

/** What a policy says about a resource; about the stack where there is no URN. */
export interface Diagnostic {
  policy: string;
  level: Level;
  message: string;
  urn: string | undefined;
}

/** As in the file of `pulumi preview --policy-pack-config`: a policy's level, or its level and settings. */
export type PackConfig = Readonly<Record<string, Level | ({ enforcementLevel?: Level } & Record<string, unknown>)>>;

const { ADVISORY, MANDATORY, DISABLED } = analyzer.EnforcementLevel;

/** The stack may have thousands of resources: as much as the pack itself takes. */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

/** Questions under way at the same time. */
const AT_ONCE = 64;

/** A policy pack that runs, seen as Pulumi's CLI sees it. */
export class Pack {
  readonly policies: readonly PolicyInfo[];
  readonly #client: AnalyzerClient;
  readonly #stop: () => Promise<void>;

  private constructor(client: AnalyzerClient, stop: () => Promise<void>, policies: readonly PolicyInfo[]) {
    this.#client = client;
    this.#stop = stop;
    this.policies = policies;
  }

  /**
   * Starts and configures a pack.
   *
   * @param starting Its process, where that was started before.
   * @throws PackError where it does not start, or the configuration names a policy that it has not.
   */
  static async open(
    folder: string,
    project: string,
    stack: string,
    config: PackConfig = {},
    starting: Promise<PackProcess> = startPack(folder, project, stack),
  ): Promise<Pack> {
    const { port, stop } = await starting;
    const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": LARGEST_MESSAGE,
      "grpc.max_send_message_length": LARGEST_MESSAGE,
    });
    try {
      const info = await call<analyzer.AnalyzerInfo>((done) => client.getAnalyzerInfo(new empties.Empty(), done));
      const policies = info.getPoliciesList();
      await call((done) => client.configure(configuration(policies, config), done));
      return new Pack(client, stop, policies.map(describe));
    } catch (error) {
      client.close();
      await stop();
      throw error;
    }
  }

  /** In the order in which the CLI asks: about each resource before it is made, then about the whole stack. */
  async judge(registrations: readonly Registration[]): Promise<Diagnostic[]> {
    const found: Diagnostic[] = [];
    for (let first = 0; first < registrations.length; first += AT_ONCE) {
      const some = registrations.slice(first, first + AT_ONCE);
      found.push(...(await Promise.all(some.map((registration) => this.#analyze(registration)))).flat());
    }
    return [...found, ...(await this.#ask(AnalyzerService.analyzeStack.path, analyzeStackRequest(registrations)))];
  }

  async #analyze(registration: Registration): Promise<Diagnostic[]> {
    const found = await this.#ask(AnalyzerService.analyze.path, analyzeRequest(registration));
    return found.map((one) => ({ ...one, urn: registration.urn }));
  }

  async #ask(path: string, request: Uint8Array): Promise<Diagnostic[]> {
    const response = await call<analyzer.AnalyzeDiagnostic[]>((done) =>
      this.#client.makeUnaryRequest(path, Buffer.from, diagnosticsIn, request, done),
    );
    return response.map(diagnostic);
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#stop();
  }
}

/** What the CLI sends: of every policy the level, and the settings with their defaults. */
function configuration(
  policies: readonly analyzer.PolicyInfo[],
  config: PackConfig,
): analyzer.ConfigureAnalyzerRequest {
  const names = policies.map((policy) => policy.getName());
  for (const name of Object.keys(config)) {
    if (!names.includes(name)) throw new PackError(`the policy configuration names ${name}, which is no policy`);
  }
  const request = new analyzer.ConfigureAnalyzerRequest();
  for (const policy of policies) {
    const own = config[policy.getName()] ?? {};
    const { enforcementLevel, ...settings } = typeof own === "string" ? { enforcementLevel: own } : own;
    const one = new analyzer.PolicyConfig();
    one.setEnforcementlevel(
      enforcementLevel === undefined ? policy.getEnforcementlevel() : levelNumber(enforcementLevel),
    );
    const properties = { ...defaults(policy), ...settings } as Record<string, structs.JavaScriptValue>;
    one.setProperties(structs.Struct.fromJavaScript(properties));
    request.getPolicyconfigMap().set(policy.getName(), one);
  }
  return request;
}

function defaults(policy: analyzer.PolicyInfo): Record<string, unknown> {
  const schemas = (policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Record<
    string,
    { default?: unknown }
  >;
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schema.default]));
}

function describe(policy: analyzer.PolicyInfo): PolicyInfo {
  return {
    name: policy.getName(),
    description: policy.getDescription(),
    level: levelOf(policy.getEnforcementlevel()),
    fix: policy.getRemediationSteps(),
    url: policy.getUrl(),
  };
}

function diagnostic(one: analyzer.AnalyzeDiagnostic): Diagnostic {
  return {
    policy: one.getPolicyname(),
    level: levelOf(one.getEnforcementlevel()),
    message: one.getMessage(),
    urn: one.getUrn() || undefined,
  };
}

function levelOf(level: analyzer.EnforcementLevel): Level {
  return level === ADVISORY ? "advisory" : level === DISABLED ? "disabled" : "mandatory";
}

function levelNumber(level: Level): analyzer.EnforcementLevel {
  const levels = { advisory: ADVISORY, mandatory: MANDATORY, disabled: DISABLED };
  if (!Object.hasOwn(levels, level)) throw new PackError(`the policy configuration has the unknown level ${level}`);
  return levels[level];
}

function call<T>(start: (done: (error: ServiceError | null, response?: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) =>
      error === null ? resolve(response as T) : reject(new PackError(error.details || error.message)),
    );
  });
}
