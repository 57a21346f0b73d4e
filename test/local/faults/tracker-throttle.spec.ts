import assert from "node:assert/strict";
import { trackerThrottle } from "../../../local/faults/tracker-throttle.ts";
import { FakeService, scene } from "./fixtures.ts";

const ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/error-tracker";

describe("fault tracker-throttle", () => {
  const writes: [action: string, input: Record<string, unknown>][] = [
    ["PutItem", { TableName: "error-tracker", Item: {} }],
    ["UpdateItem", { TableName: "error-tracker", Key: {} }],
    ["DeleteItem", { TableName: ARN, Key: {} }],
    ["BatchWriteItem", { RequestItems: { other: [], "error-tracker": [] } }],
  ];
  for (const [action, input] of writes) {
    it(`refuses ${action}, in either of DynamoDB's ways, and writes nothing`, async () => {
      const dynamodb = new FakeService("dynamodb");
      const names = new Set<string>();
      for (let seed = 0; seed < 20; seed += 1) {
        const faulty = trackerThrottle(scene("tracker-throttle", { seed }).parts).service?.(dynamodb);
        await assert.rejects(
          async () => faulty?.call(action, input),
          ({ name, message, status }: Error & { status: number }) => {
            names.add(name);
            return status === 400 && /throughput/.test(message);
          },
        );
      }
      assert.deepEqual([...names].toSorted(), ["ProvisionedThroughputExceededException", "ThrottlingException"]);
      assert.deepEqual(dynamodb.calls, []);
    });
  }

  it("lets reads, and other tables' writes, through", async () => {
    const { parts, trigger } = scene("tracker-throttle");
    const dynamodb = new FakeService("dynamodb");
    const faulty = trackerThrottle(parts).service?.(dynamodb);
    await faulty?.call("GetItem", { TableName: "error-tracker" });
    await faulty?.call("PutItem", { TableName: "other" });
    await faulty?.call("BatchWriteItem", { RequestItems: { other: [] } });
    await faulty?.call("BatchWriteItem", {});
    assert.equal(dynamodb.calls.length, 4);
    assert.equal(trigger.injected, 0);
  });

  it("counts what it refuses, and leaves other services as they are", async () => {
    const { parts, trigger } = scene("tracker-throttle", { rate: 0.5 });
    const dynamodb = new FakeService("dynamodb");
    const fault = trackerThrottle(parts);
    const faulty = fault.service?.(dynamodb);
    for (let write = 0; write < 100; write += 1) {
      await faulty?.call("PutItem", { TableName: "error-tracker" }).catch(() => undefined);
    }
    assert.equal(dynamodb.calls.length + trigger.injected, 100);
    const sqs = new FakeService("sqs");
    assert.equal(fault.service?.(sqs), sqs);
  });
});
