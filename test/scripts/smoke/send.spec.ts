import assert from "node:assert/strict";
import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { ProducerEvent } from "../../../local/input/event.ts";
import { type Sending, type SendTools, sendAll } from "../../../scripts/smoke/send.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

type Call = { QueueUrl: string; Entries: SendMessageBatchRequestEntry[] };

const event = (topic: string, n: number, bytes = 0): ProducerEvent => ({
  topic,
  body: JSON.stringify({ messageId: `m-${n}`, payload: { n, text: "x".repeat(bytes) } }),
});

const taken = ({ Entries }: Call) => ({
  Successful: Entries.map(({ Id, MessageBody }) => ({
    Id,
    MessageId: `sqs of ${MessageBody}`,
    MD5OfMessageBody: "md5",
  })),
  Failed: [],
});
const failing = ({ Entries }: Call, Code: string, SenderFault: boolean) => ({
  Successful: [],
  Failed: Entries.map(({ Id }) => ({ Id, Code, Message: "said", SenderFault })),
});

/** @param answer What SQS answers, by the number of the call. */
async function send(events: readonly ProducerEvent[], answer: (call: Call, number: number) => unknown = taken) {
  const clock = virtualClock();
  const calls: Call[] = [];
  let [inFlight, most] = [0, 0];
  const into: Sending = { sent: [], notSent: [] };
  const sendMessageBatch: SendTools["sendMessageBatch"] = async (call) => {
    calls.push(call);
    most = Math.max(most, ++inFlight);
    await new Promise<void>((resolve) => clock.after(10, resolve));
    inFlight--;
    return answer(call, calls.length) as ReturnType<typeof taken>;
  };
  const done = sendAll(events, into, {
    queueUrlPrefix: "https://q/topic-",
    sendMessageBatch,
    clock,
    random: () => 0.5,
  });
  done.catch(() => undefined);
  await clock.advance(60_000);
  await done;
  return { calls, most, ...into };
}

describe("sendAll", () => {
  it("sends ten at most and a megabyte at most in a call, to the topic's queue, and some calls at once", async () => {
    const events = [
      ...Array.from({ length: 250 }, (_, n) => event(n % 2 === 0 ? "orders" : "events", n)),
      ...Array.from({ length: 5 }, (_, n) => event("payments", 250 + n, 400_000)),
    ];
    const { calls, sent, notSent, most } = await send(events);
    assert.equal(calls.length, 13 + 13 + 3);
    for (const { QueueUrl, Entries } of calls) {
      assert.match(QueueUrl, /^https:\/\/q\/topic-(orders|events|payments)$/);
      const bytes = Entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
      assert.ok(Entries.length <= 10 && bytes <= 1024 * 1024);
    }
    assert.deepEqual(notSent, []);
    assert.deepEqual(new Set(sent.map(({ messageId }) => messageId)), new Set(events.map((_, n) => `m-${n}`)));
    for (const { id, messageId, md5, topic } of sent) {
      assert.ok(id.includes(`"${messageId}"`), "an answer's position means its own message");
      assert.deepEqual([md5, events[Number(messageId?.slice(2))]?.topic], ["md5", topic]);
    }
    assert.ok(most > 1 && most <= 12, `${most} calls at once`);
  });

  it("sends again what SQS did not take through a fault of its own, and that alone", async () => {
    const { calls, sent, notSent } = await send([event("orders", 1), event("orders", 2)], (call, number) => {
      if (number > 1) return taken(call);
      const [first, second] = [taken(call), failing(call, "InternalError", false)];
      return { Successful: first.Successful.slice(0, 1), Failed: second.Failed.slice(1) };
    });
    assert.deepEqual(
      calls.map(({ Entries }) => Entries.length),
      [2, 1],
    );
    assert.deepEqual([sent.map(({ messageId }) => messageId), notSent], [["m-1", "m-2"], []]);
  });

  it("reports what stays refused, with the reason, and a sender's fault at once", async () => {
    const stubborn = await send([event("orders", 1)], (call) => failing(call, "InternalError", false));
    assert.deepEqual(stubborn.notSent, [{ topic: "orders", reason: "InternalError: said" }]);
    assert.equal(stubborn.calls.length, 5);
    const refused = await send([event("orders", 1)], (call) => failing(call, "InvalidMessageContents", true));
    assert.deepEqual([refused.calls.length, refused.notSent.length, refused.sent], [1, 1, []]);
  });

  it("makes a call again that was throttled or not answered, and ends with any other error", async () => {
    const thrown = (name: string) => Object.assign(new Error("said"), { name, $metadata: {} });
    for (const name of ["ThrottlingException", "TimeoutError"]) {
      const { sent, notSent } = await send([event("orders", 1)], (call, number) => {
        if (number === 1) throw thrown(name);
        return taken(call);
      });
      assert.deepEqual([sent.length, notSent], [1, []]);
    }
    const denied = send([event("orders", 1), event("events", 2)], () => {
      throw thrown("AccessDenied");
    });
    await assert.rejects(denied, { name: "AccessDenied" });
  });
});
