import type { GraphArchive, GraphResource, StackGraph } from "../graph/types.ts";
import { ofType } from "../graph/types.ts";
import {
  DEFAULT_ACCOUNT_CONCURRENCY,
  type FunctionConfiguration,
  MIN_UNRESERVED_CONCURRENCY,
} from "./configuration.ts";
import { variableProblems } from "./environment-variables.ts";
import { InputReader, refuseAll } from "./input-reader.ts";

const TYPE = "aws:lambda/function:Function";

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: the archive, unzipped. */
const MAX_UNZIPPED_BYTES = 262_144_000;

/**
 * The stack's functions, as `CreateFunction` would take them
 * (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html).
 *
 * @param accountConcurrency Executions that AWS allows the account at once.
 * @throws AwsError `InvalidParameterValueException` with all that AWS would refuse and all that the local cloud cannot
 *   run (layers, container images, runtimes other than Node.js).
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
  const read = new InputReader(resource);
  refuseUnsupported(read);
  const name = String(resource.state.name ?? "");
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) {
    read.refuse("name", `must be 1 to 64 letters, digits, hyphens and underscores, is ${JSON.stringify(name)}`);
  }
  const runtime = read.text("runtime");
  if (!/^nodejs\d+\.x$/.test(runtime)) {
    read.refuse("runtime", `the local cloud runs Node.js only (nodejs24.x), not ${JSON.stringify(runtime)}`);
  }
  const reserved = read.integer("reservedConcurrentExecutions", { fallback: -1, min: -1, max: 1_000_000 });
  const configuration: FunctionConfiguration = {
    arn: String(resource.state.arn),
    name,
    runtime,
    handler: read.text("handler"),
    timeoutSeconds: read.integer("timeout", { fallback: 3, min: 1, max: 900 }),
    memoryMegabytes: read.integer("memorySize", { fallback: 128, min: 128, max: 10_240 }),
    variables: variablesOf(read),
    reservedConcurrency: reserved < 0 ? undefined : reserved,
    roleArn: read.text("role"),
    logGroup: String(read.object("loggingConfig").logGroup ?? `/aws/lambda/${name}`),
    files: filesOf(read),
  };
  problems.push(...read.problems);
  return configuration;
}

function refuseUnsupported(read: InputReader): void {
  if ((read.value("packageType") ?? "Zip") !== "Zip") {
    read.refuse("packageType", "the local cloud runs Zip archives, not container images");
  }
  if (read.list("layers").length > 0) {
    read.refuse("layers", "the local cloud has no layers: bundle what the function needs");
  }
  const architectures = read.list("architectures");
  const known = architectures.every((architecture) => architecture === "arm64" || architecture === "x86_64");
  if (architectures.length > 1 || !known) {
    read.refuse("architectures", `must be one of arm64 and x86_64, is ${JSON.stringify(architectures)}`);
  }
}

function variablesOf(read: InputReader): Record<string, string> {
  const variables = read.object("environment").variables ?? {};
  const texts = Object.entries(variables as Record<string, unknown>).map(([key, value]) => [key, String(value)]);
  const named: Record<string, string> = Object.fromEntries(texts);
  for (const problem of variableProblems(named)) {
    read.refuse("environment", problem);
  }
  return named;
}

function filesOf(read: InputReader): GraphArchive["files"] {
  const { files } = read.object("code") as Partial<GraphArchive>;
  if (files === undefined) {
    read.refuse("code", "the local cloud needs the function's code as an archive of texts");
    return {};
  }
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_UNZIPPED_BYTES) {
    read.refuse("code", `Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes, is ${bytes}`);
  }
  return files;
}
