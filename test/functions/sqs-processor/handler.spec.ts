import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { createLog } from "../../../functions/common/log.ts";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import type { SendMessageBatch } from "../../../functions/sqs-processor/dead-letters.ts";
import { createHandler } from "../../../functions/sqs-processor/handler.ts";
import type { PutRecordBatch } from "../../../functions/sqs-processor/put-records.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { jsonText } from "../support/json-text.ts";
import { lambdaContext, sqsRecord } from "../support/sqs.ts";

/** What one call of a dependency does: refuses entries by position, throws, or never answers. */
type Answer = { refuse: readonly boolean[] } | { throws: string } | "never";

interface Scenario {
  firehose?: readonly Answer[];
  deadLetterQueue?: readonly Answer[];
  remainingMs?: number;
}

/** One invocation, with dependencies that answer as told, one answer a call, and then take everything. */
async function invoke(records: readonly Partial<SQSRecord>[], scenario: Scenario = {}) {
  const clock = virtualClock();
  const start = clock.now();
  /** Rows and bodies that were taken. */
  const forwarded: Record<string, unknown>[] = [];
  const deadLettered: string[] = [];
  const lines: string[] = [];
  const metrics: MetricLine[] = [];
  const calls = { firehose: 0, deadLetterQueue: 0 };

  const next = async (dependency: "firehose" | "deadLetterQueue"): Promise<readonly boolean[]> => {
    const call = calls[dependency]++;
    const answer = scenario[dependency]?.[call] ?? { refuse: [] };
    if (answer === "never") return new Promise(() => {});
    if ("throws" in answer) throw Object.assign(new Error("secret"), { name: answer.throws });
    return answer.refuse;
  };
  const putRecordBatch: PutRecordBatch = async (rows) => {
    const refuse = await next("firehose");
    forwarded.push(...rows.filter((_, n) => !refuse[n]).map((row) => JSON.parse(row.toString())));
    return { RequestResponses: rows.map((_, n) => (refuse[n] ? { ErrorCode: "InternalFailure" } : { RecordId: "r" })) };
  };
  const sendMessageBatch: SendMessageBatch = async (entries) => {
    const refuse = await next("deadLetterQueue");
    const taken = entries.filter((_, n) => !refuse[n]);
    deadLettered.push(...taken.map(({ MessageBody }) => MessageBody ?? ""));
    return {
      Successful: taken.map(({ Id }) => ({ Id, MessageId: "new", MD5OfMessageBody: "" })),
      Failed: entries.filter((_, n) => refuse[n]).map(({ Id }) => ({ Id, SenderFault: false, Code: "InternalError" })),
    };
  };
  const handler = createHandler({
    topicQueuePrefix: "lean-ops-dev-topic-",
    clients: { putRecordBatch, sendMessageBatch },
    clock,
    random: () => 0.5,
    log: createLog({ write: (line) => lines.push(line), now: clock.now, fields: { service: "sqs-processor" } }),
    metrics: (line) => metrics.push(line),
  });

  const event = { Records: records.map(sqsRecord) };
  const answered = handler(event, lambdaContext(clock, scenario.remainingMs));
  let tookMs = Number.NaN;
  answered.then(
    () => {
      tookMs = clock.now() - start;
    },
    () => {},
  );
  await clock.advance(60_000);
  const { batchItemFailures } = await answered;
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { failed, forwarded, deadLettered, calls, logged, metrics, tookMs, text: lines.join("\n") };
}

const good = (messageId: string) => ({ messageId, body: `{"id":"${messageId}"}` });
const bad = (messageId: string) => ({ messageId, body: `not JSON: ${messageId}` });
const payloads = (rows: readonly Record<string, unknown>[]) => rows.map(({ json_payload }) => json_payload);

