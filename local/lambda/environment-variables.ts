import type { FunctionConfiguration } from "./configuration.ts";

/** What an execution role's session gives its function. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html: together, as JSON. */
const MAX_BYTES = 4096;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/** What AWS refuses of a function's own variables; empty when it takes them. */
export function variableProblems(variables: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(variables);
  const problems: string[] = [];
  const reserved = names.filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    problems.push(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        "contains reserved keys that are currently not supported for modification. " +
        `Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const malformed = names.filter((name) => !RESERVED.has(name) && !/^[a-zA-Z]\w+$/.test(name));
  if (malformed.length > 0) {
    problems.push(`environment variable names must match [a-zA-Z]([a-zA-Z0-9_])+: ${malformed.join(", ")}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > MAX_BYTES) {
    problems.push(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        `exceeded the 4KB limit: ${bytes} bytes`,
    );
  }
  return problems;
}

/** Where and as whom a child process runs. */
export interface ExecutionPlace {
  /** `HOST:PORT` */
  runtimeApi: string;
  /** The unpacked archive. */
  taskRoot: string;
  region: string;
  endpointUrl: string;
  credentials: Credentials;
  logStream: string;
}

/**
 * All that a child process sees of the world: what Lambda sets, the function's own variables, the local cloud's
 * endpoint, and the parent's PATH.
 */
export function childEnvironment(configuration: FunctionConfiguration, place: ExecutionPlace): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...configuration.variables,
    _HANDLER: configuration.handler,
    AWS_ACCESS_KEY_ID: place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: place.credentials.sessionToken,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_ENDPOINT_URL: place.endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    LAMBDA_TASK_ROOT: place.taskRoot,
  };
}
