/** Name of the message attribute that says why a message was sent to the dead-letter queue by a function. */
export const DEAD_LETTER_ATTRIBUTE = "lean-ops.dead-letter";

/**
 * The attribute's value, as JSON text. SQS gives a message that is sent to the dead-letter queue a new id, a new time
 * and no trace of its source; what the archive must know of the original travels here.
 */
export interface DeadLetter {
  /** The SQS message id under which the producer sent it. */
  messageId: string;
  /** SentTimestamp of the original: epoch milliseconds. */
  sentAt: number;
  sourceQueueArn: string;
  /** `DROP`: the message itself is bad, and was not retried. */
  errorClass: "DROP";
  /** One of a closed list of reasons. */
  errorType: string;
  /** For people; holds nothing of the body. */
  errorMessage: string;
  receiveCount: number;
}
