import assert from "node:assert/strict";
import type { Queue } from "../../../local/sqs/queue.ts";
import type { SqsService } from "../../../local/sqs/service.ts";
import { ACCOUNT, configuration, newService } from "./fixtures.ts";

type Message = Record<string, unknown>;

function orders(service: SqsService): Queue {
  const queue = service.queues.get("orders");
  assert.ok(queue);
  return queue;
}

function messagesOf(answer: Record<string, unknown>): Message[] {
  return (answer.Messages as Message[] | undefined) ?? [];
}

describe("ReceiveMessage", () => {
  it("answers one message unless more are asked for, without attributes", async () => {
    const { call, service } = newService(configuration());
    orders(service).send({ body: "msg", messageAttributes: { k: { DataType: "String", StringValue: "x" } } });
    orders(service).send({ body: "other" });
    const [message, ...others] = messagesOf(await call("ReceiveMessage"));
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(message ?? {}).sort(), ["Body", "MD5OfBody", "MessageId", "ReceiptHandle"]);
    assert.equal(message?.Body, "msg");
    assert.equal(message?.MD5OfBody, "6e2baaf3b97dbeef01c0043275f9a0e7");
  });

  it("answers nothing at all when there is nothing", async () => {
    assert.deepEqual(await newService(configuration()).call("ReceiveMessage"), {});
  });

  it("answers the system attributes asked for, by either parameter", async () => {
    const { call, service, clock } = newService(configuration());
    orders(service).send({ body: "a" });
    const ask = async (input: Record<string, unknown>): Promise<unknown> =>
      messagesOf(await call("ReceiveMessage", { VisibilityTimeout: 0, ...input }))[0]?.Attributes;
    const now = String(clock.now());
    assert.deepEqual(await ask({ MessageSystemAttributeNames: ["All"] }), {
      ApproximateReceiveCount: "1",
      SentTimestamp: now,
      SenderId: ACCOUNT,
      ApproximateFirstReceiveTimestamp: now,
    });
    assert.deepEqual(await ask({ MessageSystemAttributeNames: ["SenderId"], AttributeNames: ["SentTimestamp"] }), {
      SenderId: ACCOUNT,
      SentTimestamp: now,
    });
    assert.equal(await ask({ AttributeNames: ["SequenceNumber"] }), undefined);
    await assert.rejects(call("ReceiveMessage", { AttributeNames: ["Colour"] }), {
      name: "InvalidAttributeName",
      message: "Unknown Attribute Colour.",
    });
  });

  it("answers the message attributes asked for, with the MD5 of those", async () => {
    const { call, service } = newService(configuration());
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    orders(service).send({
      body: "msg",
      messageAttributes: { Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") },
    });
    const ask = async (...MessageAttributeNames: string[]): Promise<[string[], unknown]> => {
      const [message] = messagesOf(await call("ReceiveMessage", { VisibilityTimeout: 0, MessageAttributeNames }));
      return [Object.keys((message?.MessageAttributes as object | undefined) ?? {}), message?.MD5OfMessageAttributes];
    };
    const all = [["Hello", "General", "Help.Me"], "4c360f3fdafd970e05fae2f149d997f5"];
    assert.deepEqual(await ask("All"), all);
    assert.deepEqual(await ask(".*"), all);
    assert.deepEqual(await ask("*"), all);
    assert.deepEqual(await ask("Hello", "General"), [["Hello", "General"], "fca026605781cb4126a1e9044df24232"]);
    assert.deepEqual(await ask("Foo", "Hello"), [["Hello"], "a311262e065454b75da111d535b8dacd"]);
    assert.deepEqual((await ask("Hel.*"))[0], ["Hello", "Help.Me"]);
    assert.deepEqual(await ask("Help"), [[], undefined]);
  });

  const refusals: [input: Record<string, unknown>, message: string][] = [
    [
      { MaxNumberOfMessages: 11 },
      "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { MaxNumberOfMessages: 0 },
      "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { WaitTimeSeconds: 21 },
      "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    ],
    [
      { VisibilityTimeout: 43_201 },
      "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
    ],
  ];
  for (const [input, message] of refusals) {
    it(`refuses ${JSON.stringify(input)}`, async () => {
      await assert.rejects(newService(configuration()).call("ReceiveMessage", input), {
        name: "InvalidParameterValueException",
        message,
      });
    });
  }

  describe("waits", () => {
    it("until a message arrives", async () => {
      const { call, service, clock } = newService(configuration());
      const answer = call("ReceiveMessage", { WaitTimeSeconds: 20 });
      await clock.advance(5_000);
      orders(service).send({ body: "a" });
      assert.equal(messagesOf(await answer)[0]?.Body, "a");
      assert.equal(clock.pending(), 0);
    });

    it("until a delay or a visibility timeout ends", async () => {
      const { call, service, clock } = newService(configuration());
      orders(service).send({ body: "delayed", delaySeconds: 3 });
      const answer = call("ReceiveMessage", { WaitTimeSeconds: 20 });
      await clock.advance(3_000);
      assert.equal(messagesOf(await answer)[0]?.Body, "delayed");
    });

    it("for the queue's own time when none is given, and then answers nothing", async () => {
      const { call, clock } = newService(configuration({ receiveWaitTimeSeconds: 10 }));
      let answer: unknown = "waiting";
      void call("ReceiveMessage").then((value) => {
        answer = value;
      });
      await clock.advance(9_999);
      assert.equal(answer, "waiting");
      await clock.advance(1);
      assert.deepEqual(answer, {});
      assert.equal(clock.pending(), 0);
    });

    it("not when the call says 0", async () => {
      const { call } = newService(configuration({ receiveWaitTimeSeconds: 10 }));
      assert.deepEqual(await call("ReceiveMessage", { WaitTimeSeconds: 0 }), {});
    });

    it("with each message going to one of several", async () => {
      const { call, service, clock } = newService(configuration());
      const answers = [1, 2, 3].map(() => call("ReceiveMessage", { WaitTimeSeconds: 20 }));
      await clock.advance(0);
      orders(service).send({ body: "a" });
      orders(service).send({ body: "b" });
      await clock.advance(20_000);
      const bodies = (await Promise.all(answers)).map((answer) => messagesOf(answer)[0]?.Body);
      assert.deepEqual(bodies, ["a", "b", undefined]);
    });

    it("no longer than the service lives", async () => {
      const { call, service, clock } = newService(configuration());
      const answer = call("ReceiveMessage", { WaitTimeSeconds: 20 });
      await clock.advance(0);
      service.close();
      assert.deepEqual(await answer, {});
      assert.equal(clock.pending(), 0);
    });
  });

  it("at the in-flight limit fails when it does not wait, and waits quietly otherwise", async () => {
    const { call, service, clock } = newService(configuration());
    for (let sent = 0; sent <= 120_000; sent += 1) {
      orders(service).send({ body: "a" });
    }
    const [held] = orders(service).receive(120_000, 600);
    await assert.rejects(call("ReceiveMessage"), { name: "OverLimit", status: 403 });
    const answer = call("ReceiveMessage", { WaitTimeSeconds: 20 });
    await clock.advance(1_000);
    orders(service).delete([held?.receiptHandle ?? ""]);
    assert.equal(messagesOf(await answer).length, 1);
  });
});
