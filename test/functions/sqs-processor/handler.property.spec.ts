import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { SENT_AT } from "../support/sqs.ts";
import { type Answer, bad, good, invoke, LANES, ofTopic, received, type Scenario } from "./invocation.ts";

interface Given {
  kind: "good" | "bad" | "full" | "poison";
  receives: number;
  topic: string;
  replay: "none" | "replay" | "malformed";
  copies: number;
}

const given: fc.Arbitrary<Given> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant("good" as const) },
    { weight: 3, arbitrary: fc.constant("bad" as const) },
    { weight: 1, arbitrary: fc.constant("full" as const) },
    { weight: 1, arbitrary: fc.constant("poison" as const) },
  ),
  receives: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 10 })),
  topic: fc.constantFrom("order-events", "payments", "not-in-the-list"),
  replay: fc.oneof(
    { weight: 4, arbitrary: fc.constant("none" as const) },
    fc.constantFrom("replay" as const, "malformed" as const),
  ),
  copies: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constant(2)),
});

const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ refuse: fc.array(fc.boolean(), { maxLength: 30, size: "max" }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      throws: fc.constantFrom(
        "ThrottlingException",
        "ServiceUnavailableException",
        "TimeoutError",
        "AccessDeniedException",
      ),
    }),
  },
  fc.constant("never" as const),
);
const answersWithCrashes = fc.array(fc.oneof({ weight: 20, arbitrary: answer }, fc.constant("crash" as const)), {
  maxLength: 8,
});

const scenario: fc.Arbitrary<Scenario> = fc.record({
  firehose: answersWithCrashes,
  deadLetterQueue: answersWithCrashes,
  visibility: answersWithCrashes,
  delete: answersWithCrashes,
  remainingMs: fc.constantFrom(0, 900, 1500, 5000, 30_000),
  latencyMs: fc.constantFrom(0, 30, 400, 2900),
  topicMetrics: fc.boolean(),
  random: fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })).map((stream) => () => {
    return Number(stream.next().value);
  }),
});

const REPLAYED = { messageId: "original", sentAt: SENT_AT - 86_400_000, replayCount: 1 };

/** A batch, copies after everything else. */
function batchOf(all: readonly Given[]): (Partial<SQSRecord> & { messageId: string })[] {
  const records = all.map(({ kind, receives, topic, replay }, n) => {
    const attribute = (stringValue: string) => ({ dataType: "String", stringValue });
    const attributes: [string, ReturnType<typeof attribute>][] =
      kind === "full" ? Array.from({ length: 10 }, (_, i) => [`a${i}`, attribute("x")]) : [];
    if (replay !== "none") {
      const value = replay === "replay" ? { ...REPLAYED, messageId: `original-${n}` } : { messageId: "../../x" };
      attributes.splice(0, 1, ["lean-ops.replay", attribute(JSON.stringify(value))]);
    }
    const make = kind === "good" || kind === "poison" ? good : bad;
    return make(`${kind}-${n}`, {
      ...received(receives),
      ...ofTopic(topic),
      messageAttributes: Object.fromEntries(attributes),
    });
  });
  return [...records, ...records.filter((_, n) => all[n]?.copies === 2)];
}

const isPoison = ({ json_payload }: Record<string, unknown>) => String(json_payload).includes("poison");

