import { ERRORS, StateError } from "../state-error.ts";

/** "Maximum input or output size for a task, state, or execution": https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAX_PAYLOAD_BYTES = 262_144;

/**
 * The JSON text of what passes between states.
 *
 * @param source The state, or the service of a task.
 * @throws StateError `States.DataLimitExceeded`
 */
export function payloadText(value: unknown, source: string): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw new StateError(
      ERRORS.dataLimit,
      `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return text;
}
