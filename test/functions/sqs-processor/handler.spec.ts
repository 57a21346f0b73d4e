import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import { jsonText } from "../support/json-text.ts";
import { bad, good, invoke, ofTopic, payloads, received } from "./invocation.ts";

const dimensions = { service: "sqs-processor", function_name: "lean-ops-dev-sqs-processor" };

describe("the sqs-processor's handler", () => {
  it("forwards a batch and reports nothing", async () => {
    const { failed, forwarded, calls } = await invoke([good("a"), good("b")]);
    assert.deepEqual(failed, []);
    assert.deepEqual(payloads(forwarded), ['{"id":"a"}', '{"id":"b"}']);
    assert.deepEqual(
      forwarded.map(({ topic_name }) => topic_name),
      ["order-events", "order-events"],
    );
    assert.deepEqual(calls, { firehose: 1, deadLetterQueue: 0, visibility: 0, delete: 0 });
  });

  it("calls nothing for an empty batch", async () => {
    const { failed, calls, logged } = await invoke([]);
    assert.deepEqual([failed, calls, logged], [[], { firehose: 0, deadLetterQueue: 0, visibility: 0, delete: 0 }, []]);
  });

  it("reports B alone when B fails in Firehose and a malformed message stands before it", async () => {
    const b = { refuse: [false, true] };
    const again = { refuse: [true] };
    const { failed, forwarded, deadLettered } = await invoke([bad("malformed"), good("A"), good("B")], {
      firehose: [b, again, again],
    });
    assert.deepEqual(failed, ["B"]);
    assert.deepEqual(payloads(forwarded), ['{"id":"A"}']);
    assert.deepEqual(deadLettered, ["not JSON: malformed"]);
  });

  it("reports every message of a batch in which everything fails", async () => {
    const denied = { throws: "AccessDeniedException" };
    const broken = { messageId: "c", attributes: undefined } as unknown as Partial<SQSRecord>;
    const { failed, counts, secondsOf } = await invoke([good("a"), bad("b"), broken], {
      firehose: [denied],
      deadLetterQueue: [denied],
      visibility: [denied],
    });
    assert.deepEqual(failed, ["a", "b", "c"]);
    assert.deepEqual(counts, {
      MessagesReceived: 3,
      RecordsForwarded: 0,
      MessagesDropped: 0,
      DependencyFailures: 2,
      DependencyThrottles: 0,
      UnknownFailures: 1,
    });
    assert.deepEqual(secondsOf("a"), []);
  });

  it("leaves one message of 1 MiB, too large for Firehose and for a reason beside it, to its queue", async () => {
    const { failed, secondsOf, calls, counts } = await invoke([
      { messageId: "malformed", body: "{".padEnd(1024 * 1024, "x") },
      { messageId: "object", body: JSON.stringify({ text: "x".repeat(1024 * 1024 - 11) }) },
    ]);
    assert.deepEqual(failed, ["malformed", "object"]);
    assert.deepEqual([secondsOf("malformed"), secondsOf("object")], [[1], [1]]);
    assert.deepEqual([calls.firehose, calls.deadLetterQueue, counts.DependencyFailures], [0, 0, 0]);
    assert.equal(counts.MessagesLeftToRedrive, 2);
  });

  it("hides what a dependency refused the longer the more often it was received", async () => {
    const refused = { throws: "AccessDeniedException" };
    const firehose = Array.from({ length: 4 }, () => refused);
    const batch = [1, 2, 3, 4].map((times) => good(`n${times}`, received(times)));
    const { failed, secondsOf } = await invoke(batch, { firehose, random: () => 0 });
    assert.deepEqual(failed, ["n1", "n2", "n3", "n4"]);
    assert.deepEqual(
      failed.map((id) => secondsOf(id)),
      [[60], [120], [240], [480]],
    );
  });

  it("hides what it could not read for a few seconds only", async () => {
    const broken = { messageId: "broken", attributes: undefined } as unknown as Partial<SQSRecord>;
    assert.deepEqual((await invoke([broken], { random: () => 0.99 })).secondsOf("broken"), [3]);
  });

  it("warns of replay attributes that say nothing, and quotes them not", async () => {
    const stringValue = JSON.stringify({ messageId: "../secret", sentAt: 1, replayCount: 1 });
    const messageAttributes = { "lean-ops.replay": { dataType: "String", stringValue } };
    const { forwarded, logged, text } = await invoke([good("a", { messageAttributes }), good("b")]);
    assert.deepEqual(
      forwarded.map(({ message_id }) => message_id),
      ["a", "b"],
    );
    assert.deepEqual(
      logged.map(({ level, message, messages }) => [level, message, messages]),
      [["WARN", "replay attributes ignored, since they say nothing", 1]],
    );
    assert.ok(!text.includes("secret"));
  });

  it("carries a payload's text as the producer wrote it", async () => {
    await fc.assert(
      fc.asyncProperty(jsonText().object, async (payload) => {
        const { forwarded } = await invoke([{ body: `{"messageId":"m","payload": ${payload} }` }]);
        assert.deepEqual(payloads(forwarded), [payload]);
      }),
      { numRuns: 50 },
    );
  });

  it("takes the copies of a repeated message id for one message", async () => {
    const twice = [good("a"), good("b"), good("a")];
    const { failed, forwarded, counts } = await invoke(twice);
    assert.deepEqual([failed, payloads(forwarded)], [[], ['{"id":"a"}', '{"id":"b"}']]);
    assert.equal(counts.MessagesReceived, 2);

    const refuse = { refuse: [true, false] };
    const again = await invoke(twice, { firehose: [refuse, { refuse: [true] }, { refuse: [true] }] });
    assert.deepEqual(again.failed, ["a"]);
    // Only the handle of the later receive has an effect, and nobody knows which one that is.
    assert.equal(again.secondsOf("a").length, 2);
  });

  it("reports a bad message that has no room for its reason, and sends the others", async () => {
    const attribute = { dataType: "String", stringValue: "x" };
    const messageAttributes = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, attribute]));
    const { failed, deadLettered, counts } = await invoke([{ ...bad("full"), messageAttributes }, bad("b"), good("c")]);
    assert.deepEqual(failed, ["full"]);
    assert.deepEqual(deadLettered, ["not JSON: b"]);
    // Bad data is no dependency's failure.
    assert.deepEqual([counts.DependencyFailures, counts.MessagesLeftToRedrive], [0, 1]);
  });

  it("reports a record that it cannot read at all, and forwards the others", async () => {
    const broken = { messageId: "broken", attributes: undefined } as unknown as Partial<SQSRecord>;
    const { failed, forwarded, logged } = await invoke([broken, good("b")]);
    assert.deepEqual(failed, ["broken"]);
    assert.equal(forwarded.length, 1);
    assert.equal(logged[0]?.error, "TypeError");
  });

  it("fails the whole batch for a queue that is no topic's", async () => {
    const eventSourceARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-dlq";
    const told: MetricLine[] = [];
    await assert.rejects(
      invoke([good("a"), { ...good("b"), eventSourceARN }], { onMetrics: (line) => told.push(line) }),
      /"lean-ops-dev-dlq" belongs to no topic/,
    );
    // It began, and did not end.
    assert.deepEqual(
      told.map(({ counts, finer }) => [counts, finer]),
      [[{ BatchesStarted: 1 }, undefined]],
    );
  });

  for (const [remainingMs, expectedMs] of [
    [30_000, 29_000],
    [4000, 3200],
    [1000, 800],
  ] as const) {
    it(`answers in time where ${remainingMs} ms are left, with what is not finished reported`, async () => {
      const never = Array.from({ length: 3 }, () => "never" as const);
      const { failed, tookMs } = await invoke([bad("a"), bad("b")], { deadLetterQueue: never, remainingMs });
      assert.deepEqual(failed, ["a", "b"]);
      assert.equal(tookMs, expectedMs);
    });
  }

  it("starts nothing when no time is left, and blames nobody", async () => {
    const { failed, calls, counts, logged } = await invoke([good("a"), bad("b")], { remainingMs: 0 });
    assert.deepEqual(failed, ["a", "b"]);
    assert.deepEqual(calls, { firehose: 0, deadLetterQueue: 0, visibility: 0, delete: 0 });
    assert.deepEqual(counts, {
      MessagesReceived: 2,
      RecordsForwarded: 0,
      MessagesDropped: 0,
      DependencyFailures: 0,
      DependencyThrottles: 0,
      MessagesNotReached: 2,
    });
    assert.deepEqual(
      logged.map(({ message, messages }) => [message, messages]),
      [
        ["messages not reached in time", 2],
        ["visibility not changed", 2],
      ],
    );
  });

  it("tells that it began, and at its end what became of all, under the same time", async () => {
    const { metrics, tookMs } = await invoke([good("a"), bad("b")], { latencyMs: 20 });
    assert.equal(tookMs, 20);
    const line = { timestamp: Date.UTC(2026, 0, 1), dimensions };
    assert.deepEqual(metrics, [
      {
        ...line,
        counts: { BatchesStarted: 1 },
        finer: { dimensions: { lane: "1" }, counts: { FreshBatchesStarted: 1, FreshBatchesEnded: 0 } },
      },
      {
        ...line,
        counts: {
          MessagesReceived: 2,
          RecordsForwarded: 1,
          MessagesDropped: 1,
          DependencyFailures: 0,
          DependencyThrottles: 0,
        },
        finer: { dimensions: { lane: "1" }, counts: { FreshBatchesEnded: 1 } },
      },
    ]);
  });

  for (const dependency of ["firehose", "deadLetterQueue", "visibility"] as const) {
    it(`has told that it began, and no more, when its first call of ${dependency} ends the process`, async () => {
      const batch = [bad("a"), good("b", received(dependency === "visibility" ? 2 : 1))];
      const { crashed, metrics } = await invoke(batch, { [dependency]: ["crash"] });
      assert.equal(crashed, true);
      assert.deepEqual(
        metrics.map(({ counts }) => counts),
        [{ BatchesStarted: 1 }],
      );
    });
  }

  it("takes a batch for fresh only if each of its messages is", async () => {
    const { metrics } = await invoke([good("a"), good("b", received(2)), good("c")]);
    assert.deepEqual(
      metrics.map(({ finer }) => finer),
      [undefined, undefined],
    );
  });

  it("counts by topic only what failed on a dependency, and everything in sum", async () => {
    const other = ofTopic("constructor");
    const { metrics } = await invoke([good("a"), good("b", other), bad("c"), good("d"), bad("e", other)], {
      firehose: [{ refuse: [true] }, { throws: "ServiceUnavailableException" }, { throws: "ThrottlingException" }],
      deadLetterQueue: [{ refuse: [false, true] }],
    });
    assert.deepEqual(
      metrics.slice(1).map(({ dimensions, counts }) => [dimensions, counts]),
      [
        [
          dimensions,
          {
            MessagesReceived: 5,
            RecordsForwarded: 2,
            MessagesDropped: 1,
            DependencyFailures: 1,
            DependencyThrottles: 1,
          },
        ],
        [{ ...dimensions, topic: "order-events" }, { DependencyThrottles: 1 }],
        [{ ...dimensions, topic: "constructor" }, { DependencyFailures: 1 }],
      ],
    );
  });

  it("counts by topic whatever is not zero if it is told to", async () => {
    const { metrics } = await invoke([good("a"), good("b", ofTopic("constructor")), bad("c"), good("d")], {
      firehose: [{ throws: "AccessDeniedException" }],
      topicMetrics: true,
    });
    assert.deepEqual(
      metrics.slice(2).map(({ dimensions, counts }) => [dimensions.topic, counts]),
      [
        ["order-events", { MessagesReceived: 3, MessagesDropped: 1, DependencyFailures: 2 }],
        ["constructor", { MessagesReceived: 1, DependencyFailures: 1 }],
      ],
    );
  });

  it("logs reasons and errors with their counts, one line each", async () => {
    const { logged } = await invoke([bad("a"), bad("b"), { body: "[]" }, good("d")], {
      firehose: [{ throws: "AccessDeniedException" }],
      deadLetterQueue: [{ refuse: [true] }],
    });
    const common = {
      timestamp: "2026-01-01T00:00:00.000Z",
      service: "sqs-processor",
      function_request_id: "request-1",
    };
    assert.deepEqual(logged, [
      { ...common, level: "WARN", message: "messages dropped", reasons: { BODY_NOT_JSON: 2, BODY_NOT_OBJECT: 1 } },
      { ...common, level: "ERROR", message: "dead letters not taken", messages: 1, errors: { InternalError: 1 } },
      { ...common, level: "ERROR", message: "records not taken", messages: 1, errors: { AccessDeniedException: 1 } },
    ]);
  });

  it("logs nothing when all is well", async () => {
    assert.deepEqual((await invoke([good("a")])).logged, []);
  });

  it("logs and counts nothing of what a body or an error's message says", async () => {
    const bodies = ["secret", '["secret"]', '{"secret":"secret"}', '{"messageId":true,"payload":"secret"}'];
    const records = bodies.map((body, n) => ({ messageId: `id-${n}`, body }));
    const { text, metrics } = await invoke(records, {
      firehose: [{ throws: "ThrottlingException" }, { throws: "AccessDeniedException" }],
      deadLetterQueue: [{ throws: "AccessDeniedException" }],
    });
    assert.ok(text.includes("AccessDeniedException"));
    assert.ok(!text.includes("secret"));
    assert.ok(!JSON.stringify(metrics).includes("secret"));
  });
});
