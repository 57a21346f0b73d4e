import type { FunctionConfiguration } from "./configuration.ts";

/**
 * The function that a caller, or a resource, means by its name, its ARN or its partial ARN (`ACCOUNT:function:NAME`),
 * each with or without `:$LATEST` (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). Other versions, and
 * aliases, do not exist here.
 */
export function functionNamed<F extends Pick<FunctionConfiguration, "arn" | "name">>(
  functions: readonly F[],
  named: string,
): F | undefined {
  const unqualified = named.replace(/:\$LATEST$/, "");
  return functions.find(({ arn, name }) => [name, arn, arn.split(":").slice(4).join(":")].includes(unqualified));
}

/** @param functionArn `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, qualified or not. */
export function functionNameOf(functionArn: string): string {
  return functionArn.split(":")[6] ?? functionArn;
}
