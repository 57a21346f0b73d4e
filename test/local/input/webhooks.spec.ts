import assert from "node:assert/strict";
import { POISON_MARKER } from "../../../local/input/poison.ts";
import { MIN_BYTES, type WebhookOptions, webhookEvents } from "../../../local/input/webhooks.ts";

const topics = ["events", "orders", "payments"];
const events = (options: Partial<WebhookOptions> = {}) => [
  ...webhookEvents({ topics, records: 120, malformed: 0, poison: 0, seed: 7, now: Date.UTC(2026, 0, 10), ...options }),
];

/** The payload in whichever of the producers' envelopes it came. */
function payloadOf(body: string): Record<string, unknown> {
  const value = JSON.parse(body);
  if (typeof value.message?.data === "string") {
    return JSON.parse(Buffer.from(value.message.data, "base64").toString());
  }
  return value.payload ?? value;
}

describe("webhook events", () => {
  it("spreads the asked number evenly over the topics", () => {
    const counts = Object.groupBy(events(), ({ topic }) => topic);
    assert.deepEqual(
      topics.map((topic) => counts[topic]?.length),
      [40, 40, 40],
    );
  });

  it("wraps real payloads in each of the producers' envelopes, with keys of their own", () => {
    const bodies = events().map(({ body }) => JSON.parse(body));
    assert.ok(bodies.some(({ message }) => typeof message?.data === "string"));
    assert.ok(bodies.some(({ messageId, payload }) => typeof messageId === "string" && typeof payload === "object"));
    const keys = events().map(({ body }) => {
      const { _metadata: metadata } = payloadOf(body) as { _metadata: { idempotencyKeyResource: string } };
      return metadata.idempotencyKeyResource;
    });
    assert.equal(new Set(keys).size, 120);
  });

  it("is reproducible by its seed", () => {
    const options = { malformed: 0.3, poison: 0.3 };
    assert.deepEqual(events(options), events(options));
    assert.notDeepEqual(events(options), events({ ...options, seed: 8 }));
  });

  it("makes bodies of the asked length", () => {
    for (const bytes of [MIN_BYTES, 1024, 200_000]) {
      for (const { body } of events({ records: 6, bytes })) {
        assert.equal(Buffer.byteLength(body), bytes);
        assert.equal(typeof payloadOf(body).excerpt, "string");
      }
    }
  });

  it("gives a body of an asked length the sender that its webhook has", () => {
    const senders = (some: Partial<WebhookOptions>) =>
      events(some).map(({ body }) => (payloadOf(body).sender as { login: string } | undefined)?.login);
    assert.deepEqual(senders({ records: 600, bytes: MIN_BYTES }), senders({ records: 600 }));
  });

  it("makes the asked share malformed", () => {
    const count = events({ records: 3000, malformed: 0.1 }).filter(({ body }) => !isWellFormed(body)).length;
    assert.ok(count > 200 && count < 400, `${count} of 3000`);
  });

  it("makes the asked share poison: valid, in every envelope, and the same ones otherwise", () => {
    const poisoned = events({ records: 3000, poison: 0.1 });
    const places = poisoned.flatMap(({ body }, index) => (isPoison(body) ? [index] : []));
    assert.ok(places.length > 200 && places.length < 400, `${places.length} of 3000`);
    assert.equal(new Set(places.map((index) => index % 4)).size, 4);
    assert.ok(poisoned.every(({ body }) => isWellFormed(body)));
    const without = events({ records: 3000 });
    assert.deepEqual(
      poisoned.filter((_, index) => !places.includes(index)),
      without.filter((_, index) => !places.includes(index)),
    );
  });

  it("makes no malformed event poison", () => {
    const both = events({ records: 600, malformed: 0.5, poison: 1 });
    assert.ok(both.every(({ body }) => isWellFormed(body) === isPoison(body)));
    const alone = events({ records: 600, malformed: 0.5 });
    assert.deepEqual(
      both.filter(({ body }) => !isWellFormed(body)),
      alone.filter(({ body }) => !isWellFormed(body)),
    );
  });

  it("makes poison of the shortest length too", () => {
    for (const { body } of events({ records: 600, bytes: MIN_BYTES, poison: 1 })) {
      assert.equal(Buffer.byteLength(body), MIN_BYTES);
      assert.ok(isPoison(body));
    }
  });

  it("gives every topic webhooks when there are more topics than kinds of them", () => {
    const many = Array.from({ length: 100 }, (_, index) => `topic-${index}`);
    assert.equal(new Set(events({ topics: many, records: 200 }).map(({ topic }) => topic)).size, 100);
  });
});

function isWellFormed(body: string): boolean {
  try {
    return payloadOf(body)._metadata !== undefined;
  } catch {
    return false;
  }
}

function isPoison(body: string): boolean {
  return isWellFormed(body) && payloadOf(body)[POISON_MARKER] === true;
}
