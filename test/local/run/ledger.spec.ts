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
    const ledger = new Ledger(["orders"]);
    const replay = JSON.stringify({ messageId: "first", sentAt: 1, replayCount: 1 });
    await ledger.before(sqs).call("SendMessage", {
      QueueUrl: url("orders"),
      MessageBody: "again",
      MessageAttributes: { [REPLAY_ATTRIBUTE]: { DataType: "String", StringValue: replay } },
    });
    assert.equal(ledger.count, 0);
    assert.equal(ledger.original("id of again"), "first");
    assert.equal(ledger.original("other"), "other");
  });
});
