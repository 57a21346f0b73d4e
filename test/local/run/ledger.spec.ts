import assert from "node:assert/strict";
import { REPLAY_ATTRIBUTE } from "../../../functions/common/replay.ts";
import type { JsonService } from "../../../local/api/service.ts";
import { Ledger } from "../../../local/run/ledger.ts";

const url = (queue: string) => `http://127.0.0.1:4566/123456789012/${queue}`;

/** Accepts what does not begin with `bad`, under the body as its id. */
const sqs: JsonService = {
  name: "sqs",
  contentType: "application/x-amz-json-1.0",
  async call(action, input) {
    if (action === "SendMessage") return { MessageId: `id of ${input.MessageBody}` };
    const entries = input.Entries as { Id: string; MessageBody: string }[];
    const isGood = ({ MessageBody }: { MessageBody: string }) => !MessageBody.startsWith("bad");
    return {
      Successful: entries.filter(isGood).map(({ Id, MessageBody }) => ({ Id, MessageId: `id of ${MessageBody}` })),
      Failed: entries.filter((entry) => !isGood(entry)).map(({ Id }) => ({ Id, Code: "InvalidMessageContents" })),
    };
  },
};

const ORIGINAL = "00000000-0000-4000-8000-000000000001";

/** A ledger that knows one message, and a producer who sends with a replay attribute. */
async function ledgerWithOriginal() {
  const ledger = new Ledger(["orders"]);
  const service = ledger.before({ ...sqs, call: async (_, { MessageBody }) => ({ MessageId: idOf(MessageBody) }) });
  const idOf = (body: unknown) => (body === "first" ? ORIGINAL : `id of ${body}`);
  await service.call("SendMessage", { QueueUrl: url("orders"), MessageBody: "first" });
  const send = (MessageBody: string, StringValue: string) =>
    service.call("SendMessage", {
      QueueUrl: url("orders"),
      MessageBody,
      MessageAttributes: { [REPLAY_ATTRIBUTE]: { DataType: "String", StringValue } },
    });
  return { ledger, send };
}

describe("ledger", () => {
  it("answers as SQS does", async () => {
    const service = new Ledger(["orders"]).before(sqs);
    assert.deepEqual(await service.call("SendMessage", { QueueUrl: url("orders"), MessageBody: "{}" }), {
      MessageId: "id of {}",
    });
    assert.equal(service.name, "sqs");
  });

  it("writes down what SQS accepted for the topics, with the id that its row must have", async () => {
    const ledger = new Ledger(["orders", "events"]);
    const service = ledger.before(sqs);
    await service.call("SendMessage", { QueueUrl: url("events"), MessageBody: '{"messageId":"m","payload":1}' });
    await service.call("SendMessageBatch", {
      QueueUrl: url("orders"),
      Entries: [
        { Id: "a", MessageBody: "{}" },
        { Id: "b", MessageBody: "bad one" },
        { Id: "c", MessageBody: "no json" },
      ],
    });
    assert.deepEqual([...ledger.accepted("events")], [['id of {"messageId":"m","payload":1}', "m"]]);
    assert.deepEqual(
      [...ledger.accepted("orders")],
      [
        ["id of {}", "id of {}"],
        ["id of no json", undefined],
      ],
    );
    assert.equal(ledger.count, 3);
  });

  it("leaves out what goes to other queues", async () => {
    const ledger = new Ledger(["orders"]);
    await ledger.before(sqs).call("SendMessage", { QueueUrl: url("dlq"), MessageBody: "{}" });
    assert.equal(ledger.count, 0);
    assert.equal(ledger.accepted("dlq").size, 0);
  });

  it("knows a replayed message by the id under which its producer sent it", async () => {
    const { ledger, send } = await ledgerWithOriginal();
    await send("again", JSON.stringify({ messageId: ORIGINAL, sentAt: Date.now(), replayCount: 1 }));
    assert.equal(ledger.count, 1);
    assert.equal(ledger.original("id of again"), ORIGINAL);
    assert.equal(ledger.original("other"), "other");
  });

  const unknown = "00000000-0000-4000-8000-00000000000f";
  for (const forged of [
    "garbage",
    "null",
    "{}",
    JSON.stringify({ messageId: unknown, sentAt: 1e12, replayCount: 1 }),
  ]) {
    it(`counts a message whose producer forged a replay (${forged}) as any other`, async () => {
      const { ledger, send } = await ledgerWithOriginal();
      await send("forged", forged);
      assert.equal(ledger.count, 2);
      assert.equal(ledger.original("id of forged"), "id of forged");
    });
  }
});
