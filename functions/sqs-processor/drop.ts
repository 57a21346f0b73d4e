/** Every reason for which a message is bad in itself: retrying cannot help, so it goes to the dead-letter queue. */
export const DROP_REASONS = {
  BODY_NOT_JSON: "the body is not JSON text",
  BODY_NOT_OBJECT: "the body is JSON, but not an object",
  MESSAGE_ID_INVALID: "messageId is neither a number nor a string that says something",
  PUBLISH_TIME_INVALID: "publishTime is not an RFC 3339 time",
  DATA_NOT_BASE64: "message.data is not base64",
  DATA_NOT_JSON: "message.data holds no JSON text in UTF-8",
  RECORD_TOO_LARGE: "the row exceeds what Firehose takes as one record",
} as const;

export type DropReason = keyof typeof DROP_REASONS;

/** A verdict on a message. */
export class Drop {
  readonly reason: DropReason;
  /** The reason in words; quotes nothing of the body, which may hold personal data. */
  readonly message: string;

  constructor(reason: DropReason, detail?: string) {
    this.reason = reason;
    this.message = detail === undefined ? DROP_REASONS[reason] : `${DROP_REASONS[reason]} (${detail})`;
  }
}