describe("the sqs-processor's promise", () => {
  it("is that every message is forwarded, dead-lettered or still in its queue, and never two of them", async () => {
    const seen = { crashed: 0, answered: 0, deleted: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 30, size: "max" }), scenario, async (all, answers) => {
        const batch = batchOf(all);
        const ids = [...new Set(batch.map(({ messageId }) => messageId))];
        const outcome = await invoke(batch, { ...answers, isPoison });
        const idsForwarded = outcome.forwarded.map(({ json_payload }) => JSON.parse(String(json_payload)).id);
        const idsDeadLettered = outcome.deadLettered.map((body) => body.replace("not JSON: ", ""));
        const taken = [...idsForwarded, ...idsDeadLettered];
        seen.deleted += outcome.deleted.length;

        // What the function itself deletes is safe elsewhere, crash or no crash.
        for (const id of outcome.deleted) assert.ok(taken.includes(id), `${id} was deleted`);
        assert.equal(new Set(taken).size, taken.length);
        if (outcome.crashed) {
          seen.crashed++;
          return;
        }
        seen.answered++;
        assert.deepEqual([...outcome.failed, ...taken].toSorted(), ids.toSorted());
        const remainingMs = answers.remainingMs ?? Number.NaN;
        assert.ok(outcome.tookMs <= Math.max(0.94 * remainingMs, remainingMs - 300), `took ${outcome.tookMs} ms`);

        const { MessagesReceived, ...outcomes } = outcome.counts;
        assert.equal(MessagesReceived, ids.length);
        assert.equal(outcomes.RecordsForwarded, idsForwarded.length);
        assert.equal(outcomes.MessagesDropped, idsDeadLettered.length);
        assert.equal(
          Object.values(outcomes).reduce((sum, messages) => sum + messages, 0),
          ids.length,
        );
      }),
      { numRuns: 400 },
    );
    // Each way must have been gone.
    for (const [way, times] of Object.entries(seen)) assert.ok(times > 20, `${way}: ${times}`);
  });

  it("is that whoever reads its metrics sees each batch begin, and counts each message once", async () => {
    const seen = { crashed: 0, fresh: 0, stale: 0, byTopic: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 5 }), scenario, async (all, answers) => {
        const { crashed, metrics } = await invoke(batchOf(all), { ...answers, isPoison });
        const [began, ended, ...byTopic] = metrics;
        assert.deepEqual(began?.counts, { BatchesStarted: 1 });
        assert.deepEqual(Object.keys(began.dimensions), ["service", "function_name"]);

        const fresh = all.length > 0 && all.every(({ receives }) => receives === 1);
        const lanes = new Set(all.map(({ topic }) => LANES.get(topic) ?? "0"));
        const lane = began.finer?.dimensions.lane ?? "";
        const byLane = (counts: Record<string, number>) => (fresh ? { dimensions: { lane }, counts } : undefined);
        assert.deepEqual(began.finer, byLane({ FreshBatchesStarted: 1, FreshBatchesEnded: 0 }));
        assert.equal(lanes.has(lane), fresh);
        seen[fresh ? "fresh" : "stale"]++;
        if (crashed) {
          seen.crashed++;
          assert.equal(metrics.length, 1);
          return;
        }

        assert.deepEqual([ended?.timestamp, ended?.dimensions], [began.timestamp, began.dimensions]);
        assert.deepEqual(ended?.finer, byLane({ FreshBatchesEnded: 1 }));
        seen.byTopic += byTopic.length;
        const sums: Record<string, number> = {};
        for (const { timestamp, dimensions, counts, finer } of byTopic) {
          const { topic, ...others } = dimensions;
          assert.deepEqual([timestamp, others, finer], [began.timestamp, began.dimensions, undefined]);
          assert.ok(all.some((one) => one.topic === topic));
          for (const [name, messages] of Object.entries(counts)) {
            assert.ok(messages > 0);
            sums[name] = (sums[name] ?? 0) + messages;
          }
        }
        const told = Object.entries(ended?.counts ?? {}).filter(
          ([name, messages]) => messages > 0 && (answers.topicMetrics || name.startsWith("Dependency")),
        );
        assert.deepEqual(sums, Object.fromEntries(told));
        assert.equal(new Set(byTopic.map(({ dimensions }) => dimensions.topic)).size, byTopic.length);
      }),
      { numRuns: 400 },
    );
    for (const [way, times] of Object.entries(seen)) assert.ok(times > 20, `${way}: ${times}`);
  });

  it("is that a replayed message keeps the id and time of its first send, wherever it ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 10 }), async (all) => {
        const healthy = all.map((one) => (one.kind === "poison" ? { ...one, kind: "good" as const } : one));
        const { forwarded, deadLetters, deadLettered } = await invoke(batchOf(healthy));
        const expected = (id: string) => {
          const n = Number(id.slice(id.indexOf("-") + 1));
          return all[n]?.replay === "replay"
            ? { messageId: `original-${n}`, sentAt: REPLAYED.sentAt }
            : { messageId: id, sentAt: SENT_AT };
        };
        for (const row of forwarded) {
          const { messageId, sentAt } = expected(JSON.parse(String(row.json_payload)).id);
          assert.deepEqual([row.message_id, row.publish_time], [messageId, sentAt * 1000]);
        }
        for (const [n, { messageId, sentAt }] of deadLetters.entries()) {
          assert.deepEqual({ messageId, sentAt }, expected(String(deadLettered[n]).replace("not JSON: ", "")));
        }
      }),
      { numRuns: 50 },
    );
  });
});
