import { AwsError } from "../api/errors.ts";
import { MAX_PAYLOAD_BYTES } from "./interpreter/payload.ts";

/** A request: nothing about it is known yet. An absent member may also be null. */
export type Input = Readonly<Record<string, unknown>>;

/**
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html: no white space, brackets, wildcards,
 * special or control characters.
 */
const EXECUTION_NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/** Refuses members that nothing reads. @throws AwsError `ValidationException` */
export function onlyMembers(input: Input, members: readonly string[]): void {
  const unknown = Object.keys(input).find((member) => !members.includes(member));
  if (unknown !== undefined) throw invalid(`${unknown}: not known to the local cloud`);
}

export function optionalText(input: Input, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new AwsError("SerializationException", `${member} is not a string`);
}

/** @throws AwsError `ValidationException` where it is absent. */
export function requiredText(input: Input, member: string): string {
  const value = optionalText(input, member);
  if (value !== undefined) return value;
  throw invalid(`Value null at '${member}' failed to satisfy constraint: Member must not be null`);
}

export function optionalInteger(input: Input, member: string, { min, max }: { min: number; max: number }) {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  if (!Number.isInteger(value)) throw new AwsError("SerializationException", `${member} is not an integer`);
  const number = Number(value);
  if (number < min || number > max) {
    throw invalid(
      `Value '${number}' at '${member}' failed to satisfy constraint: Member must be from ${min} to ${max}`,
    );
  }
  return number;
}

/** @throws AwsError `InvalidArn` unless it is an ARN of Step Functions. */
export function checkArn(arn: string): void {
  if (!arn.startsWith("arn:")) throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
}

/** @throws AwsError `InvalidName` */
export function checkName(name: string): void {
  if (!EXECUTION_NAME.test(name)) throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
}

/** @param input JSON text. @throws AwsError `InvalidExecutionInput`, `ValidationException` */
export function checkInput(input: string): void {
  if (Buffer.byteLength(input) > MAX_PAYLOAD_BYTES) {
    throw invalid(
      `Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`,
    );
  }
  try {
    JSON.parse(input);
  } catch (error) {
    const message = `Invalid State Machine Execution Input: '${(error as Error).message}'`;
    throw new AwsError("InvalidExecutionInput", message);
  }
}

export function invalid(problem: string): AwsError {
  return new AwsError("ValidationException", `1 validation error detected: ${problem}`);
}
