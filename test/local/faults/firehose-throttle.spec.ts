import assert from "node:assert/strict";
import { firehoseThrottle } from "../../../local/faults/firehose-throttle.ts";
import { order } from "../firehose/fixtures.ts";
import { batchOf, FakeService, firehoseOf, scene } from "./fixtures.ts";

describe("fault firehose-throttle", () => {
  it("refuses a whole put in Firehose's own words, and stores nothing of it", async () => {
    const { parts, clock, trigger } = scene("firehose-throttle");
    const { service, tables } = firehoseOf(clock);
    const faulty = firehoseThrottle(parts).service?.(service);
    const refusal = { name: "ServiceUnavailableException", message: "Slow down.", status: 503 };
    const single = { DeliveryStreamName: "events", Record: { Data: order("c").data } };
    await assert.rejects(async () => faulty?.call("PutRecordBatch", batchOf(["a", "b"])), refusal);
    await assert.rejects(async () => faulty?.call("PutRecord", single), refusal);
    await service.flush();
    assert.deepEqual(tables.ids(), []);
    assert.equal(trigger.injected, 2);
  });

  it("lets the other puts and all other calls through", async () => {
    const { parts, clock, trigger } = scene("firehose-throttle", { rate: 0.5 });
    const { service, tables } = firehoseOf(clock);
    const faulty = firehoseThrottle(parts).service?.(service);
    const stored: string[] = [];
    for (let put = 0; put < 100; put += 1) {
      await faulty?.call("PutRecordBatch", batchOf([`a${put}`])).then(
        () => stored.push(`a${put}`),
        () => undefined,
      );
      await faulty?.call("DescribeDeliveryStream", { DeliveryStreamName: "events" });
    }
    await service.flush();
    assert.deepEqual(tables.ids(), stored);
    assert.equal(trigger.injected, 100 - stored.length);
    assert.ok(stored.length > 30 && stored.length < 70, `${stored.length} of 100`);
  });

  it("leaves other services as they are", () => {
    const sqs = new FakeService("sqs");
    assert.equal(firehoseThrottle(scene("firehose-throttle").parts).service?.(sqs), sqs);
  });
});
