import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { errorNotification } from "../../../functions/common/error-notification.ts";
import { createLog } from "../../../functions/common/log.ts";
import type { MetricLine } from "../../../functions/common/metrics.ts";
import { createHandler } from "../../../functions/dlq-processor/handler.ts";
import { deadLetter, type Stores, stores } from "../support/dlq.ts";
import { errorLine, row } from "../support/error-files.ts";
import { lambdaContext, sqsRecord } from "../support/sqs.ts";

const ERRORS_ARN = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-delivery-errors";

async function invoke(records: readonly SQSRecord[], store: Stores, remainingMs = 30_000) {
  const lines: string[] = [];
  const metrics: MetricLine[] = [];
  const handler = createHandler({
    topicQueuePrefix: "lean-ops-dev-topic-",
    deliveryErrorsQueueArn: ERRORS_ARN,
    ...store,
    log: createLog({ write: (line) => lines.push(line), now: store.clock.now, fields: { service: "dlq-processor" } }),
    metrics: (line) => metrics.push(line),
  });
  const answer = await handler({ Records: [...records] }, lambdaContext(store.clock, remainingMs));
  const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { failed, metrics, text: lines.join("\n"), logged: lines.map((line) => JSON.parse(line)) };
}

const notification = (messageId: string, ...keys: string[]) =>
  sqsRecord({
    messageId,
    eventSourceARN: ERRORS_ARN,
    body: JSON.stringify({ Records: keys.flatMap((key) => JSON.parse(errorNotification("errors", key)).Records) }),
  });

describe("the dlq-processor's handler", () => {
  it("archives dead letters and the records of error files, by the queue that each message is from", async () => {
    const store = stores();
    store.errors.hold("failed/a b", errorLine());
    const { failed } = await invoke([deadLetter(), notification("n", "failed/a b")], store);
    assert.deepEqual(failed, []);
    assert.deepEqual([...store.tracker.items.values()].map(({ origin }) => origin).toSorted(), ["firehose", "sqs"]);
    assert.equal(store.errors.objects.size, 0);
  });

  it("takes a message of any other queue for a dead letter, so that none is lost to a wrong mapping", async () => {
    const store = stores();
    const { failed } = await invoke([sqsRecord({ eventSourceARN: "arn:aws:sqs:eu-west-1:1:x" })], store);
    assert.deepEqual([failed, store.archive.objects.size], [[], 1]);
  });

  it("reports by message id what is not safe, each id once", async () => {
    const store = stores();
    store.errors.hold("failed/a", errorLine());
    store.archive.put = async () => {
      throw Object.assign(new Error("secret"), { name: "SlowDown" });
    };
    const batch = [deadLetter({ messageId: "m" }), deadLetter({ messageId: "m" }), notification("n", "failed/a")];
    const { failed, metrics, logged } = await invoke(batch, store);
    assert.deepEqual(failed, ["m", "n"]);
    assert.ok(store.errors.objects.has("failed/a"));
    assert.deepEqual(logged.at(-1)?.errors, { SlowDown: 2 });
    assert.deepEqual(metrics.at(-1)?.counts, { ArchiveFailures: 2 });
  });

  it("reports a notification unless every file of which it tells is done with, and goes on with the others", async () => {
    const store = stores();
    store.errors.hold("failed/a", errorLine());
    store.errors.hold("failed/c", errorLine(row({ message_id: "c" })));
    const getRange = store.errors.getRange.bind(store.errors);
    store.errors.getRange = async (key, ...range) => {
      if (key === "failed/b") throw Object.assign(new Error("secret"), { name: "AccessDenied" });
      return getRange(key, ...range);
    };
    const { failed, logged } = await invoke([notification("n", "failed/a", "failed/b", "failed/c")], store);
    assert.deepEqual(failed, ["n"]);
    assert.equal(store.errors.objects.size, 0);
    const line = logged.find(({ message }) => message === "error file not archived");
    assert.deepEqual([line?.key, line?.error], ["failed/b", "AccessDenied"]);
  });

  it("acknowledges S3's test event and what is no notification, since neither holds anything", async () => {
    const store = stores();
    const test = { ...notification("t"), body: '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"errors"}' };
    const { failed, logged } = await invoke([test, { ...notification("x"), body: "nonsense" }], store);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      logged.map(({ message, messageId }) => [message, messageId]),
      [["message is no notification of S3's", "x"]],
    );
  });

  it("answers a second before the time-out, with what is not begun reported", async () => {
    const store = stores();
    store.errors.hold("failed/a", errorLine());
    const batch = [deadLetter({ messageId: "m" }), notification("n", "failed/a")];
    const { failed, metrics } = await invoke(batch, store, 1000);
    assert.deepEqual([failed, store.archive.objects.size, store.errors.reads], [["m", "n"], 0, []]);
    assert.deepEqual(metrics.at(-1)?.counts, { ArchiveFailures: 0 });
  });

  it("counts by origin and error class what is new, and failures always", async () => {
    const store = stores();
    store.errors.hold("failed/a", `${errorLine()}\n${errorLine(row({ message_id: "b" }))}\n`);
    const batch = [deadLetter({ messageId: "m" }), deadLetter({ messageId: "bad", body: "[]" })];
    const { metrics, logged } = await invoke([...batch, notification("n", "failed/a")], store);
    const dimensions = { service: "dlq-processor", function_name: "lean-ops-dev-sqs-processor" };
    assert.deepEqual(
      metrics.map(({ dimensions, counts }) => ({ dimensions, counts })),
      [
        { dimensions: { ...dimensions, error_class: "DROP" }, counts: { MessagesArchived: 1, RowsArchived: 2 } },
        { dimensions: { ...dimensions, error_class: "UNKNOWN" }, counts: { MessagesArchived: 1, RowsArchived: 0 } },
        { dimensions, counts: { ArchiveFailures: 0 } },
      ],
    );
    assert.deepEqual(logged, [
      {
        timestamp: "2026-11-26T00:00:00.000Z",
        level: "INFO",
        message: "archived",
        service: "dlq-processor",
        function_request_id: "request-1",
        types: { RECEIVES_EXHAUSTED: 1, BODY_NOT_OBJECT: 1, "Iceberg.MissingColumnWithinRecord": 2 },
      },
    ]);
    const again = await invoke(batch, store);
    assert.deepEqual([again.metrics.map(({ counts }) => counts), again.logged], [[{ ArchiveFailures: 0 }], []]);
  });

  it("logs, counts and tracks nothing of what a body, a row or an error's message says", async () => {
    const store = stores();
    store.errors.hold(
      "failed/a",
      `${errorLine(row({ json_payload: "secret" }), { errorMessage: "secret" })}\nsecret\n`,
    );
    const track = store.tracker.archived.bind(store.tracker);
    let calls = 0;
    store.tracker.archived = async (failure) => {
      if (calls++ === 0) throw new Error("secret");
      return track(failure);
    };
    const batch = ["secret", '{"secret":"secret"}'].map((body, n) => deadLetter({ messageId: `m${n}`, body }));
    const { text, metrics } = await invoke([...batch, notification("n", "failed/a")], store);
    assert.equal(store.tracker.items.size, 3);
    for (const told of [text, JSON.stringify(metrics), JSON.stringify([...store.tracker.items])]) {
      assert.ok(!told.includes("secret"), told);
    }
  });
});
