import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { BreakerAnswer, BreakerCommand } from "../../functions/common/circuit.ts";
import { OperatorError } from "../common/operator-error.ts";
import { oneLine } from "../common/text.ts";

/**
 * Has the circuit breaker carry out a command, and waits for its answer. An invocation that failed is told by
 * `FunctionError` (https://docs.aws.amazon.com/lambda/latest/dg/API_Invoke.html).
 *
 * @throws OperatorError where the function failed, or answered what no circuit breaker does; else what the SDK throws.
 */
export async function askBreaker(
  client: LambdaClient,
  functionName: string,
  command: BreakerCommand,
): Promise<BreakerAnswer> {
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: "RequestResponse",
      Payload: Buffer.from(JSON.stringify(command)),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  const answer = parsed(text);
  if (FunctionError !== undefined) {
    const { errorType, errorMessage } = objectOf(answer);
    const what = [errorType ?? FunctionError, errorMessage ?? ""].map((part) => oneLine(String(part)));
    throw new OperatorError(`${functionName} failed: ${what.filter(Boolean).join(": ")}. Its log says more.`);
  }
  if (!isAnswer(answer)) {
    throw new OperatorError(`${functionName} is no circuit breaker of this version: it answered ${quoted(text)}.`);
  }
  return answer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Tells an answer from what another function would say; the rest of it is the circuit breaker's own. */
function isAnswer(value: unknown): value is BreakerAnswer {
  const { ok, status, error } = objectOf(value);
  const hasStatus = typeof objectOf(status).state === "string" && Array.isArray(objectOf(status).transitions);
  return ok === true ? hasStatus : ok === false && typeof error === "string" && (status === undefined || hasStatus);
}

const QUOTED_CHARACTERS = 200;

function quoted(text: string): string {
  const line = oneLine(text);
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line || "nothing";
}
