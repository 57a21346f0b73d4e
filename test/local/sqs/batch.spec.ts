import assert from "node:assert/strict";
import { configuration, newService } from "./fixtures.ts";

const KIB = 1_024;
const entry = (Id: string, MessageBody = "a") => ({ Id, MessageBody });

describe("a batch", () => {
  const refusals: [title: string, Entries: unknown, error: object][] = [
    ["no entries", [], { name: "EmptyBatchRequest", queryCode: "AWS.SimpleQueueService.EmptyBatchRequest" }],
    ["no list", undefined, { name: "EmptyBatchRequest", message: /at least one SendMessageBatchRequestEntry/ }],
    [
      "eleven entries",
      Array.from({ length: 11 }, (_, index) => entry(String(index))),
      { name: "TooManyEntriesInBatchRequest", message: /are 10\. You have sent 11\./ },
    ],
    [
      "two entries of one id",
      [entry("a"), entry("a")],
      { name: "BatchEntryIdsNotDistinct", message: "Id a repeated." },
    ],
    ["an entry without an id", [{ MessageBody: "a" }], { message: /SendMessageBatchRequestEntry\.1\.Id/ }],
    ["an empty id", [entry("")], { name: "InvalidBatchEntryId" }],
    ["an id with a colon", [entry("a:b")], { name: "InvalidBatchEntryId" }],
    ["an id of 81 letters", [entry("a".repeat(81))], { name: "InvalidBatchEntryId" }],
    ["an entry without a body", [entry("a"), { Id: "b" }], { message: /SendMessageBatchRequestEntry\.2\.MessageBody/ }],
    [
      "more than 1 MiB in all",
      [entry("a", "x".repeat(KIB * KIB)), entry("b")],
      { name: "BatchRequestTooLong", message: /longer than 1048576 bytes\. You have sent 1048577 bytes/ },
    ],
    ["entries that are no structures", ["a"], { name: "SerializationException" }],
  ];
  for (const [title, Entries, error] of refusals) {
    it(`is refused as a whole with ${title}`, async () => {
      const { call, service } = newService(configuration());
      await assert.rejects(call("SendMessageBatch", { Entries }), error);
      assert.equal(service.queues.get("orders")?.counts().visible, 0);
    });
  }

  it("may hold 1 MiB in all", async () => {
    const { call } = newService(configuration());
    const Entries = [entry("a", "x".repeat(512 * KIB)), entry("b", "x".repeat(512 * KIB))];
    const answer = await call("SendMessageBatch", { Entries });
    assert.equal((answer.Successful as unknown[]).length, 2);
  });

  it("sends each entry by itself, and says which failed and why", async () => {
    const { call, service } = newService(configuration({ maximumMessageSizeBytes: KIB }));
    const answer = await call("SendMessageBatch", {
      Entries: [
        entry("long", "x".repeat(KIB + 1)),
        entry("good", "msg"),
        entry("bad", "\u0001"),
        { ...entry("late"), DelaySeconds: 1_000 },
      ],
    });
    const successful = answer.Successful as Record<string, string>[];
    assert.deepEqual(
      successful.map(({ Id, MD5OfMessageBody }) => [Id, MD5OfMessageBody]),
      [["good", "6e2baaf3b97dbeef01c0043275f9a0e7"]],
    );
    const failed = answer.Failed as Record<string, unknown>[];
    assert.deepEqual(
      failed.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
      [
        ["long", "InvalidParameterValue", true],
        ["bad", "InvalidMessageContents", true],
        ["late", "InvalidParameterValue", true],
      ],
    );
    assert.equal(service.queues.get("orders")?.counts().visible, 1);
  });

  it("deletes each entry by itself", async () => {
    const { call, service } = newService(configuration());
    const queue = service.queues.get("orders");
    queue?.send({ body: "a" });
    const ReceiptHandle = queue?.receive(1)[0]?.receiptHandle;
    const answer = await call("DeleteMessageBatch", {
      Entries: [
        { Id: "good", ReceiptHandle },
        { Id: "bad", ReceiptHandle: "garbage" },
      ],
    });
    assert.deepEqual(answer.Successful, [{ Id: "good" }]);
    assert.deepEqual(answer.Failed, [
      {
        Id: "bad",
        SenderFault: true,
        Code: "ReceiptHandleIsInvalid",
        Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
      },
    ]);
    assert.equal(queue?.counts().inFlight, 0);
  });

  it("changes the visibility of each entry by itself", async () => {
    const { call, service } = newService(configuration());
    const queue = service.queues.get("orders");
    queue?.send({ body: "a" });
    queue?.send({ body: "b" });
    const [first, second] = queue?.receive(2) ?? [];
    const answer = await call("ChangeMessageVisibilityBatch", {
      Entries: [
        { Id: "now", ReceiptHandle: first?.receiptHandle, VisibilityTimeout: 0 },
        { Id: "never", ReceiptHandle: second?.receiptHandle, VisibilityTimeout: 43_201 },
      ],
    });
    assert.deepEqual(answer.Successful, [{ Id: "now" }]);
    assert.equal((answer.Failed as Record<string, unknown>[])[0]?.Code, "InvalidParameterValue");
    assert.deepEqual(queue?.counts(), { visible: 1, inFlight: 1, delayed: 0 });
  });
});
