import assert from "node:assert/strict";
import fc from "fast-check";
import { AwsError } from "../../../local/api/errors.ts";
import { AsynchronousInvocations } from "../../../local/lambda/asynchronous.ts";
import type { Invocation } from "../../../local/lambda/invoker.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { RecordedMetrics } from "./recorded-metrics.ts";

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:breaker";
const HOUR = 3_600_000;

type Outcome = "succeed" | "fail" | "throttle" | "break" | "refuse";

/** @param outcomes Of each try, in their order; the last holds from then on. */
function setUp(outcomes: Outcome[], speed = 1) {
  const clock = virtualClock(undefined, speed);
  const metrics = new RecordedMetrics();
  const start = clock.now();
  /** When each try was made, in milliseconds from the start. */
  const tries: number[] = [];
  const payloads: string[] = [];
  async function invoke(arn: string, payload: string): Promise<Invocation> {
    assert.equal(arn, functionArn);
    const outcome = outcomes[Math.min(tries.length, outcomes.length - 1)];
    tries.push(clock.now() - start);
    payloads.push(payload);
    switch (outcome) {
      case "throttle":
        throw new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 });
      case "break":
        throw new Error("spawn failed");
      case "refuse":
        throw new AwsError("ResourceNotFoundException", "gone", { status: 404 });
      case "fail":
        return { payload: '{"errorType":"Error"}', functionError: "Unhandled" };
      default:
        return { payload: "null" };
    }
  }
  const asynchronous = new AsynchronousInvocations({ invoker: { invoke }, clock, metrics });
  return { clock, metrics, tries, payloads, asynchronous };
}

describe("an asynchronous invocation", () => {
  it("runs its function once when that succeeds", async () => {
    const { clock, metrics, tries, payloads, asynchronous } = setUp(["succeed"]);
    asynchronous.invokeAsync(functionArn, '{"a":1}');
    assert.equal(asynchronous.pending, 1);
    await clock.advance(6 * HOUR);
    assert.deepEqual([tries, payloads, asynchronous.pending], [[0], ['{"a":1}'], 0]);
    assert.deepEqual([metrics.sum("AsyncEventsReceived"), metrics.sum("AsyncEventsDropped")], [1, 0]);
    assert.deepEqual(metrics.of("AsyncEventsReceived")[0]?.metric.dimensions, { FunctionName: "breaker" });
  });

  it("is tried twice more when its function fails, after one minute and two, and then dropped", async () => {
    const { clock, metrics, tries, asynchronous } = setUp(["fail"]);
    asynchronous.invokeAsync(functionArn, "{}");
    await clock.advance(6 * HOUR);
    assert.deepEqual(tries, [0, 60_000, 180_000]);
    assert.deepEqual([metrics.sum("AsyncEventsDropped"), asynchronous.pending], [1, 0]);
    assert.deepEqual(metrics.values("AsyncEventAge"), [0, 60_000, 180_000]);
  });

  it("is tried no more once it has succeeded", async () => {
    const { clock, metrics, tries, asynchronous } = setUp(["fail", "succeed"]);
    asynchronous.invokeAsync(functionArn, "{}");
    await clock.advance(6 * HOUR);
    assert.deepEqual([tries, metrics.sum("AsyncEventsDropped")], [[0, 60_000], 0]);
  });

  it("waits in AWS's time", async () => {
    const { clock, metrics, tries, asynchronous } = setUp(["fail"], 20);
    asynchronous.invokeAsync(functionArn, "{}");
    await clock.advance(HOUR);
    assert.deepEqual(tries, [0, 3_000, 9_000]);
    assert.deepEqual(metrics.values("AsyncEventAge"), [0, 60_000, 180_000]);
  });

  for (const outcome of ["throttle", "break"] as const) {
    it(`is tried for six hours, at least every five minutes, while AWS's answer is "${outcome}"`, async () => {
      const { clock, metrics, tries, asynchronous } = setUp([outcome]);
      asynchronous.invokeAsync(functionArn, "{}");
      await clock.advance(7 * HOUR);
      assert.deepEqual(
        tries.slice(0, 11),
        [0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 127_000, 255_000, 511_000, 811_000],
      );
      const last = tries.at(-1) ?? 0;
      assert.ok(last > 6 * HOUR - 300_000 && last <= 6 * HOUR, String(last));
      assert.deepEqual([metrics.sum("AsyncEventsDropped"), asynchronous.pending], [1, 0]);
    });
  }

  it("keeps its tries after failures when it is throttled in between", async () => {
    const { clock, tries, asynchronous } = setUp(["throttle", "fail", "throttle", "fail", "fail"]);
    asynchronous.invokeAsync(functionArn, "{}");
    await clock.advance(6 * HOUR);
    assert.deepEqual(tries, [0, 1_000, 61_000, 63_000, 183_000]);
  });

  it("is dropped at once when no try could go better", async () => {
    const { clock, metrics, tries, asynchronous } = setUp(["refuse"]);
    asynchronous.invokeAsync(functionArn, "{}");
    await clock.advance(HOUR);
    assert.deepEqual([tries, metrics.sum("AsyncEventsDropped")], [[0], 1]);
  });

  it("carries at most 1 MiB", () => {
    const { asynchronous } = setUp(["succeed"]);
    const payload = (bytes: number) => `"${"é".repeat((bytes - 2) / 2)}"`;
    asynchronous.invokeAsync(functionArn, payload(1_048_576));
    assert.throws(() => asynchronous.invokeAsync(functionArn, payload(1_048_578)), {
      name: "RequestTooLargeException",
      status: 413,
      message: "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    });
    assert.equal(asynchronous.pending, 1);
  });

  it("is awaited with its tries by who drains", async () => {
    const { clock, asynchronous } = setUp(["fail", "succeed"]);
    asynchronous.invokeAsync(functionArn, "{}");
    let isDrained = false;
    void asynchronous.drained().then(() => {
      isDrained = true;
    });
    await clock.advance(59_999);
    assert.equal(isDrained, false);
    await clock.advance(1);
    assert.equal(isDrained, true);
  });

  it("finishes the try under way when everything stops, and is forgotten while it waits for another", async () => {
    const { clock, tries, asynchronous } = setUp(["fail"]);
    asynchronous.invokeAsync(functionArn, "{}");
    await clock.advance(0);
    asynchronous.invokeAsync(functionArn, "{}");
    const drained = asynchronous.drained();
    await asynchronous.stop();
    await drained;
    assert.deepEqual([asynchronous.pending, clock.pending(), tries], [0, 0, [0, 0]]);
    assert.throws(() => asynchronous.invokeAsync(functionArn, "{}"), { name: "ServiceException" });
  });

  it("ends in success or in being dropped, whatever happens on the way", async () => {
    const outcome = fc.constantFrom<Outcome>("succeed", "fail", "throttle", "break", "refuse");
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 12 }), async (outcomes) => {
        const { clock, metrics, tries, asynchronous } = setUp(outcomes);
        asynchronous.invokeAsync(functionArn, "{}");
        await clock.advance(7 * HOUR);
        const last = outcomes[Math.min(tries.length, outcomes.length) - 1];
        assert.equal(metrics.sum("AsyncEventsDropped"), last === "succeed" ? 0 : 1);
        assert.deepEqual([asynchronous.pending, clock.pending()], [0, 0]);
        const failures = tries.filter((_, at) => outcomes[Math.min(at, outcomes.length - 1)] === "fail").length;
        assert.ok(failures <= 3);
      }),
    );
  });
});
