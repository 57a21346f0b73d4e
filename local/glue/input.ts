import { AwsError } from "../api/errors.ts";

type Input = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html */
const MAX_RESULTS = 100;

/** @throws AwsError `InvalidInputException` */
export function readText(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "") throw invalidInput(`${name} must not be empty`);
  return value;
}

/** @throws AwsError `InvalidInputException` */
export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw invalidInput(`${name} must be a string`);
  return value;
}

/** What a list is asked for: at most `size` names that come after `after`. @throws AwsError `InvalidInputException` */
export function readPage(input: Input): { size: number; after: string } {
  const size = input.MaxResults ?? MAX_RESULTS;
  if (!Number.isInteger(size) || Number(size) < 1 || Number(size) > MAX_RESULTS) {
    throw invalidInput(`MaxResults must be from 1 to ${MAX_RESULTS}, is ${JSON.stringify(size)}`);
  }
  const token = optionalText(input, "NextToken") ?? "";
  return { size: Number(size), after: Buffer.from(token, "base64").toString() };
}

/** @throws AwsError `InvalidInputException` for what is no regular expression. */
export function readExpression(input: Input): (name: string) => boolean {
  const expression = optionalText(input, "Expression");
  if (expression === undefined || expression === "") return () => true;
  try {
    const pattern = new RegExp(`^(?:${expression})$`);
    return (name) => pattern.test(name);
  } catch {
    throw invalidInput(`Expression is no regular expression: ${expression}`);
  }
}

/** @throws AwsError `InvalidInputException` for a member that the local Glue does not heed. */
export function refuseOthers(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((key) => !known.includes(key) && (input[key] ?? undefined) !== undefined);
  if (unknown !== undefined) throw invalidInput(`the local Glue does not know ${unknown}`);
}

/** https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html */
export function invalidInput(message: string): AwsError {
  return new AwsError("InvalidInputException", message);
}
