import "./lean-modules.ts";
import { relative } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Inputs } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";
import { makeOutputsWhenRead } from "./lazy-outputs.ts";
import { keepPropertiesAsTheyAre } from "./lazy-structs.ts";
import { takePositionsAlone } from "./lean-positions.ts";
import { forgetWherePromisesWereMade } from "./lean-promises.ts";
import { type Placement, prefixListId, providerOutputs } from "./outputs.ts";
import type { Registration } from "./registration.ts";
import { readStackFiles, type StackFiles } from "./stack-files.ts";
import type { GraphResource, SourcePosition, StackGraph } from "./types.ts";
import { plainProperties, plainValue } from "./wire.ts";

/** AWS's own documentation account: no real account id can appear in a log or a report. */
const ACCOUNT = "123456789012";

/** The folder of the project's own `Pulumi.yaml`. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface EvaluateOptions {
  /** The stack's configuration; by default what its settings file says. */
  config?: Record<string, string>;
  /** The folder of `Pulumi.yaml` and of the program. */
  root?: string;
  /** Evaluate as `pulumi preview` on a fresh stack does: outputs are unknown. */
  preview?: boolean;
  /** What queue URLs begin with; see {@link Placement.queueEndpoint}. */
  queueEndpoint?: string;
  /** Gets each registration as the engine would see it, in the same order as the graph's resources. */
  registered?(registration: Registration): void;
}

forgetWherePromisesWereMade();
makeOutputsWhenRead();
keepPropertiesAsTheyAre();
takePositionsAlone();

let evaluations = 0;

/** One after the other: Pulumi keeps the stack that it evaluates in global state. */
let lastEvaluation: Promise<unknown> = Promise.resolve();

/**
 * Evaluates the program for one stack under Pulumi's mock monitor and returns every resource that it registered, in
 * the order of registration. Nothing outside this process is touched.
 *
 * @throws whatever the program throws (a SettingsError, for example), the first error of any registration otherwise.
 */
export async function evaluate(stack: string, options: EvaluateOptions = {}): Promise<StackGraph> {
  const root = options.root ?? ROOT;
  const files = readStackFiles(root, stack);
  const config = options.config ?? files.config;
  const region = config["aws:region"];
  if (region === undefined) {
    throw new Error(`Pulumi.${stack}.yaml: aws:region: is required`);
  }
  const { queueEndpoint, preview = false, registered } = options;
  const evaluation = lastEvaluation.then(() =>
    run({ ...files, config }, { region, account: ACCOUNT, queueEndpoint }, root, preview, registered),
  );
  lastEvaluation = evaluation.catch(() => {});
  return evaluation;
}

async function run(
  { project, stack, config }: StackFiles,
  placement: Placement,
  root: string,
  preview: boolean,
  registered: EvaluateOptions["registered"],
): Promise<StackGraph> {
  const resources: GraphResource[] = [];
  pulumi.runtime.setAllConfig(config);
  await pulumi.runtime.setMocks(mocks(placement, preview), project, stack, preview);
  recordRegistrations(root, (resource, { inputs, outputs, aliases }) => {
    resources.push(resource);
    if (registered === undefined) return;
    const computed = preview ? unknownOutputs(resource, placement) : {};
    registered({ ...resource, inputs, outputs: { ...inputs, ...outputs, ...computed }, aliases });
  });

  // Pulumi reports a failed registration nowhere but here.
  const failures: unknown[] = [];
  const onRejection = (reason: unknown) => failures.push(reason);
  process.on("unhandledRejection", onRejection);
  try {
    const outputs = await pulumi.runtime.runInPulumiStack(() => freshImport(root));
    await pulumi.runtime.disconnect();
    await setImmediate();
    if (failures.length > 0) {
      throw failures[0];
    }
    const { region, account } = placement;
    return { project, stack, region, account, config, resources, outputs: await plainOutputs(outputs) };
  } finally {
    // Node reports a rejection as unhandled only after the microtasks that might still have handled it.
    await setImmediate();
    process.off("unhandledRejection", onRejection);
  }
}

/** The entry module runs anew for each stack; what it imports is shared. */
async function freshImport(root: string): Promise<Inputs> {
  evaluations += 1;
  return { ...(await import(`${pathToFileURL(root).href}/index.ts?evaluation=${evaluations}`)) };
}

