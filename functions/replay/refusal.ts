/** Every reason for which a replay that was asked for is not made, and never will be as things are. */
export const REFUSAL_REASONS = {
  REPLAYED_TOO_OFTEN: "it failed after each of the replays that are allowed",
  ARCHIVE_MISSING: "the archive holds no such object",
  ARCHIVE_MALFORMED: "the archive's object cannot be read",
  TOPIC_UNKNOWN: "no topic has a queue for it",
  RECORD_TOO_LARGE: "Firehose takes no record of its length",
  DROPPED: "the sqs-processor would drop it",
} as const;

export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** A verdict on a request. */
export class Refusal {
  readonly reason: RefusalReason;
  /** The reason in words, for the tracker: holds nothing of the body. */
  readonly message: string;

  constructor(reason: RefusalReason, detail?: string) {
    this.reason = reason;
    this.message = `${reason}: ${REFUSAL_REASONS[reason]}${detail === undefined ? "" : ` (${detail})`}`;
  }
}
