/** A Lambda function as the host runs it. */
export interface FunctionConfiguration {
  arn: string;
  name: string;
  /** For example `nodejs24.x`. */
  runtime: string;
  /** `file.export`, relative to the archive's root. */
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** The resource's own environment variables. */
  variables: Readonly<Record<string, string>>;
  /** Undefined: the function shares what the account has left. */
  reservedConcurrency: number | undefined;
  roleArn: string;
  logGroup: string;
  /** Text by path in the archive. */
  files: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a synchronous invocation's request. */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/** An asynchronous one's: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html ("1 MB", of 1,024 KB each). */
export const MAX_EVENT_BYTES = 1024 * 1024;

/** The response may be a little larger; the number is the one in AWS's own error message. */
export const MAX_RESPONSE_BYTES = MAX_REQUEST_BYTES + 100;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: an account's default. */
export const DEFAULT_ACCOUNT_CONCURRENCY = 1000;

/** What must stay unreserved (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html). */
export const MIN_UNRESERVED_CONCURRENCY = 100;
