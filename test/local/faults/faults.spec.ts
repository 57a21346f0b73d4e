import assert from "node:assert/strict";
import { type AskedFault, FAULT_NAMES, readFaults } from "../../../local/faults/asked-fault.ts";
import { type FaultPlan, Faults } from "../../../local/faults/faults.ts";
import { POISON_MARKER } from "../../../local/input/poison.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { FakeFunction, FakeTables, record } from "../firehose/fixtures.ts";
import { newQueue } from "../sqs/fixtures.ts";
import { callerWith, executionsOf, FakeExecution, FakeService, targets } from "./fixtures.ts";

function faultsOf(plan: Partial<FaultPlan> = {}) {
  const clock = virtualClock();
  const execution = new FakeExecution();
  const executions = executionsOf({ processor: execution });
  const faults = new Faults({ asked: [], poison: false, seed: 1, ...plan }, { targets, executions, clock });
  return { faults, clock, execution };
}

const asked = (...texts: string[]): AskedFault[] => texts.flatMap((text) => readFaults(text));

describe("the faults of a run", () => {
  it("are in nobody's way where none is asked for", () => {
    const { faults } = faultsOf();
    const [sqs, s3] = [new FakeService("sqs"), { name: "s3", port: 1 }];
    const [{ queue }, fn, tables] = [newQueue(), new FakeFunction(), new FakeTables()];
    assert.equal(faults.service(sqs), sqs);
    assert.equal(faults.httpService(s3), s3);
    assert.equal(faults.queue(queue), queue);
    assert.equal(faults.transformInvoker(fn), fn);
    assert.equal(faults.tables(tables), tables);
    assert.deepEqual(faults.injected(), {});
  });

  it("are in the way of what they concern, all of them together", () => {
    const { faults } = faultsOf({ asked: asked("all"), poison: true });
    for (const name of ["sqs", "firehose", "dynamodb"]) {
      const service = new FakeService(name);
      const faulty = faults.service(service);
      assert.notEqual(faulty, service);
      assert.deepEqual([faulty.name, faulty.contentType], [service.name, service.contentType]);
    }
    const [s3, { queue }, fn, tables] = [{ name: "s3", port: 1 }, newQueue(), new FakeFunction(), new FakeTables()];
    assert.notEqual(faults.httpService(s3), s3);
    assert.notEqual(faults.queue(queue), queue);
    assert.notEqual(faults.transformInvoker(fn), fn);
    assert.notEqual(faults.tables(tables), tables);
    assert.deepEqual(Object.keys(faults.injected()), [...FAULT_NAMES, "poison"]);
  });

  it("begin with the first send", async () => {
    const { faults, clock } = faultsOf({ asked: asked("firehose-throttle=1@10-20") });
    const [sqs, firehose] = [faults.service(new FakeService("sqs")), faults.service(new FakeService("firehose"))];
    const put = () =>
      firehose.call("PutRecordBatch", { Records: [] }).then(
        () => "stored",
        () => "refused",
      );
    await clock.advance(15_000);
    await sqs.call("ReceiveMessage", {});
    assert.equal(await put(), "stored");
    await sqs.call("SendMessageBatch", {});
    await clock.advance(9_000);
    await sqs.call("SendMessage", {});
    assert.equal(await put(), "stored");
    await clock.advance(1_000);
    assert.equal(await put(), "refused");
    await clock.advance(10_000);
    assert.equal(await put(), "stored");
    assert.deepEqual(faults.injected(), { "firehose-throttle": 1 });
  });

  it("draw each by itself, whatever else is asked for", async () => {
    const throttled = async (...texts: string[]) => {
      const { faults } = faultsOf({ asked: asked(...texts) });
      const [sqs, firehose] = [faults.service(new FakeService("sqs")), faults.service(new FakeService("firehose"))];
      const dynamodb = faults.service(new FakeService("dynamodb"));
      await sqs.call("SendMessage", {});
      const outcomes: boolean[] = [];
      for (let put = 0; put < 100; put += 1) {
        await dynamodb.call("PutItem", { TableName: targets.errorTracker }).catch(() => undefined);
        const outcome = firehose.call("PutRecord", {});
        outcomes.push(
          await outcome.then(
            () => false,
            () => true,
          ),
        );
      }
      return outcomes;
    };
    const alone = await throttled("firehose-throttle=0.3");
    assert.ok(alone.includes(true) && alone.includes(false));
    assert.deepEqual(await throttled("tracker-throttle=0.7", "firehose-throttle=0.3"), alone);
  });

  it("take the last of several with the same name", async () => {
    const { faults } = faultsOf({ asked: asked("all", "tracker-throttle=1", "tracker-throttle=0") });
    await faults.service(new FakeService("sqs")).call("SendMessage", {});
    const dynamodb = faults.service(new FakeService("dynamodb"));
    for (let write = 0; write < 100; write += 1) await dynamodb.call("PutItem", { TableName: targets.errorTracker });
    assert.equal(faults.injected()["tracker-throttle"], 0);
  });

  it("leave what comes of poison to poison", async () => {
    const { faults, execution } = faultsOf({ asked: asked("all=1"), poison: true });
    await faults.service(new FakeService("sqs")).call("SendMessage", {});
    const input = { Records: [{ Data: record(POISON_MARKER).data }] };
    const firehose = faults.service(new FakeService("firehose"));
    await assert.rejects(firehose.call("PutRecordBatch", input, callerWith("processor")), { name: "InternalFailure" });
    assert.equal(execution.kills, 1);
    const { poison, ...others } = faults.injected();
    assert.equal(poison, 1);
    assert.ok(Object.values(others).every((count) => count === 0));
  });
});
