import assert from "node:assert/strict";
import { once } from "node:events";
import { systemClock } from "../../../local/clock.ts";
import { endHosts, errorOf, functionOf, hostOf, isAlive } from "./hosts.ts";

/** Says at once who it is, and answers when it was told to. */
const HANDLER = `
export const handler = async ({ ms }) => {
  const self = { pid: process.pid, token: process.env.AWS_SESSION_TOKEN };
  console.log(JSON.stringify(self));
  await new Promise((resolve) => setTimeout(resolve, ms));
  return self;
};`;

describe("the Lambda host's executions", () => {
  afterEach(endHosts);

  async function start(timeoutSeconds = 30) {
    const lines = new EventTarget();
    const slow = functionOf({ "index.mjs": HANDLER }, { timeoutSeconds });
    const { host } = await hostOf([slow], {
      clock: systemClock(20),
      childrenPerFunction: 2,
      credentialsFor: (roleArn, environment) => ({
        accessKeyId: roleArn,
        secretAccessKey: "SECRET",
        sessionToken: `session of ${environment}`,
      }),
      log: (_, line) => lines.dispatchEvent(new CustomEvent("line", { detail: line })),
    });
    const invoke = (ms: number) => host.invoke(slow.arn, JSON.stringify({ ms }));
    /** An invocation under way, and the process that runs it. */
    const running = async (ms: number) => {
      const line = once(lines, "line");
      const answer = invoke(ms);
      const [{ detail }] = (await line) as [CustomEvent<string>];
      return { answer, ...(JSON.parse(detail) as { pid: number; token: string }) };
    };
    return { host, slow, invoke, running };
  }

  it("are told apart by the session of their calls", async () => {
    const { host, slow, running } = await start();
    const [one, two] = [await running(60_000), await running(60_000)];
    assert.notEqual(one.token, two.token);
    assert.match(one.token, /^session of [\da-f]{32}$/);
    const ids = [one, two].map(({ token }) => host.execution(token)?.requestId);
    assert.equal(new Set(ids).size, 2);
    assert.ok(ids.every((id) => id?.length === 36));
    assert.equal(host.execution(one.token)?.functionName, slow.name);
    assert.equal(host.execution("another"), undefined);
  });

  it("have no request between two invocations", async () => {
    const { host, slow, invoke } = await start();
    const { token } = JSON.parse((await invoke(0)).payload) as { token: string };
    assert.equal(host.execution(token)?.functionName, slow.name);
    assert.equal(host.execution(token)?.requestId, undefined);
  });

  it("can be killed as a crash would, and are not known afterwards", async () => {
    const { host, running, invoke } = await start();
    const { answer, pid, token } = await running(60_000);
    await host.execution(token)?.kill();
    assert.equal(isAlive(pid), false);
    assert.equal(host.execution(token), undefined);
    const error = errorOf(await answer);
    assert.equal(error.errorType, "Runtime.ExitError");
    assert.match(error.errorMessage, /signal: killed/);
    assert.notEqual(JSON.parse((await invoke(0)).payload).pid, pid);
  });

  it("can be halted until the function's time-out ends them", async () => {
    const { host, running, invoke } = await start(20);
    const { answer, pid, token } = await running(500);
    host.execution(token)?.stall();
    assert.equal(errorOf(await answer).errorType, "Sandbox.Timedout");
    assert.notEqual(JSON.parse((await invoke(0)).payload).pid, pid);
  });
});
