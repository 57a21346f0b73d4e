import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { Announcer } from "./announcer.ts";
import { Backlog } from "./backlog.ts";
import type { QueueConfiguration } from "./configuration.ts";
import { handleOutOfUse, receiptHandleIsInvalid, visibilityBeyondLimit } from "./errors.ts";
import { IndexedHeap } from "./heap.ts";
import { MAX_IN_FLIGHT, MAX_VISIBILITY_TIMEOUT_SECONDS } from "./limits.ts";
import { type Draft, QueuedMessage, Receipt } from "./message.ts";
import type { ConsumedQueue, MessageTotals, ReceivedMessage } from "./types.ts";

/** How many messages a queue holds; each is in exactly one of these states. */
export interface MessageCounts {
  visible: number;
  inFlight: number;
  /** Sent with a delay that has not passed. */
  delayed: number;
}

/**
 * A standard queue: at-least-once delivery, oldest visible message first.
 *
 * Time passes lazily: every operation first makes visible what is due and drops what has expired, so that no message
 * needs a timer. The one timer there is runs while somebody listens.
 */
export class Queue implements ConsumedQueue {
  readonly configuration: QueueConfiguration;
  private readonly clock: Clock;
  private readonly senderId: string;
  private readonly handlePrefix = `${randomBytes(9).toString("base64url")}.`;
  private readonly announcer: Announcer;
  private deadLetterQueue: Queue | undefined = undefined;

  private readonly backlog = new Backlog();
  /** Delayed and in flight. */
  private readonly hidden = new IndexedHeap<QueuedMessage>((a, b) => a.due < b.due);
  /** Received messages by the handle of their last receive. */
  private readonly receipts = new Map<string, QueuedMessage>();
  private inFlight = 0;
  private arrivals = 0;
  private receives = 0;
  private sends = 0;
  private deletes = 0;

  constructor(configuration: QueueConfiguration, clock: Clock) {
    this.configuration = configuration;
    this.clock = clock;
    // The queue's account stands for its producers: AWS gives the id of the user or role, which is not known here.
    this.senderId = configuration.arn.split(":")[4] ?? "";
    const nextDue = (): number | undefined => this.hidden.peek()?.due;
    const hasVisible = (): boolean => this.counts().visible > 0;
    this.announcer = new Announcer({ nextDue, hasVisible }, clock);
  }

  get name(): string {
    return this.configuration.name;
  }

  get arn(): string {
    return this.configuration.arn;
  }

  get visibilityTimeoutSeconds(): number {
    return this.configuration.visibilityTimeoutSeconds;
  }

  /** Where the redrive policy moves messages; until it is set, they stay. */
  redriveTo(deadLetterQueue: Queue): void {
    this.deadLetterQueue = deadLetterQueue;
  }

  /** Takes a message as valid; the service validates what comes from outside. */
  send(draft: Draft): QueuedMessage {
    const now = this.settle();
    const message = new QueuedMessage(draft, this.senderId, now);
    this.sends += 1;
    this.adopt(message);
    const delaySeconds = draft.delaySeconds ?? this.configuration.delaySeconds;
    if (delaySeconds > 0) {
      this.hide(message, now, delaySeconds);
    } else {
      this.backlog.append(message);
      this.announcer.announce();
    }
    return message;
  }

  /**
   * @param max At least 1; SQS's own limit of 10 is the service's concern, not a mapping's.
   * @param visibilityTimeoutSeconds 0–43,200; default: the queue's.
   */
  receive(max: number, visibilityTimeoutSeconds = this.visibilityTimeoutSeconds): ReceivedMessage[] {
    const now = this.settle();
    const room = Math.min(max, MAX_IN_FLIGHT - this.inFlight);
    const received: ReceivedMessage[] = [];
    while (received.length < room) {
      const message = this.backlog.takeOldest();
      if (message === undefined) {
        break;
      }
      if (!this.deadLetter(message)) {
        received.push(this.handOut(message, now, visibilityTimeoutSeconds));
      }
    }
    return received;
  }

  /**
   * Deletes the messages that were handed out under these handles. One of an earlier receive, or of a message that is
   * gone, does nothing: "the request succeeds, but the message will not be deleted"
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html). The last handle
   * works after its visibility timeout too.
   */
  delete(receiptHandles: readonly string[]): void {
    this.settle();
    const wasFull = this.inFlight >= MAX_IN_FLIGHT;
    this.deletes += receiptHandles.length;
    for (const handle of receiptHandles) {
      const message = this.receipts.get(handle);
      if (message !== undefined) {
        this.withdraw(message);
        this.receipts.delete(handle);
      }
    }
    if (wasFull) {
      // Whom the in-flight limit kept waiting can receive again.
      this.announcer.announce();
    }
  }

