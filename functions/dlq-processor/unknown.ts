/** Types of the error class UNKNOWN where neither the sqs-processor nor Firehose said what was wrong. */
export const UNKNOWN_TYPES = {
  RECEIVES_EXHAUSTED: "it was received as often as its queue allows, and never acknowledged",
  SOURCE_UNKNOWN: "it reached the dead-letter queue from none of the topics' queues",
  ERROR_LINE_UNREADABLE: "the error file's line is none of Firehose's; the body is the line itself",
  ERROR_LINE_TOO_LONG: "the error file's line is longer than any of Firehose's; the body is a part of it",
  ERROR_CODE_UNREADABLE: "Firehose gave no error code",
} as const;

export type UnknownType = keyof typeof UNKNOWN_TYPES;
