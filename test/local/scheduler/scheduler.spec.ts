import assert from "node:assert/strict";
import { AwsError } from "../../../local/api/errors.ts";
import type { Invocation } from "../../../local/lambda/invoker.ts";
import type { ScheduleConfiguration } from "../../../local/scheduler/from-graph.ts";
import { Scheduler } from "../../../local/scheduler/scheduler.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const MINUTE = 60_000;
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:sweep";
const arn = "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/sweep";

function setUp(
  overrides: Partial<ScheduleConfiguration> = {},
  answer: () => Promise<Invocation> = async () => ({ payload: "null" }),
) {
  const clock = virtualClock();
  const invocations: { at: number; arn: string; payload: string }[] = [];
  const invoker = {
    invoke(invoked: string, payload: string) {
      invocations.push({ at: clock.now() - Date.UTC(2026, 0, 1), arn: invoked, payload });
      return answer();
    },
  };
  const schedule = {
    name: "sweep",
    arn,
    enabled: true,
    periodMs: 15 * MINUTE,
    target: { kind: "function" as const, arn: functionArn },
    input: "{}",
    ...overrides,
  };
  const scheduler = new Scheduler([schedule], { invoker, clock });
  scheduler.start();
  return { clock, scheduler, invocations };
}

describe("the scheduler", () => {
  it("invokes the function one period after the start, and then once a period", async () => {
    const { clock, scheduler, invocations } = setUp();
    await clock.advance(46 * MINUTE);
    assert.deepEqual(
      invocations.map(({ at }) => at),
      [15 * MINUTE, 30 * MINUTE, 45 * MINUTE],
    );
    assert.deepEqual([invocations[0]?.arn, invocations[0]?.payload], [functionArn, "{}"]);
    assert.deepEqual(scheduler.counts.get(arn), { fired: 3, failed: 0 });
  });

  it("does not fire a schedule that is disabled", async () => {
    const { clock, invocations } = setUp({ enabled: false });
    await clock.advance(24 * 60 * MINUTE);
    assert.deepEqual([invocations, clock.pending()], [[], 0]);
  });

  it("fills the context attributes in", async () => {
    const input =
      '["<aws.scheduler.schedule-arn>","<aws.scheduler.scheduled-time>","<aws.scheduler.execution-id>",<aws.scheduler.attempt-number>]';
    const { clock, invocations } = setUp({ input });
    await clock.advance(15 * MINUTE);
    const [scheduleArn, time, id, attempt] = JSON.parse(invocations[0]?.payload ?? "") as unknown[];
    assert.deepEqual([scheduleArn, time, attempt], [arn, "2026-01-01T00:15:00Z", 1]);
    assert.match(String(id), /^[0-9a-f-]{36}$/);
  });

  it("sends a notification of its own where there is no input", async () => {
    const { clock, invocations } = setUp({ input: undefined });
    await clock.advance(15 * MINUTE);
    const { id, ...notification } = JSON.parse(invocations[0]?.payload ?? "") as Record<string, unknown>;
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.deepEqual(notification, {
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: "123456789012",
      time: "2026-01-01T00:15:00Z",
      region: "eu-west-1",
      resources: [arn],
      detail: "{}",
    });
  });

  const failures: [string, () => Promise<Invocation>][] = [
    ["fails", async () => ({ payload: "{}", functionError: "Unhandled" })],
    ["cannot be invoked", () => Promise.reject(new AwsError("TooManyRequestsException", "Rate Exceeded."))],
  ];
  for (const [title, answer] of failures) {
    it(`counts a function that ${title}, and goes on`, async () => {
      const { clock, scheduler } = setUp({}, answer);
      await clock.advance(30 * MINUTE);
      assert.deepEqual(scheduler.counts.get(arn), { fired: 2, failed: 2 });
    });
  }

  it("fires while the last invocation is under way, and waits for all of them when it stops", async () => {
    const { promise, resolve } = Promise.withResolvers<Invocation>();
    const { clock, scheduler, invocations } = setUp({}, () => promise);
    await clock.advance(30 * MINUTE);
    assert.deepEqual([invocations.length, scheduler.running], [2, 2]);
    let stopped = false;
    const stop = scheduler.stop().then(() => {
      stopped = true;
    });
    await clock.advance(60 * MINUTE);
    assert.deepEqual([invocations.length, stopped, clock.pending()], [2, false, 0]);
    resolve({ payload: "null" });
    await stop;
    assert.equal(scheduler.running, 0);
  });

  describe("of a state machine", () => {
    const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:refinery";
    const target = { kind: "stateMachine", arn: machineArn } as const;
    const invoker = { invoke: () => assert.fail("nothing is to be invoked") };

    function setUpMachine(start: () => string) {
      const clock = virtualClock();
      const starts: unknown[][] = [];
      const executions = {
        start: (...args: unknown[]) => {
          starts.push(args);
          return start();
        },
      };
      const input = '{"at":"<aws.scheduler.scheduled-time>"}';
      const schedule = { name: "refinery", arn, enabled: true, periodMs: 15 * MINUTE, target, input };
      const scheduler = new Scheduler([schedule], { invoker, executions, clock });
      scheduler.start();
      return { clock, starts, scheduler };
    }

    it("starts an execution a period, with its input and a name of AWS's choice", async () => {
      const { clock, starts, scheduler } = setUpMachine(() => "arn");
      await clock.advance(30 * MINUTE);
      assert.deepEqual(starts, [
        [machineArn, '{"at":"2026-01-01T00:15:00Z"}'],
        [machineArn, '{"at":"2026-01-01T00:30:00Z"}'],
      ]);
      assert.deepEqual([scheduler.counts.get(arn), scheduler.running], [{ fired: 2, failed: 0 }, 0]);
    });

    it("counts an execution that cannot be started, and goes on", async () => {
      const { clock, scheduler } = setUpMachine(() => {
        throw new AwsError("ServiceUnavailable", "the local cloud has stopped");
      });
      await clock.advance(30 * MINUTE);
      assert.deepEqual(scheduler.counts.get(arn), { fired: 2, failed: 2 });
    });

    it("is refused where nothing starts executions", () => {
      const schedule = { name: "refinery", arn, enabled: true, periodMs: MINUTE, target, input: "{}" };
      assert.throws(
        () => new Scheduler([schedule], { invoker, clock: virtualClock() }),
        /as the schedule refinery does/,
      );
    });
  });
});