describe("the sqs-processor's handler", () => {
  it("forwards a batch and reports nothing", async () => {
    const { failed, forwarded, calls } = await invoke([good("a"), good("b")]);
    assert.deepEqual(failed, []);
    assert.deepEqual(payloads(forwarded), ['{"id":"a"}', '{"id":"b"}']);
    assert.deepEqual(
      forwarded.map(({ topic_name }) => topic_name),
      ["order-events", "order-events"],
    );
    assert.deepEqual(calls, { firehose: 1, deadLetterQueue: 0 });
  });

  it("calls nothing for an empty batch", async () => {
    const { failed, calls, metrics, logged } = await invoke([]);
    assert.deepEqual([failed, calls, metrics, logged], [[], { firehose: 0, deadLetterQueue: 0 }, [], []]);
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

  it("makes every message one of forwarded, dead-lettered or reported, whatever its dependencies do", async () => {
    const answer = fc.oneof(
      { weight: 4, arbitrary: fc.record({ refuse: fc.array(fc.boolean(), { maxLength: 30 }) }) },
      fc.record({ throws: fc.constantFrom("ThrottlingException", "TimeoutError", "AccessDeniedException") }),
      fc.constant("never" as const),
    );
    const scenario = fc.record({
      firehose: fc.array(answer, { maxLength: 4 }),
      deadLetterQueue: fc.array(answer, { maxLength: 4 }),
      remainingMs: fc.constantFrom(0, 900, 1500, 5000, 30_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), scenario, async (kinds, answers) => {
        const batch = kinds.map((isGood, n) => (isGood ? good(`id-${n}`) : bad(`id-${n}`)));
        const { failed, forwarded, deadLettered, tookMs, metrics } = await invoke(batch, answers);
        const ends = [
          ...failed,
          ...forwarded.map(({ json_payload }) => JSON.parse(String(json_payload)).id),
          ...deadLettered.map((body) => body.replace("not JSON: ", "")),
        ];
        assert.deepEqual(ends.toSorted(), batch.map(({ messageId }) => messageId).toSorted());
        assert.ok(tookMs <= Math.max(0, answers.remainingMs - 1000));
        for (const { counts } of metrics) {
          assert.equal(counts.RecordsForwarded, forwarded.length);
          assert.equal(counts.MessagesDropped, deadLettered.length);
          assert.equal(counts.DependencyFailures, failed.length);
          assert.equal(counts.MessagesReceived, batch.length);
        }
      }),
      { numRuns: 200 },
    );
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

  it("reports a repeated message id once, whichever copy failed", async () => {
    const twice = [good("a"), good("a"), good("b")];
    const refused = { refuse: [true, true, false] };
    const all = await invoke(twice, { firehose: [refused, { refuse: [true, true] }, { refuse: [true, true] }] });
    assert.deepEqual(all.failed, ["a"]);
    const second = { refuse: [false, true] };
    const one = await invoke(twice, { firehose: [second, { refuse: [true] }, { refuse: [true] }] });
    assert.deepEqual(one.failed, ["a"]);
  });

  it("reports a bad message that has no room for its reason, and sends the others", async () => {
    const attribute = { dataType: "String", stringValue: "x" };
    const messageAttributes = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, attribute]));
    const { failed, deadLettered, metrics } = await invoke([
      { ...bad("full"), messageAttributes },
      bad("b"),
      good("c"),
    ]);
    assert.deepEqual(failed, ["full"]);
    assert.deepEqual(deadLettered, ["not JSON: b"]);
    // Bad data is no dependency's failure.
    assert.equal(metrics[0]?.counts.DependencyFailures, 0);
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
    await assert.rejects(
      invoke([good("a"), { ...good("b"), eventSourceARN }]),
      /"lean-ops-dev-dlq" belongs to no topic/,
    );
  });

  it("answers a second before the time-out, with what is not finished reported", async () => {
    const { failed, tookMs } = await invoke([good("a"), bad("b")], {
      firehose: ["never"],
      deadLetterQueue: ["never"],
      remainingMs: 4000,
    });
    assert.deepEqual(failed, ["a", "b"]);
    assert.equal(tookMs, 3000);
  });

  it("starts nothing when less than that is left", async () => {
    const { failed, calls } = await invoke([good("a"), bad("b")], { remainingMs: 1000 });
    assert.deepEqual(failed, ["a", "b"]);
    assert.deepEqual(calls, { firehose: 0, deadLetterQueue: 0 });
  });

  it("counts once per invocation and topic", async () => {
    const eventSourceARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-constructor";
    const { metrics } = await invoke([good("a"), { ...good("b"), eventSourceARN }, bad("c"), good("d")], {
      firehose: [{ refuse: [true] }, { throws: "AccessDeniedException" }],
    });
    const dimensions = { service: "sqs-processor", function_name: "lean-ops-dev-sqs-processor" };
    assert.deepEqual(
      metrics.map(({ timestamp: _, ...line }) => line),
      [
        {
          dimensions: { ...dimensions, topic: "order-events" },
          counts: { MessagesReceived: 3, RecordsForwarded: 1, MessagesDropped: 1, DependencyFailures: 1 },
        },
        {
          dimensions: { ...dimensions, topic: "constructor" },
          counts: { MessagesReceived: 1, RecordsForwarded: 1, MessagesDropped: 0, DependencyFailures: 0 },
        },
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
