import assert from "node:assert/strict";
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { thrownFailure } from "../../../functions/sqs-processor/dependency-failure.ts";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { firehoseOutage } from "../../../local/faults/firehose-outage.ts";
import { order } from "../firehose/fixtures.ts";
import { batchOf, FakeService, firehoseOf, idsOf, scene } from "./fixtures.ts";

/** Firehose with the fault in its way. */
function outage(asked: Parameters<typeof scene>[1] = {}) {
  const { parts, clock, trigger } = scene("firehose-outage", asked);
  const { service, tables } = firehoseOf(clock);
  const faulty = firehoseOutage(parts).service?.(service);
  const call = async (action: string, input: Record<string, unknown>) => faulty?.call(action, input);
  return { call, clock, trigger, service, tables };
}

const FAILURE = { name: "InternalFailure", status: 500 };
/** How long the sqs-processor's client waits for Firehose. */
const PATIENCE_MS = 3000;

describe("fault firehose-outage", () => {
  it("fails every put, one half at once and one half after a client's patience, and stores nothing", async () => {
    const { call, clock, trigger, service, tables } = outage();
    const times: number[] = [];
    const start = clock.now();
    const fail = (put: Promise<unknown>) => assert.rejects(put, FAILURE).then(() => times.push(clock.now() - start));
    const puts = idsOf(100).flatMap((id) => [
      fail(call("PutRecordBatch", batchOf([id]))),
      fail(call("PutRecord", { DeliveryStreamName: "events", Record: { Data: order(id).data } })),
    ]);
    await clock.advance(0);
    const atOnce = times.length;
    assert.ok(atOnce > 60 && atOnce < 140, `${atOnce} of 200`);
    await clock.advance(PATIENCE_MS);
    assert.equal(times.length, atOnce);
    await clock.advance(1000);
    await Promise.all(puts);
    await service.flush();
    assert.deepEqual(tables.ids(), []);
    assert.equal(trigger.injected, 200);
  });

  it("delivers what was accepted before, and what comes after", async () => {
    const { call, clock, service, tables } = outage({ from: 10, to: 1200 });
    await call("PutRecordBatch", batchOf(["before"]));
    await clock.advance(10_000);
    const lost = assert.rejects(call("PutRecordBatch", batchOf(["during"])), FAILURE);
    // The stream's buffer is sent on after five minutes.
    await clock.advance(300_000);
    await lost;
    assert.deepEqual(tables.ids(), ["before"]);
    await clock.advance(890_000);
    await call("PutRecordBatch", batchOf(["after"]));
    await service.flush();
    assert.deepEqual(tables.ids(), ["before", "after"]);
  });

  it("lets the other puts through where it is not total", async () => {
    const { call, clock, trigger, service, tables } = outage({ rate: 0.5 });
    const stored: string[] = [];
    for (const id of idsOf(100)) {
      const put = call("PutRecordBatch", batchOf([id])).then(
        () => stored.push(id),
        () => undefined,
      );
      await clock.advance(4000);
      await put;
    }
    await service.flush();
    assert.deepEqual(tables.ids(), stored);
    assert.equal(trigger.injected, 100 - stored.length);
    assert.ok(stored.length > 30 && stored.length < 70, `${stored.length} of 100`);
  });

  it("repeats for the same seed", async () => {
    const silences = async (seed: number) => {
      const { call, clock } = outage({ seed });
      const silent: boolean[] = [];
      const puts = idsOf(50).map(async (id, index) => {
        silent[index] = true;
        await assert.rejects(call("PutRecordBatch", batchOf([id])), FAILURE);
        silent[index] = false;
      });
      await clock.advance(0);
      const during = [...silent];
      await clock.advance(4000);
      await Promise.all(puts);
      return during;
    };
    assert.deepEqual(await silences(1), await silences(1));
    assert.notDeepEqual(await silences(1), await silences(2));
  });

  it("leaves other calls and other services as they are", async () => {
    const { call, trigger } = outage();
    await call("DescribeDeliveryStream", { DeliveryStreamName: "events" });
    const sqs = new FakeService("sqs");
    assert.equal(firehoseOutage(scene("firehose-outage").parts).service?.(sqs), sqs);
    assert.equal(trigger.injected, 0);
  });

  describe("as Firehose's SDK meets it", () => {
    let gateway: Gateway;
    before(async () => {
      gateway = await openGateway();
    });
    after(() => gateway.close());

    it("is a dependency that is away, whichever way it fails", async () => {
      const { parts } = scene("firehose-outage");
      gateway.attach([firehoseOutage(parts).service?.(new FakeService("firehose")) ?? new FakeService("firehose")]);
      const client = new FirehoseClient({
        endpoint: gateway.endpoint,
        region: "eu-west-1",
        credentials: { accessKeyId: "key", secretAccessKey: "secret" },
        maxAttempts: 1,
        // The virtual clock stands still, so that what is silent stays so.
        requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
      });
      const names = new Set<string>();
      for (let put = 0; put < 20; put += 1) {
        const Records = [{ Data: Buffer.from("{}") }];
        const error = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: "events", Records })).then(
          () => assert.fail("it was stored"),
          (thrown: Error) => thrown,
        );
        assert.equal(thrownFailure(error), "UNAVAILABLE");
        names.add(error.name);
      }
      client.destroy();
      assert.deepEqual([...names].toSorted(), ["InternalFailure", "TimeoutError"]);
    });
  });
});
