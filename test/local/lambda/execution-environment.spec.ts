import assert from "node:assert/strict";
import { systemClock } from "../../../local/clock.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { endHosts, errorOf, functionOf, hostOf, isAlive } from "./hosts.ts";

describe("the Lambda host's time limits", () => {
  afterEach(endHosts);

  it("kill a function that takes longer than its timeout, and start another process", async () => {
    const loop =
      "export const handler = ({ loop }) => { console.log(process.pid); while (loop); return process.pid; };";
    const slow = functionOf({ "index.mjs": loop }, { timeoutSeconds: 4 });
    const { host, lines } = await hostOf([slow], { clock: systemClock(20), childrenPerFunction: 1 });
    const error = errorOf(await host.invoke(slow.arn, '{"loop":true}'));
    assert.equal(error.errorType, "Sandbox.Timedout");
    assert.match(error.errorMessage, /^RequestId: \S{36} Error: Task timed out after 4\.00 seconds$/);
    assert.ok(lines.some((line) => /\S{36} Task timed out after 4\.00 seconds$/.test(line)));
    const { payload } = await host.invoke(slow.arn, "{}");
    assert.notEqual(payload, lines[0]);
    assert.equal(isAlive(Number(lines[0])), false);
  });

  it("are known to the function, scaled as they are", async () => {
    const remaining = "export const handler = (_, context) => context.getRemainingTimeInMillis();";
    const asking = functionOf({ "index.mjs": remaining }, { timeoutSeconds: 200 });
    const { host } = await hostOf([asking], { clock: systemClock(20) });
    const { payload } = await host.invoke(asking.arn, "{}");
    assert.ok(Number(payload) > 5_000 && Number(payload) <= 10_000, payload);
  });

  it("kill a process that has not loaded its handler in 10 s", async () => {
    const stuck = functionOf({ "index.mjs": "for (;;);" });
    const { host } = await hostOf([stuck], { machineClock: systemClock(100) });
    const error = errorOf(await host.invoke(stuck.arn, "{}"));
    assert.equal(error.errorType, "Sandbox.Timedout");
    assert.match(error.errorMessage, /Task timed out after 10\.00 seconds/);
  });

  it("no longer count once the handler is loaded, or has failed to", async () => {
    const quick = functionOf({ "index.mjs": "export const handler = () => 1;" }, { name: "quick" });
    const broken = functionOf({ "index.mjs": "throw new Error('no');" }, { name: "broken" });
    const machineClock = virtualClock();
    const { host } = await hostOf([quick, broken], { machineClock });
    await host.warm(quick.arn, 1);
    await assert.rejects(host.warm(broken.arn, 1), /initialisation failed/);
    assert.equal(machineClock.pending(), 0);
  });
});

describe("a child process of the Lambda host", () => {
  after(endHosts);

  it("leads a process group of its own, which a Ctrl-C for the host's does not reach", async () => {
    const asked = functionOf({ "index.mjs": "export const handler = () => process.pid;" });
    const { host } = await hostOf([asked]);
    const { payload } = await host.invoke(asked.arn, "{}");
    assert.equal(isAlive(-Number(payload)), true);
  });
});
