import assert from "node:assert/strict";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { systemClock } from "../../../local/clock.ts";
import { readFaults } from "../../../local/faults/asked-fault.ts";
import { Faults } from "../../../local/faults/faults.ts";
import { POISON_MARKER } from "../../../local/input/poison.ts";
import type { LambdaHost } from "../../../local/lambda/host.ts";
import { record } from "../firehose/fixtures.ts";
import { endHosts, errorOf, functionOf, hostOf } from "../lambda/hosts.ts";
import { FakeService, targets } from "./fixtures.ts";

/** Calls Firehose as an SDK in a function does, and gives up after `patience` milliseconds. */
const HANDLER = `
export const handler = async ({ data, patience }) => {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN } = process.env;
  const headers = {
    authorization: \`AWS4-HMAC-SHA256 Credential=\${AWS_ACCESS_KEY_ID}/20260110/eu-west-1/firehose/aws4_request\`,
    "x-amz-security-token": AWS_SESSION_TOKEN,
    "x-amz-target": "Firehose_20150804.PutRecordBatch",
  };
  const body = JSON.stringify({ Records: [{ Data: data }] });
  const signal = AbortSignal.timeout(patience);
  const { status } = await fetch(AWS_ENDPOINT_URL, { method: "POST", headers, body, signal });
  return status;
};`;

describe("faults and the functions' processes", () => {
  let gateway: Gateway;

  beforeEach(async () => {
    gateway = await openGateway();
  });

  afterEach(async () => {
    await endHosts();
    await gateway.close();
  });

  /** The sqs-processor and another function, both calling a Firehose with faults in its way. */
  async function cloudWith(plan: { fault?: string; poison?: boolean; timeoutSeconds?: number; patience?: number }) {
    const { timeoutSeconds = 900, patience = 30_000 } = plan;
    const clock = systemClock(20);
    const functions = [targets.sqsProcessor, "replay"].map((name) =>
      functionOf({ "index.mjs": HANDLER }, { name, timeoutSeconds }),
    );
    const { host } = await hostOf(functions, {
      clock,
      endpointUrl: gateway.endpoint,
      childrenPerFunction: 1,
      credentialsFor: (_, environment) => ({
        accessKeyId: "role",
        secretAccessKey: "local",
        sessionToken: environment,
      }),
    });
    const executions: Pick<LambdaHost, "execution"> = host;
    const asked = plan.fault === undefined ? [] : readFaults(plan.fault);
    const faults = new Faults({ asked, poison: plan.poison ?? false, seed: 1 }, { targets, executions, clock });
    const firehose = new FakeService("firehose");
    gateway.attach([faults.service(firehose)]);
    await faults.service(new FakeService("sqs")).call("SendMessage", {});
    const invoke = (name: string, text = "{}") => {
      const arn = functions.find((one) => one.name === name)?.arn ?? "";
      return host.invoke(arn, JSON.stringify({ data: record(text).data, patience }));
    };
    return { faults, firehose, invoke };
  }

  it("poison kills the process that would forward it, and no other function's", async () => {
    const { faults, firehose, invoke } = await cloudWith({ poison: true });
    assert.match(errorOf(await invoke("sqs-processor", POISON_MARKER)).errorMessage, /signal: killed/);
    assert.deepEqual(firehose.calls, []);
    assert.equal((await invoke("replay", POISON_MARKER)).payload, "200");
    assert.equal((await invoke("sqs-processor")).payload, "200");
    assert.deepEqual(faults.injected(), { poison: 1 });
  });

  it("processor-crash kills it at its calls", async () => {
    const { faults, invoke } = await cloudWith({ fault: "processor-crash=1" });
    for (let crash = 1; crash <= 3; crash += 1) {
      assert.match(errorOf(await invoke("sqs-processor")).errorMessage, /signal: killed/);
      assert.deepEqual(faults.injected(), { "processor-crash": crash });
    }
    assert.equal((await invoke("replay")).payload, "200");
  });

  for (const [fault, errorType, within] of [
    ["processor-timeout", "Sandbox.Timedout", { timeoutSeconds: 20 }],
    ["unanswered-call", "TimeoutError", { patience: 1500 }],
  ] as const) {
    it(`${fault} makes it, or its call, take too long`, async () => {
      const { faults, invoke } = await cloudWith({ fault: `${fault}=1`, ...within });
      assert.equal(errorOf(await invoke("sqs-processor")).errorType, errorType);
      assert.deepEqual(faults.injected(), { [fault]: 1 });
      assert.equal((await invoke("replay")).payload, "200");
    });
  }
});
