import assert from "node:assert/strict";
import fc from "fast-check";
import type { Queue } from "../../../local/sqs/queue.ts";
import type { VirtualClock } from "../../support/virtual-clock.ts";
import { newQueueWithDeadLetters } from "./fixtures.ts";

const VISIBILITY = 30;
const RETENTION = 300;
const DLQ_RETENTION = 400;
const MAX_RECEIVES = 3;

/** What a message must be, told by the rules alone: every step looks at every message. */
interface Expected {
  id: string;
  sentAt: number;
  hiddenUntil: number;
  receives: number;
  handle: string;
  deleted: boolean;
  dead: boolean;
}

type State = "visible" | "inFlight" | "delayed" | "deleted" | "expired" | "dead";

type Step =
  | { do: "send"; delay: number }
  | { do: "receive"; max: number; visibility: number | undefined }
  | { do: "delete"; which: number }
  | { do: "change"; which: number; seconds: number }
  | { do: "wait"; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("send" as const), delay: fc.constantFrom(0, 0, 0, 7, 45, 900) }),
  fc.record({
    do: fc.constant("receive" as const),
    max: fc.integer({ min: 1, max: 5 }),
    visibility: fc.constantFrom(undefined, 0, 11, 600),
  }),
  fc.record({ do: fc.constant("delete" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("change" as const), which: fc.nat(), seconds: fc.constantFrom(0, 5, 60, 43_200) }),
  fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 7, 30, 60, 250) }),
);

class Model {
  readonly source: Queue;
  readonly target: Queue;
  readonly clock: VirtualClock;
  readonly messages: Expected[] = [];
  /** Every handle ever given, with the message and the time of that receive. */
  readonly handles: { handle: string; message: Expected; receivedAt: number }[] = [];

  constructor() {
    const { source, target, clock } = newQueueWithDeadLetters(MAX_RECEIVES, {
      source: { visibilityTimeoutSeconds: VISIBILITY, messageRetentionSeconds: RETENTION },
      target: { messageRetentionSeconds: DLQ_RETENTION },
    });
    this.source = source;
    this.target = target;
    this.clock = clock;
  }

  stateOf(message: Expected): State {
    const age = this.clock.now() - message.sentAt;
    if (message.deleted) {
      return "deleted";
    }
    if (age >= (message.dead ? DLQ_RETENTION : RETENTION) * 1_000) {
      return "expired";
    }
    if (message.dead) {
      return "dead";
    }
    if (message.hiddenUntil > this.clock.now()) {
      return message.receives === 0 ? "delayed" : "inFlight";
    }
    return "visible";
  }

  inState(state: State): Expected[] {
    return this.messages.filter((message) => this.stateOf(message) === state);
  }

  async apply(step: Step): Promise<void> {
    switch (step.do) {
      case "send": {
        const { messageId } = this.source.send({ body: "{}", delaySeconds: step.delay });
        const sentAt = this.clock.now();
        const hiddenUntil = sentAt + step.delay * 1_000;
        this.messages.push({
          id: messageId,
          sentAt,
          hiddenUntil,
          receives: 0,
          handle: "",
          deleted: false,
          dead: false,
        });
        return;
      }
      case "receive":
        return this.receive(step.max, step.visibility);
      case "delete":
        return this.delete(step.which);
      case "change":
        return this.change(step.which, step.seconds);
      case "wait":
        return this.clock.advance(step.seconds * 1_000);
    }
  }

  private receive(max: number, visibility: number | undefined): void {
    const visible = this.inState("visible");
    const received = this.source.receive(max, visibility);
    const expected: Expected[] = [];
    for (const message of visible) {
      if (expected.length === max) {
        break;
      }
      if (message.receives >= MAX_RECEIVES) {
        message.dead = true;
      } else {
        expected.push(message);
      }
    }
    assert.deepEqual(
      received.map(({ messageId }) => messageId),
      expected.map(({ id }) => id),
      "the oldest visible messages",
    );
    for (const [index, message] of expected.entries()) {
      message.receives += 1;
      assert.equal(received[index]?.attributes.ApproximateReceiveCount, String(message.receives));
      message.hiddenUntil = this.clock.now() + (visibility ?? VISIBILITY) * 1_000;
      message.handle = received[index]?.receiptHandle ?? "";
      this.handles.push({ handle: message.handle, message, receivedAt: this.clock.now() });
    }
  }

  private delete(which: number): void {
    const chosen = this.handles[which % this.handles.length];
    if (chosen === undefined) {
      return;
    }
    const { handle, message } = chosen;
    this.source.delete([handle]);
    if (message.handle === handle && ["visible", "inFlight"].includes(this.stateOf(message))) {
      message.deleted = true;
    }
  }

  private change(which: number, seconds: number): void {
    const chosen = this.handles[which % this.handles.length];
    if (chosen === undefined) {
      return;
    }
    const { handle, message, receivedAt } = chosen;
    const isOfUse = message.handle === handle && ["visible", "inFlight"].includes(this.stateOf(message));
    const until = this.clock.now() + seconds * 1_000;
    if (isOfUse && until <= receivedAt + 43_200_000) {
      this.source.changeVisibility(handle, seconds);
      message.hiddenUntil = until;
    } else {
      assert.throws(() => this.source.changeVisibility(handle, seconds));
    }
  }

  check(): void {
    const count = (state: State): number => this.inState(state).length;
    assert.deepEqual(this.source.counts(), {
      visible: count("visible"),
      inFlight: count("inFlight"),
      delayed: count("delayed"),
    });
    assert.deepEqual(this.target.counts(), { visible: count("dead"), inFlight: 0, delayed: 0 });
    const ids = (queue: Queue): string[] => [...queue.messages()].map(({ messageId }) => messageId).sort();
    const held = [...this.inState("visible"), ...this.inState("inFlight"), ...this.inState("delayed")];
    assert.deepEqual(ids(this.source), held.map(({ id }) => id).sort());
    assert.deepEqual(
      ids(this.target),
      this.inState("dead")
        .map(({ id }) => id)
        .sort(),
    );
  }
}

describe("under any interleaving of sends, receives, deletes, visibility changes and time", () => {
  for (const listens of [false, true]) {
    it(`every message is in exactly one state, and the counts agree, ${listens ? "with" : "without"} a listener`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 80, size: "max" }), async (steps) => {
          const model = new Model();
          if (listens) {
            model.source.onVisible(() => undefined);
          }
          for (const next of steps) {
            await model.apply(next);
            model.check();
          }
        }),
        { numRuns: 200 },
      );
    });
  }
});
