import assert from "node:assert/strict";
import { systemClock } from "../../../local/clock.ts";
import { awsMilliseconds, FunctionMetrics } from "../../../local/lambda/metrics.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { endHosts, functionOf, hostOf } from "./hosts.ts";
import { RecordedMetrics } from "./recorded-metrics.ts";

const SPEED = 20;

interface Overrides {
  timeoutSeconds?: number;
  reservedConcurrency?: number;
  /** Milliseconds until the handler is loaded. */
  start?: number;
}

describe("the metrics of a function", () => {
  it("are Lambda's own, by the function's name", () => {
    const sink = new RecordedMetrics();
    new FunctionMetrics({ name: "processor", timeoutSeconds: 3 }, { sink, clock: virtualClock() }).throttled();
    const metric = { namespace: "AWS/Lambda", name: "Throttles", dimensions: { FunctionName: "processor" } };
    assert.deepEqual(sink.samples, [{ metric, value: 1, timestamp: virtualClock().now() }]);
  });

  it("measure in AWS's time, so that a share of the timeout stays that share at any speed", () => {
    const sink = new RecordedMetrics();
    const clock = virtualClock(undefined, SPEED);
    const metrics = new FunctionMetrics({ name: "processor", timeoutSeconds: 30 }, { sink, clock });
    metrics.ran(clock.span(30_000) * 0.8);
    metrics.ran(clock.span(30_000) + 2);
    assert.deepEqual(sink.values("Duration"), [24_000, 30_000]);
    assert.equal(awsMilliseconds(clock, 5), 100);
  });

  describe("from the host", () => {
    afterEach(endHosts);

    const HANDLER = `await new Promise((resolve) => setTimeout(resolve, Number(process.env.START)));
    export const handler = async ({ wait, fail }) => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (fail) throw new Error("as asked");
    };`;

    async function running({ start = 0, ...overrides }: Overrides = {}) {
      const metrics = new RecordedMetrics();
      const processor = functionOf({ "index.mjs": HANDLER }, { variables: { START: String(start) }, ...overrides });
      const { host } = await hostOf([processor], { clock: systemClock(SPEED), metrics });
      const invoke = (event: { wait?: number; fail?: boolean }) => host.invoke(processor.arn, JSON.stringify(event));
      return { metrics, invoke };
    }

    it("count an invocation and its failure at the time when it was asked for", async () => {
      const { metrics, invoke } = await running();
      const before = Date.now();
      const asked = invoke({ wait: 50, fail: true });
      const after = Date.now();
      await asked;
      await invoke({});
      assert.deepEqual(metrics.values("Invocations"), [1, 1]);
      assert.deepEqual(metrics.values("Errors"), [1, 0]);
      for (const name of ["Invocations", "Errors"]) {
        const { timestamp } = metrics.of(name)[0] ?? { timestamp: 0 };
        assert.ok(timestamp >= before && timestamp <= after, name);
      }
    });

    it("measure how long the code ran, and not how long its process took to start", async () => {
      const { metrics, invoke } = await running({ start: 500 });
      await invoke({ wait: 100 });
      const [duration = 0] = metrics.values("Duration");
      assert.ok(duration >= 99 * SPEED && duration < 600 * SPEED, String(duration));
    });

    it("give a time-out the timeout, and no more", async () => {
      const { metrics, invoke } = await running({ timeoutSeconds: 2 });
      await invoke({ wait: 10_000 });
      const [duration = 0] = metrics.values("Duration");
      // A timer of Node's may be a millisecond early.
      assert.ok(duration >= 2_000 - 2 * SPEED && duration <= 2_000, String(duration));
      assert.equal(metrics.sum("Errors"), 1);
    });

    it("count a throttled call as that alone", async () => {
      const { metrics, invoke } = await running({ reservedConcurrency: 1 });
      const first = invoke({ wait: 50 });
      await assert.rejects(invoke({}), { name: "TooManyRequestsException" });
      assert.deepEqual([metrics.sum("Throttles"), metrics.sum("Invocations"), metrics.values("Duration")], [1, 0, []]);
      await first;
      assert.deepEqual([metrics.sum("Throttles"), metrics.sum("Invocations")], [1, 1]);
    });

    it("show how many ran at once", async () => {
      const { metrics, invoke } = await running();
      await Promise.all([invoke({ wait: 20 }), invoke({ wait: 20 })]);
      await invoke({});
      assert.deepEqual(metrics.values("ConcurrentExecutions"), [1, 2, 1]);
    });

    it("count a handler that cannot be loaded as a failed invocation, which never ran", async () => {
      const metrics = new RecordedMetrics();
      const broken = functionOf({ "index.mjs": "throw new Error('no handler');" });
      const { host } = await hostOf([broken], { metrics });
      await host.invoke(broken.arn, "{}");
      assert.deepEqual([metrics.sum("Invocations"), metrics.sum("Errors"), metrics.of("Duration")], [1, 1, []]);
    });
  });
});
