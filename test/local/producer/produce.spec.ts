import assert from "node:assert/strict";
import { type ProducerInput, produce, type Refusal } from "../../../local/producer/produce.ts";

/** What is refused of `input` where the stack has the topics orders and payments, which no one answers for. */
async function refusals(...input: ProducerInput[]): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  await produce(input, {
    endpoint: "http://127.0.0.1:1",
    region: "eu-west-1",
    queueUrls: new Map(["orders", "payments"].map((topic) => [topic, `http://127.0.0.1:1/${topic}`])),
    refused: (refusal) => refused.push(refusal),
  });
  return refused;
}

describe("producer", () => {
  const reason = 'the stack has no topic "nosuch"; it has: orders, payments';

  it("refuses an unknown topic, names its line and the topics that there are", async () => {
    assert.deepEqual(await refusals({ line: 3, topic: "nosuch", body: "{}" }), [{ where: "line 3", reason }]);
  });

  it("names the topic of an event that stands on no line", async () => {
    assert.deepEqual(await refusals({ topic: "nosuch", body: "{}" }), [{ where: "topic nosuch", reason }]);
  });

  it("refuses what could not be read, and goes on", async () => {
    assert.deepEqual(
      await refusals({ line: 1, problem: "is not UTF-8" }, { problem: "no events were read from standard input" }),
      [
        { where: "line 1", reason: "is not UTF-8" },
        { where: undefined, reason: "no events were read from standard input" },
      ],
    );
  });
});
