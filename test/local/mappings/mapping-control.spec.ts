import assert from "node:assert/strict";
import fc from "fast-check";
import type { MappingConfiguration } from "../../../local/mappings/configuration.ts";
import { EventSourceMapping } from "../../../local/mappings/event-source-mapping.ts";
import { MappingControl } from "../../../local/mappings/mapping-control.ts";
import { newQueue, newQueueWithDeadLetters, receiveOne } from "../sqs/fixtures.ts";
import { FakeFunction, functionArn } from "./fake-function.ts";
import { setUp as setUpStream } from "./stream-fixtures.ts";

const uuid = "00000000-0000-4000-8000-000000000001";
const HOUR = 3_600_000;
const inUse = {
  name: "ResourceInUseException",
  status: 400,
  message: "Cannot update the event source mapping because it is in use.",
};

/** A mapping of a real queue, which invokes with each message alone and at once. */
function setUp(
  overrides: Partial<MappingConfiguration> = {},
  { queue, clock } = newQueue({ visibilityTimeoutSeconds: 90 }),
) {
  const processor = new FakeFunction();
  const configuration: MappingConfiguration = {
    uuid,
    queueArn: queue.arn,
    functionArn,
    batchSize: 1,
    windowSeconds: 0,
    maximumConcurrency: undefined,
    reportsItemFailures: true,
    emitsEventCounts: false,
    enabled: true,
    ...overrides,
  };
  const mapping = new EventSourceMapping(configuration, {
    queue,
    invoker: processor,
    slots: processor.slots,
    clock,
  });
  mapping.start();
  const control = new MappingControl([mapping], { clock });
  /** @returns its message id. */
  const send = async (): Promise<string> => {
    const { messageId } = queue.send({ body: "{}" });
    await clock.advance(0);
    return messageId;
  };
  return { clock, queue, processor, mapping, control, send, state: () => control.get(uuid).state };
}

const settings = { batchSize: 1, windowSeconds: 0, maximumConcurrency: 2, reportsItemFailures: true };

