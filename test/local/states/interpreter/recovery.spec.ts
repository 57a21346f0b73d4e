import assert from "node:assert/strict";
import { AwsError } from "../../../../local/api/errors.ts";
import { delaySeconds } from "../../../../local/states/interpreter/recovery.ts";
import { answered, functionFailed, INVOKE, machineOf, setUp, summaryOf } from "../fixtures.ts";

const task = {
  Type: "Task",
  Resource: INVOKE,
  Arguments: { FunctionName: "plan" },
  Output: "{% $states.result.Payload %}",
};
const end = { Type: "Pass", End: true };

/** A function that fails with each of the errors in turn, and then answers. */
function failing(...errors: (string | Error)[]) {
  return {
    "lambda:Invoke": () => {
      const error = errors.shift();
      if (error instanceof Error) throw error;
      return error === undefined ? answered("done") : functionFailed(error);
    },
  };
}

describe("a retrier", () => {
  const withRetry = (...Retry: object[]) => machineOf({ A: { ...task, Retry, Next: "End" }, End: end });

  it("tries again after its interval, times its rate, up to its longest delay", async () => {
    const Retry = { ErrorEquals: ["Slow"], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 };
    const { run, services } = setUp(withRetry(Retry), { handlers: failing("Slow", "Slow", "Slow", "Slow") });
    assert.equal(summaryOf(await run({}, 60_000)), "done");
    assert.deepEqual(
      services.named("Invoke").map(({ at }) => at / 1000),
      [0, 2, 8, 18, 28],
    );
  });

  it("has 1 second, rate 2 and 3 attempts where it says nothing", async () => {
    const { run, services } = setUp(withRetry({ ErrorEquals: ["States.ALL"] }), { handlers: failing(..."abcde") });
    const { error, cause } = summaryOf(await run({}, 60_000));
    assert.deepEqual(
      services.named("Invoke").map(({ at }) => at / 1000),
      [0, 1, 3, 7],
    );
    assert.deepEqual([error, JSON.parse(cause)], ["d", { errorType: "d", errorMessage: "broken" }]);
  });

  it("counts its own attempts; the first that takes an error is asked", async () => {
    const Retry = [
      { ErrorEquals: ["A", "B"], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
      { ErrorEquals: ["C"], IntervalSeconds: 5 },
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 100 },
    ];
    const { run, services } = setUp(withRetry(...Retry), { handlers: failing("A", "B", "C", "B") });
    assert.equal((await run({}, 600_000)).error, "B");
    assert.deepEqual(
      services.named("Invoke").map(({ at }) => at / 1000),
      [0, 1, 3, 8],
    );
  });

  it("never tries again with no attempts", async () => {
    const Retry = [{ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }];
    const { run, services } = setUp(withRetry(...Retry), { handlers: failing("A") });
    assert.equal((await run({}, 60_000)).error, "A");
    assert.equal(services.named("Invoke").length, 1);
  });

  it("tells the state how often it was tried again", async () => {
    const Arguments = { FunctionName: "plan", Payload: "{% $states.context.State.RetryCount %}" };
    const Retry = [{ ErrorEquals: ["States.ALL"] }];
    const { run, services } = setUp(machineOf({ A: { ...task, Arguments, Retry, Next: "End" }, End: end }), {
      handlers: failing("A", "B"),
    });
    await run({}, 60_000);
    assert.deepEqual(
      services.named("Invoke").map(({ input }) => input.Payload),
      ["0", "1", "2"],
    );
  });

  it("takes an error of the state's own output", async () => {
    const answers = [answered({}), answered({ n: 1 })];
    const state = {
      ...task,
      Output: "{% $states.result.Payload.n %}",
      Retry: [{ ErrorEquals: ["States.QueryEvaluationError"] }],
    };
    const { run } = setUp(machineOf({ A: { ...state, Next: "End" }, End: end }), {
      handlers: { "lambda:Invoke": () => answers.shift() },
    });
    assert.equal(summaryOf(await run({}, 60_000)), 1);
  });

  it("ends with its execution", async () => {
    const { start, clock, services } = setUp(withRetry({ ErrorEquals: ["A"], IntervalSeconds: 60 }), {
      handlers: failing("A"),
    });
    const execution = start();
    await clock.advance(30_000);
    execution.abort();
    await clock.advance(60_000);
    assert.deepEqual([execution.status, services.calls.length, clock.pending()], ["ABORTED", 1, 0]);
  });

  it("with full jitter waits for any part of the delay", () => {
    const retrier = {
      errors: [],
      intervalSeconds: 4,
      maxAttempts: 3,
      backoffRate: 2,
      maxDelaySeconds: 10,
      jitter: true,
    };
    const delays = [0, 0.5, 0.999].map((random) => delaySeconds(retrier, 1, () => random));
    assert.deepEqual(delays, [0, 4, 7.992]);
    assert.equal(
      delaySeconds(retrier, 5, () => 0.5),
      5,
    );
    assert.equal(
      delaySeconds({ ...retrier, jitter: false }, 1, () => 0),
      8,
    );
  });
});

