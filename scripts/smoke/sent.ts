/** A message that SQS accepted. */
export interface Sent {
  topic: string;
  /** SQS's message id. */
  id: string;
  /** The `message_id` that its row must have; undefined where no row may come of it. */
  messageId: string | undefined;
  /** Of the body, in hexadecimal digits, as SQS tells it. */
  md5: string;
}

/** A message that SQS did not take, as far as is known, and why. */
export interface NotSent {
  topic: string;
  reason: string;
}

/**
 * What every row of one run has in its `correlation_id`, before the number: webhook events have `c-` and their id there.
 *
 * @param run The id of the run.
 */
export function correlationPrefix(run: string): string {
  return `c-${run}-`;
}
