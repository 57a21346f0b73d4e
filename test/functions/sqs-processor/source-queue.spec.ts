import assert from "node:assert/strict";
import { type Message, messagesOf } from "../../../functions/sqs-processor/message.ts";
import {
  type ChangeMessageVisibilityBatch,
  type DeleteMessageBatch,
  deleteFromQueue,
  hide,
} from "../../../functions/sqs-processor/source-queue.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { sqsRecord } from "../support/sqs.ts";

const URL_PREFIX = "https://sqs.eu-west-1.amazonaws.com/123456789012/lean-ops-dev-topic-";
const ARN_PREFIX = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-";

function messages(count: number, topic = "orders"): Message[] {
  const records = Array.from({ length: count }, (_, n) =>
    sqsRecord({
      messageId: `${topic}-${n}`,
      receiptHandle: `handle-${topic}-${n}`,
      eventSourceARN: ARN_PREFIX + topic,
    }),
  );
  return messagesOf(records, "lean-ops-dev-topic-");
}

type Answer = (ids: string[]) => ReturnType<DeleteMessageBatch>;
const takeAll: Answer = async (ids) => ({ Successful: ids.map((Id) => ({ Id })) });

/** Runs `act` against queues that answer each call as told. */
async function queues(
  act: (dependencies: Parameters<typeof hide>[1], deadline: number) => ReturnType<typeof hide>,
  answer = takeAll,
) {
  const clock = virtualClock();
  const calls: { url: string; handles: string[]; seconds: (number | undefined)[] }[] = [];
  const call: ChangeMessageVisibilityBatch & DeleteMessageBatch = (url, entries) => {
    const seconds = entries.map((entry) =>
      "VisibilityTimeout" in entry ? Number(entry.VisibilityTimeout) : undefined,
    );
    calls.push({ url, handles: entries.map(({ ReceiptHandle = "" }) => ReceiptHandle), seconds });
    return answer(entries.map(({ Id = "" }) => Id));
  };
  const dependencies = {
    topicQueueUrlPrefix: URL_PREFIX,
    changeMessageVisibilityBatch: call,
    deleteMessageBatch: call,
    clock,
  };
  const done = act(dependencies, clock.now() + 1000);
  await clock.advance(2000);
  return { calls, errors: await done };
}

describe("hide", () => {
  const hidden = (list: Message[]) => list.map((message, n) => ({ message, seconds: 100 + n }));

  it("hides each message in its own topic's queue, for its own time", async () => {
    const { calls, errors } = await queues((dependencies, deadline) =>
      hide(hidden([...messages(2), ...messages(1, "payments")]), dependencies, deadline),
    );
    assert.deepEqual(calls, [
      { url: `${URL_PREFIX}orders`, handles: ["handle-orders-0", "handle-orders-1"], seconds: [100, 101] },
      { url: `${URL_PREFIX}payments`, handles: ["handle-payments-0"], seconds: [102] },
    ]);
    assert.deepEqual(errors, {});
  });

  it("keeps a call within ten entries", async () => {
    const { calls } = await queues((dependencies, deadline) => hide(hidden(messages(23)), dependencies, deadline));
    assert.deepEqual(
      calls.map(({ handles }) => handles.length),
      [10, 10, 3],
    );
  });

  it("counts every entry that was not acknowledged, and throws nothing", async () => {
    const { errors } = await queues(
      (dependencies, deadline) => hide(hidden(messages(3)), dependencies, deadline),
      async () => ({
        Successful: [{ Id: "1" }],
        Failed: [{ Id: "0", SenderFault: true, Code: "ReceiptHandleIsInvalid" }],
      }),
    );
    assert.deepEqual(errors, { ReceiptHandleIsInvalid: 1, NoResponse: 1 });
    const thrown = await queues(
      (dependencies, deadline) => hide(hidden(messages(12)), dependencies, deadline),
      (ids) => (ids.length === 10 ? Promise.reject(new RangeError("no")) : takeAll(ids)),
    );
    assert.deepEqual(thrown.errors, { RangeError: 10 });
  });

  it("ends at the deadline", async () => {
    const { errors } = await queues(
      (dependencies, deadline) => hide(hidden(messages(1)), dependencies, deadline),
      () => new Promise(() => {}),
    );
    assert.deepEqual(errors, { DeadlineError: 1 });
  });

  it("calls nobody for no messages", async () => {
    assert.deepEqual((await queues((dependencies, deadline) => hide([], dependencies, deadline))).calls, []);
  });
});

describe("deleteFromQueue", () => {
  it("deletes every copy of a message, ten a call", async () => {
    const record = sqsRecord({ eventSourceARN: `${ARN_PREFIX}orders` });
    const copies = ["h1", "h2"].map((receiptHandle) => ({ ...record, receiptHandle }));
    const { calls, errors } = await queues((dependencies, deadline) =>
      deleteFromQueue([...messagesOf(copies, "lean-ops-dev-topic-"), ...messages(9)], dependencies, deadline),
    );
    assert.deepEqual(
      calls.map(({ url, handles }) => [url, handles.length]),
      [
        [`${URL_PREFIX}orders`, 10],
        [`${URL_PREFIX}orders`, 1],
      ],
    );
    assert.deepEqual(calls[0]?.handles.slice(0, 2), ["h1", "h2"]);
    assert.deepEqual(errors, {});
  });
});
