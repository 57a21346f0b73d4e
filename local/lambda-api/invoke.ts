import { AwsError } from "../api/errors.ts";
import type { HttpAnswer } from "../api/gateway.ts";
import type { AsynchronousInvocations } from "../lambda/asynchronous.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { functionNamed } from "../lambda/function-name.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import { answer, functionNotFound, invalidParameter } from "./errors.ts";
import { decoded, type LambdaRequest, onlyParameters } from "./request.ts";

/** The functions, and the two ways in which they are invoked. */
export interface Invocable {
  functions: readonly Pick<FunctionConfiguration, "arn" | "name">[];
  invoker: FunctionInvoker;
  asynchronous: AsynchronousInvocations;
}

/** Headers that ask for what the local cloud does not have. */
const NOT_LOCAL: Readonly<Record<string, string>> = {
  "x-amz-client-context": "passes no client context on",
  "x-amz-durable-execution-name": "has no durable functions",
  "x-amz-tenant-id": "has no tenants",
};

const LATEST = "$LATEST";

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. @param name As the path has it. */
export async function invoke(name: string, request: LambdaRequest, lambda: Invocable): Promise<HttpAnswer> {
  const { query, headers } = request;
  onlyParameters(query, ["Qualifier"]);
  refuseUnsupported(headers);
  const functionArn = functionArnOf(decoded(name), query.get("Qualifier"), lambda);
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  // Whether a function sees an empty object where the caller sent nothing is not documented [?].
  const payload = request.body === "" ? "{}" : request.body;
  switch (type) {
    case "RequestResponse": {
      checkJson(payload);
      const invocation = await lambda.invoker.invoke(functionArn, payload);
      const { functionError } = invocation;
      return answer(200, invocation.payload, {
        "x-amz-executed-version": LATEST,
        ...(functionError === undefined ? {} : { "x-amz-function-error": functionError }),
      });
    }
    case "Event":
      checkJson(payload);
      lambda.asynchronous.invokeAsync(functionArn, payload);
      return answer(202, "");
    case "DryRun":
      return answer(204, "");
    default:
      throw invalidParameter(`InvocationType: must be RequestResponse, Event or DryRun, is ${type}`);
  }
}

function refuseUnsupported(headers: LambdaRequest["headers"]): void {
  for (const [header, what] of Object.entries(NOT_LOCAL)) {
    if (headers[header] !== undefined) throw invalidParameter(`${header}: the local cloud ${what}`);
  }
  if (!["None", undefined].includes(headers["x-amz-log-type"]?.toString())) {
    throw invalidParameter("x-amz-log-type: the local cloud answers no log; see the run's own output");
  }
}

/** Only the version `$LATEST` exists, and no alias. */
function functionArnOf(name: string, qualifier: string | null, { functions }: Invocable): string {
  const found = qualifier === null || qualifier === LATEST ? functionNamed(functions, name) : undefined;
  if (found === undefined) throw functionNotFound(qualifier === null ? name : `${name}:${qualifier}`);
  return found.arn;
}

function checkJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}
