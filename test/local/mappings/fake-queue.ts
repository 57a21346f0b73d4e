import type { Clock } from "../../../local/clock.ts";
import type { ConsumedQueue, ReceivedMessage } from "../../../local/sqs/types.ts";

/** A queue of messages with a visibility timeout, and no more. */
export class FakeQueue implements ConsumedQueue {
  readonly arn = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-test-topic-orders";
  readonly visibilityTimeoutSeconds = 90;
  readonly #clock: Clock;
  readonly #visible: { id: string; body: string; receives: number }[] = [];
  readonly #inFlight = new Map<string, { id: string; body: string; receives: number }>();
  readonly #listeners = new Set<() => void>();
  /** Ids in the order in which they were deleted. */
  readonly deleted: string[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(...ids: string[]): void {
    this.sendBodies(...ids.map((id) => ({ id, body: `{"id":"${id}"}` })));
  }

  sendBodies(...messages: { id: string; body: string }[]): void {
    this.#visible.push(...messages.map((message) => ({ ...message, receives: 0 })));
    this.#tell();
  }

  get visible(): string[] {
    return this.#visible.map(({ id }) => id);
  }

  get inFlight(): string[] {
    return [...this.#inFlight.values()].map(({ id }) => id);
  }

  receive(max: number): ReceivedMessage[] {
    return this.#visible.splice(0, max).map((message) => {
      message.receives += 1;
      const receiptHandle = `${message.id}/${message.receives}`;
      this.#inFlight.set(receiptHandle, message);
      this.#clock.after(this.visibilityTimeoutSeconds * 1000, () => {
        if (this.#inFlight.delete(receiptHandle)) {
          this.#visible.push(message);
          this.#tell();
        }
      });
      return {
        messageId: message.id,
        receiptHandle,
        body: message.body,
        md5OfBody: "d41d8cd98f00b204e9800998ecf8427e",
        attributes: { ApproximateReceiveCount: String(message.receives) },
        messageAttributes: {},
        size: message.body.length,
      };
    });
  }

  delete(receiptHandles: readonly string[]): void {
    for (const handle of receiptHandles) {
      const message = this.#inFlight.get(handle);
      if (message !== undefined) {
        this.#inFlight.delete(handle);
        this.deleted.push(message.id);
      }
    }
  }

  onVisible(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