function mocks(placement: Placement, preview: boolean): pulumi.runtime.Mocks {
  return {
    newResource: ({ type, name, inputs }) => {
      const outputs = preview ? {} : providerOutputs(type, name, inputs, placement);
      const id = preview ? undefined : String(outputs.id ?? outputs.name ?? outputs.arn ?? name);
      return { id, state: { ...inputs, ...outputs } };
    },
    call: ({ token, inputs }) => {
      switch (token) {
        case "aws:index/getCallerIdentity:getCallerIdentity":
          return { accountId: placement.account, arn: `arn:aws:iam::${placement.account}:root`, id: placement.account };
        case "aws:index/getRegion:getRegion":
          return { region: placement.region, name: placement.region, id: placement.region };
        case "aws:index/getPartition:getPartition":
          return { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" };
        case "aws:ec2/getPrefixList:getPrefixList":
          return { ...inputs, id: prefixListId(String(inputs.name)), cidrBlocks: [] };
        default:
          throw new Error(`the stack graph has no answer for the call ${token}(${JSON.stringify(inputs)})`);
      }
    },
  };
}

/** What the mock monitor's newResource does not see (parent, dependencies, options) is in the request to the monitor. */
function recordRegistrations(root: string, record: (resource: GraphResource, wire: Wire) => void): void {
  const monitor = getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response !== undefined) {
        try {
          record(resourceOf(request, response, root), {
            inputs: request.getObject().toJavaScript(),
            outputs: {
              ...response.getObject().toJavaScript(),
              ...(response.getId() === "" ? {} : { id: response.getId() }),
            },
            aliases: request.getAliasurnsList(),
          });
        } catch (failure) {
          callback(failure);
          return;
        }
      }
      callback(error, response);
    });
}

/** What a provider says in a preview that it will only know later. */
function unknownOutputs({ type, name, inputs, custom }: GraphResource, placement: Placement): Record<string, unknown> {
  const outputs = custom ? ["id", ...Object.keys(providerOutputs(type, name, inputs, placement))] : [];
  return Object.fromEntries(outputs.filter((key) => !(key in inputs)).map((key) => [key, unknownValue]));
}

function resourceOf(request: RegisterRequest, response: RegisterResponse, root: string): GraphResource {
  const propertyDependencies: Record<string, readonly string[]> = {};
  for (const [property, dependencies] of request.getPropertydependenciesMap().entries()) {
    propertyDependencies[property] = dependencies.getUrnsList();
  }
  const inputs = plainProperties(request.getObject().toJavaScript());
  return {
    urn: response.getUrn(),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent() || undefined,
    inputs,
    state: { ...inputs, ...plainProperties(response.getObject().toJavaScript()), id: response.getId() },
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    ignoreChanges: request.getIgnorechangesList(),
    source: sourcePosition(request, root),
  };
}

function sourcePosition(request: RegisterRequest, root: string): SourcePosition | undefined {
  const position = request.getSourceposition();
  if (position === undefined) {
    return undefined;
  }
  // Pulumi takes the stack frame's file for a path; in an ES module it is itself a URL, here with freshImport's query.
  const uri = decodeURIComponent(position.getUri());
  const path = uri
    .slice(uri.lastIndexOf("file:"))
    .replace(/^file:\/*/, "/")
    .replace(/\?.*$/, "");
  return { file: relative(root, path), line: position.getLine(), column: position.getColumn() };
}

async function plainOutputs(outputs: Inputs | undefined): Promise<Record<string, unknown>> {
  const resolved = await promiseOf(pulumi.output(outputs ?? {}));
  return plainValue(resolved) as Record<string, unknown>;
}

/** Output.promise is public at run time, and internal in the typings. */
function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

type Wire = Pick<Registration, "inputs" | "outputs" | "aliases">;

/** The parts of Pulumi's gRPC messages that are read here; the SDK types them as `any`. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getAliasurnsList(): string[];
  getSourceposition(): { getUri(): string; getLine(): number; getColumn(): number } | undefined;
}

interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface Monitor {
  registerResource(
    request: RegisterRequest,
    callback: (error: unknown, response?: RegisterResponse) => void,
  ): Promise<void> | void;
}
