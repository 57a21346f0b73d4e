import { IndexedHeap } from "./heap.ts";
import type { QueuedMessage } from "./message.ts";
import { Ring } from "./ring.ts";

/** A queue's visible messages, oldest first by when they were first sent. */
export class Backlog {
  /** Never hidden before: they arrive in the order of sending, which costs nothing to keep. */
  private readonly fresh = new Ring<QueuedMessage>();
  /** Visible after a delay, a receive or a move. */
  private readonly returned = new IndexedHeap<QueuedMessage>(isOlder);

  get length(): number {
    return this.fresh.length + this.returned.length;
  }

  /** Takes a message that was sent just now. */
  append(message: QueuedMessage): void {
    this.fresh.push(message);
  }

  /** Takes a message that was sent before. */
  putBack(message: QueuedMessage): void {
    this.returned.push(message);
  }

  takeOldest(): QueuedMessage | undefined {
    const fresh = this.fresh.peek();
    const returned = this.returned.peek();
    if (returned !== undefined && (fresh === undefined || isOlder(returned, fresh))) {
      return this.returned.pop();
    }
    return this.fresh.shift();
  }

  /** `message` must have been put back. */
  remove(message: QueuedMessage): void {
    this.returned.remove(message);
  }

  /** The oldest expire first, since a queue has one retention period for all. */
  dropExpired(now: number, drop: (message: QueuedMessage) => void): void {
    for (let message = this.returned.peek(); isExpired(message, now); message = this.returned.peek()) {
      this.returned.pop();
      drop(message);
    }
    for (let message = this.fresh.peek(); isExpired(message, now); message = this.fresh.peek()) {
      this.fresh.shift();
      drop(message);
    }
  }

  clear(): void {
    this.fresh.clear();
    this.returned.clear();
  }

  *[Symbol.iterator](): IterableIterator<QueuedMessage> {
    yield* this.fresh;
    yield* this.returned;
  }
}

function isOlder(a: QueuedMessage, b: QueuedMessage): boolean {
  return a.sentTimestamp === b.sentTimestamp ? a.sequence < b.sequence : a.sentTimestamp < b.sentTimestamp;
}

function isExpired(message: QueuedMessage | undefined, now: number): message is QueuedMessage {
  return message !== undefined && message.expiresAt <= now;
}
