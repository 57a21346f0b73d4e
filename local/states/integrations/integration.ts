import { randomUUID } from "node:crypto";
import { AwsError } from "../../api/errors.ts";
import type { Clock } from "../../clock.ts";
import { StateError } from "../state-error.ts";

/** What a task may do. */
export interface TaskServices {
  /** Calls a service as the state machine's role. @throws AwsError, or anything that the service throws. */
  call(action: string, input: Record<string, unknown>): Promise<unknown>;
  clock: Clock;
  /** Aborts when nobody waits for the task any more. */
  signal: AbortSignal;
}

/**
 * One action of a service, as a task's `Resource` names it
 * (https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html).
 */
export interface Integration {
  /** In the resource's ARN, and to {@link ServiceCall}. */
  service: string;
  /** In the resource's ARN. */
  action: string;
  /** Members of `Arguments`. */
  required: readonly string[];
  optional: readonly string[];
  /** @throws StateError */
  run(input: Record<string, unknown>, task: TaskServices): Promise<unknown>;
}

/** How Step Functions names a service's errors: those of its model by their name, all others by one. */
export interface ErrorNaming {
  /** Precedes the error's name. */
  prefix: string;
  /** For errors that every service has, such as a missing permission. */
  common: string;
  /** In causes. */
  service: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and a request that does not fit the model. */
const COMMON_ERRORS = [
  "AccessDeniedException",
  "IncompleteSignature",
  "InternalFailure",
  "InvalidClientTokenId",
  "MissingAuthenticationToken",
  "SerializationException",
  "ThrottlingException",
  "UnknownOperationException",
  "UnrecognizedClientException",
  "ValidationException",
];

/** What a state fails with when a service answers an error; names and causes as seen in the field [?]. */
export function serviceError(error: unknown, { prefix, common, service }: ErrorNaming): StateError {
  if (error instanceof StateError) return error;
  if (!(error instanceof AwsError)) return new StateError(`${prefix}.SdkClientException`, String(error));
  const { name, message, status } = error;
  const details = `Service: ${service}; Status Code: ${status}; Error Code: ${name}; Request ID: ${randomUUID()}; Proxy: null`;
  return new StateError(`${prefix}.${COMMON_ERRORS.includes(name) ? common : name}`, `${message} (${details})`);
}