describe("the control of mappings", () => {
  describe("disabling", () => {
    it("takes 15 s, in which messages may still be taken, and then takes no more", async () => {
      const { clock, processor, control, send, state } = setUp();
      assert.equal(control.update(uuid, { enabled: false }).state, "Disabling");
      await clock.advance(14_999);
      const taken = await send();
      assert.deepEqual([state(), processor.batches], ["Disabling", [[taken]]]);
      await clock.advance(1);
      await send();
      assert.deepEqual([state(), processor.batches.length], ["Disabled", 1]);
    });

    it("costs a message that is sent later no receive, and lets what is in flight finish", async () => {
      const { clock, queue, processor, control, send } = setUp();
      const early = await send();
      control.update(uuid, { enabled: false });
      await clock.advance(15_000);
      const late = await send();
      await clock.advance(60_000);
      assert.deepEqual(queue.counts(), { visible: 1, inFlight: 1, delayed: 0 });
      processor.succeed();
      await clock.advance(HOUR);
      assert.deepEqual(queue.counts(), { visible: 1, inFlight: 0, delayed: 0 });
      assert.deepEqual(processor.batches, [[early]]);
      const { messageId, attributes } = receiveOne(queue);
      assert.deepEqual([messageId, attributes.ApproximateReceiveCount], [late, "1"]);
    });

    it("keeps a queue for any time from moving a message to its dead-letter queue", async () => {
      const { source, target, clock } = newQueueWithDeadLetters(2);
      const { processor, control, send } = setUp({}, { queue: source, clock });
      await send();
      processor.running[0]?.answer({ functionError: "Unhandled" });
      control.update(uuid, { enabled: false });
      await clock.advance(24 * HOUR);
      assert.deepEqual([source.counts().visible, target.counts().visible], [1, 0]);
      control.update(uuid, { enabled: true });
      await clock.advance(15_000);
      processor.succeed();
      await clock.advance(0);
      assert.deepEqual([source.counts().visible, target.counts().visible, processor.batches.length], [0, 0, 2]);
    });

    it("hands over what it has gathered for a batch", async () => {
      const { clock, processor, control, send } = setUp({ batchSize: 10, windowSeconds: 300 });
      const gathered = await send();
      control.update(uuid, { enabled: false });
      await clock.advance(15_000);
      assert.deepEqual(processor.batches, [[gathered]]);
    });
  });

  it("lets a mapping take messages when Enabling has ended", async () => {
    const { clock, processor, control, send, state } = setUp({ enabled: false });
    assert.equal(state(), "Disabled");
    await send();
    assert.equal(control.update(uuid, { enabled: true }).state, "Enabling");
    await clock.advance(14_999);
    assert.deepEqual([state(), processor.batches.length], ["Enabling", 0]);
    await clock.advance(1);
    assert.deepEqual([state(), processor.batches.length], ["Enabled", 1]);
  });

  describe("new settings", () => {
    it("are shown at once, and in force when Updating has ended", async () => {
      const { clock, processor, control, send, state } = setUp();
      const answer = control.update(uuid, { settings });
      assert.deepEqual([answer.state, answer.configuration], ["Updating", control.get(uuid).configuration]);
      assert.equal("maximumConcurrency" in answer.configuration && answer.configuration.maximumConcurrency, 2);
      for (let sent = 0; sent < 3; sent += 1) await send();
      assert.equal(processor.running.length, 3);
      await clock.advance(15_000);
      await send();
      assert.deepEqual([state(), processor.running.length], ["Enabled", 3]);
      processor.running[0]?.answer({});
      processor.running[0]?.answer({});
      await clock.advance(0);
      assert.equal(processor.batches.length, 4);
    });

    it("leave a disabled mapping disabled", async () => {
      const { clock, processor, mapping, control, send, state } = setUp({ enabled: false });
      await send();
      assert.equal(control.update(uuid, { settings }).state, "Updating");
      await clock.advance(15_000);
      assert.deepEqual([state(), processor.batches], ["Disabled", []]);
      assert.equal(mapping.configuration.maximumConcurrency, 2);
    });

    it("come together with a change of state", async () => {
      const { clock, mapping, control, state } = setUp();
      assert.equal(control.update(uuid, { enabled: false, settings }).state, "Disabling");
      await clock.advance(15_000);
      assert.deepEqual([state(), mapping.configuration.maximumConcurrency, mapping.enabled], ["Disabled", 2, false]);
      assert.equal(control.update(uuid, { enabled: true, settings: { ...settings, batchSize: 5 } }).state, "Enabling");
      await clock.advance(15_000);
      assert.deepEqual([state(), mapping.configuration.batchSize, mapping.enabled], ["Enabled", 5, true]);
    });
  });

  it("goes through Updating where an update changes nothing", async () => {
    const { clock, control, state } = setUp();
    assert.equal(control.update(uuid, { enabled: true }).state, "Updating");
    await clock.advance(15_000);
    assert.equal(state(), "Enabled");
  });

  it("refuses an update during a transition, and leaves that as it is", async () => {
    const { clock, mapping, control, state } = setUp();
    control.update(uuid, { enabled: false });
    assert.throws(() => control.update(uuid, { enabled: true }), inUse);
    assert.throws(() => control.update(uuid, { settings }), inUse);
    await clock.advance(15_000);
    assert.deepEqual(
      [state(), mapping.enabled, mapping.configuration.maximumConcurrency],
      ["Disabled", false, undefined],
    );
    assert.equal(control.update(uuid, { enabled: true }).state, "Enabling");
  });

  it("says when the state last changed", async () => {
    const { clock, control } = setUp();
    const start = clock.now();
    await clock.advance(1_000);
    assert.equal(control.get(uuid).lastModified, start);
    assert.equal(control.update(uuid, { enabled: false }).lastModified, start + 1_000);
    await clock.advance(20_000);
    assert.equal(control.get(uuid).lastModified, start + 16_000);
  });

  it("changes the mapping of a stream in the same way", async () => {
    const { clock, mapping, insert, batches } = setUpStream();
    const control = new MappingControl([mapping], { clock, transitionMs: 1_000 });
    assert.equal(control.update(uuid, { enabled: false }).state, "Disabling");
    insert("a");
    await clock.advance(1_000);
    assert.deepEqual([control.get(uuid).state, batches], ["Disabled", [["a"]]]);
    insert("b");
    await clock.advance(HOUR);
    control.update(uuid, { enabled: true });
    await clock.advance(1_250);
    assert.deepEqual([control.get(uuid).state, batches], ["Enabled", [["a"], ["b"]]]);
  });

  it("takes its time from the clock", async () => {
    const { mapping } = setUp();
    const { clock } = setUpStream({ speed: 20 });
    const control = new MappingControl([mapping], { clock });
    control.update(uuid, { enabled: false });
    await clock.advance(15_000 / 20 - 1);
    assert.equal(control.get(uuid).state, "Disabling");
    await clock.advance(1);
    assert.equal(control.get(uuid).state, "Disabled");
  });

  it("knows the mappings by their UUIDs, and lists them in that order", () => {
    const { mapping, clock } = setUp();
    const ids = ["c", "a", "b"];
    const mappings = ids.map((id) => ({
      configuration: { ...mapping.configuration, uuid: id },
      setEnabled: () => {},
    }));
    const control = new MappingControl(mappings, { clock });
    assert.deepEqual(
      control.list().map(({ configuration }) => configuration.uuid),
      ["a", "b", "c"],
    );
    const unknown = { name: "ResourceNotFoundException", status: 404 };
    assert.throws(() => control.get("d"), unknown);
    assert.throws(() => control.update("d", {}), unknown);
  });

  it("leaves everything as it is once it is closed", async () => {
    const { clock, mapping, control } = setUp({ enabled: false });
    control.update(uuid, { enabled: true });
    control.close();
    await clock.advance(HOUR);
    assert.deepEqual([mapping.enabled, clock.pending()], [false, 0]);
    assert.throws(() => control.update(uuid, { enabled: true }), { name: "ServiceException" });
  });

  it("has a mapping poll in no other state than its own, whatever is asked and when", async () => {
    const step = fc.oneof(
      fc.record({ enabled: fc.option(fc.boolean(), { nil: undefined }) }),
      fc.record({ wait: fc.integer({ min: 1, max: 20_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.boolean(), async (steps, enabled) => {
        const { clock, mapping, control, state } = setUp({ enabled });
        let wanted = enabled;
        for (const action of steps) {
          if ("wait" in action) {
            await clock.advance(action.wait);
          } else if (state() === "Enabled" || state() === "Disabled") {
            control.update(uuid, action);
            wanted = action.enabled ?? wanted;
          } else {
            assert.throws(() => control.update(uuid, action), inUse);
          }
          if (state() === "Enabled" || state() === "Disabled") {
            assert.equal(mapping.enabled, state() === "Enabled");
          }
        }
        await clock.advance(15_000);
        assert.deepEqual([state(), mapping.enabled], [wanted ? "Enabled" : "Disabled", wanted]);
      }),
    );
  });
});
