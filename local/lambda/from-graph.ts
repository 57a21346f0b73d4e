import { Inputs, refuseAll } from "../graph/inputs.ts";
import type { GraphArchive, GraphResource, StackGraph } from "../graph/types.ts";
import { ofType } from "../graph/types.ts";
import {
  DEFAULT_ACCOUNT_CONCURRENCY,
  type FunctionConfiguration,
  MIN_UNRESERVED_CONCURRENCY,
} from "./configuration.ts";
import { variableProblems } from "./environment-variables.ts";

const TYPE = "aws:lambda/function:Function";

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: the archive, unzipped. */
const MAX_UNZIPPED_BYTES = 262_144_000;

/**
 * The stack's functions, as `CreateFunction` would take them
 * (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html).
 *
 * @param accountConcurrency Executions that AWS allows the account at once.
 * @throws ResourceError with all that AWS would refuse and all that the local cloud cannot run (layers, container
 *   images, runtimes other than Node.js).
 */
export function functionsOf(
  graph: StackGraph,
  accountConcurrency: number = DEFAULT_ACCOUNT_CONCURRENCY,
): FunctionConfiguration[] {
  const problems: string[] = [];
  const functions = ofType(graph, TYPE).map((resource) => configurationOf(resource, problems));
  const reserved = functions.reduce((sum, { reservedConcurrency }) => sum + (reservedConcurrency ?? 0), 0);
  if (reserved > 0 && accountConcurrency - reserved < MIN_UNRESERVED_CONCURRENCY) {
    problems.push(
      `${TYPE}: reservedConcurrentExecutions: Specified ReservedConcurrentExecutions for function decreases account's ` +
        `UnreservedConcurrentExecution below its minimum value of [${MIN_UNRESERVED_CONCURRENCY}]: ` +
        `${reserved} are reserved of the account's ${accountConcurrency}`,
    );
  }
  refuseAll(problems);
  return functions;
}

function configurationOf(resource: GraphResource, problems: string[]): FunctionConfiguration {
  const inputs = Inputs.of(resource, problems);
  refuseUnsupported(inputs);
  const name = inputs.text("name", /^[a-zA-Z0-9-_]{1,64}$/);
  const runtime = inputs.text("runtime");
  if (runtime !== "" && !/^nodejs\d+\.x$/.test(runtime)) {
    inputs.refuse("runtime", `the local cloud runs Node.js only (nodejs24.x), not ${JSON.stringify(runtime)}`);
  }
  const reserved = inputs.integer("reservedConcurrentExecutions", { fallback: -1, min: -1, max: 1_000_000 });
  return {
    arn: String(resource.state.arn),
    name,
    runtime,
    handler: inputs.text("handler"),
    timeoutSeconds: inputs.integer("timeout", { fallback: 3, min: 1, max: 900 }),
    memoryMegabytes: inputs.integer("memorySize", { fallback: 128, min: 128, max: 10_240 }),
    variables: variablesOf(inputs.object("environment")),
    reservedConcurrency: reserved < 0 ? undefined : reserved,
    roleArn: inputs.text("role"),
    logGroup: inputs.object("loggingConfig").optionalText("logGroup") ?? `/aws/lambda/${name}`,
    files: filesOf(inputs),
  };
}

function refuseUnsupported(inputs: Inputs): void {
  if ((inputs.value("packageType") ?? "Zip") !== "Zip") {
    inputs.refuse("packageType", "the local cloud runs Zip archives, not container images");
  }
  if (inputs.values("layers").length > 0) {
    inputs.refuse("layers", "the local cloud has no layers: bundle what the function needs");
  }
  const architectures = inputs.values("architectures");
  const known = architectures.every((architecture) => architecture === "arm64" || architecture === "x86_64");
  if (architectures.length > 1 || !known) {
    inputs.refuse("architectures", `must be one of arm64 and x86_64, is ${JSON.stringify(architectures)}`);
  }
}

function variablesOf(environment: Inputs): Record<string, string> {
  const variables = Object.entries(environment.value("variables") ?? {});
  const named: Record<string, string> = Object.fromEntries(variables.map(([key, value]) => [key, String(value)]));
  for (const problem of variableProblems(named)) {
    environment.refuse("variables", problem);
  }
  return named;
}

function filesOf(inputs: Inputs): GraphArchive["files"] {
  const archive = inputs.value("code") as Partial<GraphArchive> | undefined;
  if (archive?.files === undefined) {
    inputs.refuse("code", "the local cloud needs the function's code as an archive of texts");
    return {};
  }
  const bytes = Object.values(archive.files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_UNZIPPED_BYTES) {
    inputs.refuse("code", `Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes, is ${bytes}`);
  }
  return archive.files;
}