describe("a catcher", () => {
  const withCatch = (Catch: object[], more: Record<string, object> = {}) =>
    machineOf({ A: { ...task, Assign: { ok: true }, Catch, Next: "End" }, End: end, ...more });

  it("leads on with the error, its cause being the function's whole answer", async () => {
    const { run } = setUp(withCatch([{ ErrorEquals: ["States.ALL"], Next: "End" }]), { handlers: failing("Gone") });
    assert.deepEqual(summaryOf(await run()), {
      Error: "Gone",
      Cause: '{"errorType":"Gone","errorMessage":"broken"}',
    });
  });

  it("says by itself what is handed on and assigned, in place of the state", async () => {
    const Catch = [
      { ErrorEquals: ["Other"], Next: "End" },
      {
        ErrorEquals: ["Gone"],
        Next: "Look",
        Output: { topic: "{% $states.input.topic %}", step: "{% $states.errorOutput.Error %}" },
        Assign: { failure: "{% $states.errorOutput.Error %}" },
      },
    ];
    const Look = { Type: "Pass", Output: "{% [$states.input, $failure, $exists($ok)] %}", End: true };
    const { run } = setUp(withCatch(Catch, { Look }), { handlers: failing("Gone") });
    assert.deepEqual(summaryOf(await run({ topic: "orders" })), [{ topic: "orders", step: "Gone" }, "Gone", false]);
  });

  it("comes after the retriers", async () => {
    const states = {
      A: {
        ...task,
        Retry: [{ ErrorEquals: ["A"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["A"], Next: "End" }],
        Next: "End",
      },
      End: end,
    };
    const { run, services } = setUp(machineOf(states), { handlers: failing("A", "A") });
    assert.equal(summaryOf(await run({}, 10_000)).Error, "A");
    assert.equal(services.calls.length, 2);
  });

  it("fails the execution with an error of its own", async () => {
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "End", Output: "{% $states.input.gone %}" }];
    const { run } = setUp(withCatch(Catch), { handlers: failing("Gone") });
    assert.equal((await run()).error, "States.QueryEvaluationError");
  });

  it("may lead back: the retriers then begin anew", async () => {
    const states = {
      A: {
        ...task,
        Retry: [{ ErrorEquals: ["A"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["A"], Next: "A" }],
        Next: "End",
      },
      End: end,
    };
    const { run, services } = setUp(machineOf(states), { handlers: failing("A", "A", "A") });
    assert.equal(summaryOf(await run({}, 10_000)), "done");
    assert.deepEqual(
      services.calls.map(({ at }) => at),
      [0, 1_000, 1_000, 2_000],
    );
  });

  it("takes what is no answer of the service, under a name of its own", async () => {
    const { run } = setUp(withCatch([{ ErrorEquals: ["Lambda.SdkClientException"], Next: "End" }]), {
      handlers: failing(new TypeError("fetch failed")),
    });
    assert.deepEqual(summaryOf(await run()), { Error: "Lambda.SdkClientException", Cause: "TypeError: fetch failed" });
  });

  it("takes a refusal of the service, under the service's name", async () => {
    const { run } = setUp(withCatch([{ ErrorEquals: ["Lambda.TooManyRequestsException"], Next: "End" }]), {
      handlers: failing(new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429 })),
    });
    assert.match(
      summaryOf(await run()).Cause,
      /^Rate Exceeded\. \(Service: AWSLambda; Status Code: 429; Error Code: TooMany/,
    );
  });
});