  /**
   * Hides a received message for `seconds` from now; 0 shows it at once. A message whose timeout has passed, and that
   * nobody has received since, is hidden again [?]: AWS answers success without saying what it does.
   *
   * @param seconds 0–43,200.
   * @throws AwsError `ReceiptHandleIsInvalid`: no handle of this queue; `InvalidParameterValueException`: a handle of
   *   an earlier receive or of a message that is gone, or a total of more than 12 hours since the receive.
   */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const now = this.settle();
    const message = this.receipts.get(receiptHandle);
    if (message === undefined) {
      throw this.issued(receiptHandle) ? handleOutOfUse(receiptHandle) : receiptHandleIsInvalid(receiptHandle);
    }
    if (now + this.span(seconds) > message.hideableUntil) {
      throw visibilityBeyondLimit(seconds);
    }
    this.withdraw(message);
    if (seconds === 0) {
      this.backlog.putBack(message);
      this.announcer.announce();
    } else {
      this.hold(message, now, seconds);
    }
  }

  /** Whether a handle came from this queue, be it still of use or not. */
  issued(receiptHandle: string): boolean {
    return receiptHandle.startsWith(this.handlePrefix);
  }

  counts(): MessageCounts {
    this.settle();
    return {
      visible: this.backlog.length,
      inFlight: this.inFlight,
      delayed: this.hidden.length - this.inFlight,
    };
  }

  totals(): MessageTotals {
    return { sent: this.sends, received: this.receives, deleted: this.deletes };
  }

  /** All that the queue holds, in no particular order, without a receive. The queue must not change meanwhile. */
  *messages(): IterableIterator<QueuedMessage> {
    this.settle();
    yield* this.backlog;
    yield* this.hidden;
  }

  /** Deletes every message, hidden ones too. */
  purge(): void {
    this.backlog.clear();
    this.hidden.clear();
    this.receipts.clear();
    this.inFlight = 0;
  }

  /**
   * The listener hears of messages once the caller's own code has run, several arrivals being one call, and may find
   * that another consumer was faster. What is visible already is not announced.
   */
  onVisible(listener: () => void): () => void {
    return this.announcer.add(listener);
  }

  private span(seconds: number): number {
    return this.clock.span(seconds * 1_000);
  }

  private adopt(message: QueuedMessage): void {
    this.arrivals += 1;
    message.sequence = this.arrivals;
    // Counted from the first send, in a dead-letter queue too:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
    message.expiresAt = message.sentTimestamp + this.span(this.configuration.messageRetentionSeconds);
  }

  private handOut(message: QueuedMessage, now: number, visibilityTimeoutSeconds: number): ReceivedMessage {
    this.receipts.delete(message.receiptHandle);
    this.receives += 1;
    message.receiptHandle = this.handlePrefix + this.receives.toString(36);
    this.receipts.set(message.receiptHandle, message);
    message.receiveCount += 1;
    if (message.receiveCount === 1) {
      message.firstReceiveTimestamp = now;
    }
    message.hideableUntil = now + this.span(MAX_VISIBILITY_TIMEOUT_SECONDS);
    this.hold(message, now, visibilityTimeoutSeconds);
    return new Receipt(message);
  }

  /**
   * Moves a message that has been received often enough; it keeps its id, times, attributes and receive count. Since
   * AWS counts receives "across all queues", a chain of dead-letter queues would pass a message on at once [?].
   */
  private deadLetter(message: QueuedMessage): boolean {
    const { redrivePolicy } = this.configuration;
    if (redrivePolicy === undefined || message.receiveCount < redrivePolicy.maxReceiveCount) {
      return false;
    }
    if (this.deadLetterQueue === undefined) {
      return false;
    }
    this.receipts.delete(message.receiptHandle);
    message.receiptHandle = "";
    message.deadLetterQueueSourceArn = this.arn;
    this.deadLetterQueue.arrive(message);
    return true;
  }

  private arrive(message: QueuedMessage): void {
    message.arrivedAt = this.clock.now();
    message.receivesElsewhere = message.receiveCount;
    this.adopt(message);
    this.backlog.putBack(message);
    this.announcer.announce();
  }

  private hold(message: QueuedMessage, now: number, seconds: number): void {
    this.inFlight += 1;
    message.inFlight = true;
    this.hide(message, now, seconds);
  }

  private hide(message: QueuedMessage, now: number, seconds: number): void {
    message.due = Math.min(now + this.span(seconds), message.expiresAt);
    this.hidden.push(message);
    this.announcer.expect();
  }

  /** Takes a received message out of where it is. */
  private withdraw(message: QueuedMessage): void {
    if (message.inFlight) {
      this.hidden.remove(message);
      this.inFlight -= 1;
      message.inFlight = false;
    } else {
      this.backlog.remove(message);
    }
  }

  /** Brings the queue up to now, and returns it. */
  private settle(): number {
    const now = this.clock.now();
    const wasFull = this.inFlight >= MAX_IN_FLIGHT;
    for (let message = this.hidden.peek(); message !== undefined && message.due <= now; message = this.hidden.peek()) {
      this.hidden.pop();
      if (message.inFlight) {
        message.inFlight = false;
        this.inFlight -= 1;
      }
      this.backlog.putBack(message);
    }
    this.backlog.dropExpired(now, (message) => this.receipts.delete(message.receiptHandle));
    if (wasFull && this.inFlight < MAX_IN_FLIGHT) {
      this.announcer.announce();
    }
    return now;
  }
}
