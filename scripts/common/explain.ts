import { OperatorError } from "./operator-error.ts";

/** What a command works on. */
export interface Subject {
  /** For example `table lean-ops-dev-error-tracker`. */
  resource: string;
  /** Undefined: as the environment says. */
  region: string | undefined;
}

/** What an operator can do about an error, as one text; a defect with its stack trace. */
export function explain(error: unknown, { resource, region }: Subject): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof OperatorError) return error.message;
  const endpoint = process.env.AWS_ENDPOINT_URL;
  // What the SDK throws then differs with what is wrong with it, and names no variable.
  if (endpoint !== undefined && endpoint !== "" && !isHttpUrl(endpoint)) {
    return `AWS_ENDPOINT_URL must be a URL, as http://127.0.0.1:4566, and is ${JSON.stringify(endpoint)}.`;
  }
  if (error.name === "ResourceNotFoundException") return missing({ resource, region });
  if (error.name === "CredentialsProviderError") {
    return `There are no AWS credentials: sign in, or set AWS_PROFILE (${error.message}).`;
  }
  if (error.message === "Region is missing") {
    return "There is no AWS region: set AWS_REGION, or aws:region in the stack's file.";
  }
  if ("code" in error && error.code === "ECONNREFUSED" && endpoint !== undefined) {
    return `Nothing answers at AWS_ENDPOINT_URL=${endpoint}.`;
  }
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isDefect ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

/** That something of the stack is not there. */
export function missing({ resource, region }: Subject): string {
  const where = region === undefined ? "" : ` in ${region}`;
  return `There is no ${resource}${where}: is the stack deployed, and are these the credentials of its account?`;
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}
