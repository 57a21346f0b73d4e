import assert from "node:assert/strict";
import { ProducerProcess } from "../../../local/producer/process.ts";

const JOB = {
  records: 0,
  malformed: 0,
  poison: 0,
  bytes: undefined,
  seed: 1,
  input: "-",
  topic: "orders",
  // Nobody listens there: whatever it sent would be refused.
  endpoint: "http://127.0.0.1:9",
  region: "eu-west-1",
  queueUrls: [["orders", "http://127.0.0.1:9/123456789012/orders"]] as [string, string][],
};

describe("the producer's process", () => {
  let producer: ProducerProcess;
  beforeEach(() => {
    producer = new ProducerProcess();
  });
  afterEach(() => producer.close());

  it("reads no input that it was asked to leave before it began", async () => {
    await producer.ready;
    producer.stop();
    await producer.send(JOB, (refusal) => assert.fail(JSON.stringify(refusal)));
  });

  it("takes no job once its process has ended", async () => {
    await producer.ready;
    producer.close();
    await assert.rejects(
      producer.send(JOB, () => undefined),
      /the producer's process ended early: SIGKILL/,
    );
  });
});
