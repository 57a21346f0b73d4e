import assert from "node:assert/strict";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { askBreaker } from "../../../scripts/breaker/ask.ts";
import { type FakeLambda, NAME, openFakeLambda, statusOf } from "./fixtures.ts";

describe("askBreaker", () => {
  let lambda: FakeLambda;
  let client: LambdaClient;
  beforeEach(async () => {
    lambda = await openFakeLambda();
    const credentials = { accessKeyId: "id", secretAccessKey: "key" };
    client = new LambdaClient({ endpoint: lambda.endpoint, region: "eu-west-1", credentials });
  });
  afterEach(async () => {
    client.destroy();
    await lambda.close();
  });

  it("invokes the function with the command, waits, and gives its answer as it is", async () => {
    const command = { command: "hold", by: "jane", reason: "größer", minutes: 5 } as const;
    assert.deepEqual(await askBreaker(client, NAME, command), { ok: true, status: statusOf() });
    assert.deepEqual(lambda.invocations, [{ type: "RequestResponse", command }]);
    lambda.answer = { ok: false, error: "It is held." };
    assert.deepEqual(await askBreaker(client, NAME, command), lambda.answer);
  });

  const status = JSON.stringify(statusOf());
  const failures: [string, FakeLambda["raw"], RegExp][] = [
    [
      "failed",
      { payload: '{"errorType":"Error","errorMessage":"two\\nlines","trace":[]}', functionError: "Unhandled" },
      /^lean-ops-dev-circuit-breaker failed: Error: two lines\. Its log says more\.$/,
    ],
    [
      "timed out",
      { payload: '{"errorMessage":"Task timed out"}', functionError: "Unhandled" },
      /Unhandled: Task timed/,
    ],
    ["failed without a word", { payload: "", functionError: "Unhandled" }, /failed: Unhandled\. /],
    [
      "failed, though its error looks like an answer",
      { payload: `{"ok":true,"status":${status}}`, functionError: "Unhandled" },
      /failed: Unhandled/,
    ],
    ["answered nothing", { payload: "" }, /no circuit breaker of this version: it answered nothing\.$/],
    ["answered null", { payload: "null" }, /it answered null\.$/],
    ["answered what another function would", { payload: '{"batchItemFailures":[]}' }, /batchItemFailures/],
    ["succeeded without a status", { payload: '{"ok":true}' }, /it answered \{"ok":true\}/],
    ["refused without a reason", { payload: '{"ok":false}' }, /it answered \{"ok":false\}/],
    ["refused with half a status", { payload: '{"ok":false,"error":"x","status":{}}' }, /no circuit breaker/],
    ["answered at length", { payload: JSON.stringify("x".repeat(100_000)) }, /"x{199}…\.$/],
  ];
  for (const [what, raw, rule] of failures) {
    it(`says so where the function ${what}`, async () => {
      lambda.raw = raw;
      await assert.rejects(askBreaker(client, NAME, { command: "status" }), { name: "OperatorError", message: rule });
    });
  }
});
