import assert from "node:assert/strict";
import { AwsError } from "../../../../local/api/errors.ts";
import { answered, functionFailed, INVOKE, runStates } from "../fixtures.ts";

const states = { A: { Type: "Task", Resource: INVOKE, Arguments: { FunctionName: "plan" }, End: true } };
const invoked = (answer: () => unknown) => runStates(states, {}, { handlers: { "lambda:Invoke": answer } });

describe("lambda:invoke", () => {
  it("sends an empty object where there is no payload", async () => {
    const payloads: unknown[] = [];
    const handlers = { "lambda:Invoke": ({ Payload }: Record<string, unknown>) => answered(payloads.push(Payload)) };
    await runStates(states, {}, { handlers });
    assert.deepEqual(payloads, ["{}"]);
  });

  for (const payload of [null, "text", [1], { a: null }]) {
    it(`answers the function's ${JSON.stringify(payload)}`, async () => {
      assert.deepEqual((await invoked(() => answered(payload))).Payload, payload);
    });
  }

  it("fails with the type of the function's error, be it a crash", async () => {
    const { error, cause } = await invoked(() => functionFailed("Runtime.ExitError", "signal: killed"));
    assert.deepEqual([error, JSON.parse(cause).errorMessage], ["Runtime.ExitError", "signal: killed"]);
    assert.equal((await invoked(() => functionFailed("Sandbox.Timedout"))).error, "Sandbox.Timedout");
    assert.equal((await invoked(() => functionFailed(undefined))).error, "Lambda.Unknown");
  });

  const refusals: [name: string, error: string][] = [
    ["ResourceNotFoundException", "Lambda.ResourceNotFoundException"],
    ["TooManyRequestsException", "Lambda.TooManyRequestsException"],
    ["ServiceException", "Lambda.ServiceException"],
    ["AccessDeniedException", "Lambda.AWSLambdaException"],
  ];
  for (const [name, error] of refusals) {
    it(`fails with ${error} when Lambda answers ${name}`, async () => {
      const answer = await invoked(() => {
        throw new AwsError(name, "no", { status: 403 });
      });
      assert.equal(answer.error, error);
    });
  }
});
