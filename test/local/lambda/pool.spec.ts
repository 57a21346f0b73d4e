import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { endHosts, functionOf, hostOf, isAlive } from "./hosts.ts";

/** Each invocation waits at a gate until the test opens it; then it answers with its process's id. */
const GATED = `
export const handler = async ({ port }) => {
  await (await fetch("http://127.0.0.1:" + port)).text();
  return process.pid;
};`;

const AT_ONCE = "export const handler = async () => process.pid;";

describe("a function's child processes", () => {
  const arrived: ServerResponse[] = [];
  let someoneArrived: (() => void) | undefined;
  const gate = createServer((_, response) => {
    arrived.push(response);
    someoneArrived?.();
  });
  let event = "";

  before(async () => {
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
    event = JSON.stringify({ port: (gate.address() as AddressInfo).port });
  });

  afterEach(async () => {
    arrived.length = 0;
    await endHosts();
  });

  after(() => {
    gate.closeAllConnections();
    gate.close();
  });

  async function atTheGate(count: number): Promise<void> {
    while (arrived.length < count) {
      await new Promise<void>((resolve) => {
        someoneArrived = resolve;
      });
    }
  }

  const openGate = () => {
    for (const response of arrived.splice(0)) {
      response.end();
    }
  };

  it("run one invocation each at a time", async () => {
    const gated = functionOf({ "index.mjs": GATED });
    const { host } = await hostOf([gated]);
    const both = Promise.all([host.invoke(gated.arn, event), host.invoke(gated.arn, event)]);
    await atTheGate(2);
    openGate();
    const [first, second] = await both;
    assert.notEqual(first?.payload, second?.payload);
  });

  it("are used again, the one used last first", async () => {
    const gated = functionOf({ "index.mjs": GATED });
    const { host } = await hostOf([gated]);
    const first = host.invoke(gated.arn, event);
    const second = host.invoke(gated.arn, event);
    await atTheGate(2);
    arrived.shift()?.end();
    const early = await Promise.race([first, second]);
    openGate();
    const late = [await first, await second].find(({ payload }) => payload !== early.payload);
    for (let time = 0; time < 3; time += 1) {
      const again = host.invoke(gated.arn, event);
      await atTheGate(1);
      openGate();
      assert.equal((await again).payload, late?.payload);
    }
  });

  it("are no more than the machine allows: what exceeds them waits", async () => {
    const gated = functionOf({ "index.mjs": GATED });
    const { host } = await hostOf([gated], { childrenPerFunction: 1 });
    assert.equal(host.freeSlots(gated.arn), 1);
    const both = [host.invoke(gated.arn, event), host.invoke(gated.arn, event)];
    assert.equal(host.freeSlots(gated.arn), 0);
    await atTheGate(1);
    openGate();
    await atTheGate(1);
    openGate();
    const [first, second] = await Promise.all(both);
    assert.equal(first?.payload, second?.payload);
    assert.equal(host.freeSlots(gated.arn), 1);
  });

  it("do not throttle, but AWS's reserved concurrency does", async () => {
    const gated = functionOf({ "index.mjs": GATED }, { reservedConcurrency: 1 });
    const { host } = await hostOf([gated]);
    const running = host.invoke(gated.arn, event);
    await assert.rejects(host.invoke(gated.arn, event), { name: "TooManyRequestsException", status: 429 });
    await atTheGate(1);
    openGate();
    assert.equal((await running).functionError, undefined);
  });

  it("may be started ahead of the first invocation", async () => {
    const quick = functionOf({ "index.mjs": `console.log("loaded");\n${AT_ONCE}` });
    const { host, lines } = await hostOf([quick]);
    await host.warm(quick.arn, 5);
    await host.invoke(quick.arn, "{}");
    await host.stop();
    assert.deepEqual(lines, ["loaded", "loaded"]);
  });

  it("serve what comes while they are started ahead", async () => {
    const quick = functionOf({ "index.mjs": AT_ONCE });
    const { host } = await hostOf([quick], { childrenPerFunction: 1 });
    const [, first, second] = await Promise.all([
      host.warm(quick.arn, 1),
      host.invoke(quick.arn, "{}"),
      host.invoke(quick.arn, "{}"),
    ]);
    assert.equal(first.payload, second.payload);
  });

  it("answer what comes while they fail to start", async () => {
    const broken = functionOf({ "index.mjs": "throw new Error('no');" });
    const { host } = await hostOf([broken], { childrenPerFunction: 1 });
    const refused = assert.rejects(host.warm(broken.arn, 1), /initialisation failed/);
    assert.match((await host.invoke(broken.arn, "{}")).payload, /"errorMessage":"no"/);
    await refused;
  });

  it("are all gone when the host has stopped, whatever they were doing", async () => {
    const loop = "export const handler = () => { console.log(process.pid); for (;;); };";
    const busy = functionOf({ "index.mjs": loop }, { name: "busy" });
    const quick = functionOf({ "index.mjs": AT_ONCE }, { name: "quick" });
    const started = Promise.withResolvers<number>();
    const { host } = await hostOf([busy, quick], {
      childrenPerFunction: 1,
      log: (name, line) => name === "busy" && started.resolve(Number(line)),
    });
    const idle = Number((await host.invoke(quick.arn, "{}")).payload);
    const running = host.invoke(busy.arn, "{}");
    const waiting = host.invoke(busy.arn, "{}");
    const looping = await started.promise;
    const refused = assert.rejects(waiting, { name: "ServiceException" });
    await host.stop();
    await refused;
    assert.equal((await running).functionError, "Unhandled");
    assert.deepEqual([isAlive(idle), isAlive(looping)], [false, false]);
    await assert.rejects(host.invoke(quick.arn, "{}"), { name: "ServiceException" });
  });

  it("are not left behind by a stop while they start", async () => {
    const quick = functionOf({ "index.mjs": `console.log(process.pid);\n${AT_ONCE}` });
    const { host, lines } = await hostOf([quick]);
    const refused = assert.rejects(host.invoke(quick.arn, "{}"), { name: "ServiceException" });
    await host.stop();
    await refused;
    assert.deepEqual(
      lines.filter((pid) => isAlive(Number(pid))),
      [],
    );
  });
});
