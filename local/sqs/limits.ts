/**
 * SQS's quotas for standard queues.
 *
 * Messages: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 * Queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 */

/** Bytes of one message and of all messages of a batch: body, and attribute names, types and values. */
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_BATCH_ENTRIES = 10;
export const MAX_MESSAGE_ATTRIBUTES = 10;
export const MAX_RECEIVED_MESSAGES = 10;
export const MAX_DELAY_SECONDS = 900;
export const MAX_WAIT_SECONDS = 20;
export const MAX_LISTED_QUEUES = 1_000;
/** "Approximately", says AWS; exactly here. */
export const MAX_IN_FLIGHT = 120_000;

/**
 * Twelve hours, counted from the receive: a longer extension is refused, not shortened.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export const MAX_VISIBILITY_TIMEOUT_SECONDS = 43_200;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export const PURGE_INTERVAL_SECONDS = 60;
