import assert from "node:assert/strict";
import {
  ControlPlane,
  isPassing,
  type LambdaCalls,
  MappingGone,
} from "../../../functions/circuit-breaker/control-plane.ts";
import { OutOfTime, Pacer } from "../../../functions/circuit-breaker/pacer.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { awsError, MemoryLambda } from "./support/memory-lambda.ts";

function setUp(changes: (lambda: MemoryLambda) => Partial<LambdaCalls> = () => ({}), stopAt = 20_000) {
  const clock = virtualClock(0);
  const lambda = new MemoryLambda(clock);
  const calls: LambdaCalls = {
    listMappings: (marker) => lambda.listMappings(marker),
    getMapping: (uuid) => lambda.getMapping(uuid),
    updateMapping: (change) => lambda.updateMapping(change),
    ...changes(lambda),
  };
  const controlPlane = new ControlPlane(calls, { pacer: new Pacer(clock, stopAt), clock, deadline: 25_000 });
  const settled = async <T>(promise: Promise<T>) => {
    const [result] = await Promise.all([Promise.allSettled([promise]), clock.advance(30_000)]);
    return result[0];
  };
  return { clock, lambda, controlPlane, settled };
}

const reasonOf = (result: PromiseSettledResult<unknown>) => (result.status === "rejected" ? result.reason : undefined);

describe("the control plane", () => {
  it("lists every page", async () => {
    const { lambda, controlPlane, settled } = setUp();
    for (let n = 0; n < 250; n++) lambda.create(`t${n}`);
    const result = await settled(controlPlane.list());
    assert.equal(result.status === "fulfilled" && result.value.length, 250);
    assert.deepEqual(
      lambda.calls.map(({ at }) => at),
      [100, 200, 300],
    );
  });

  it("asks again for a page that was refused for the moment, after a pause", async () => {
    let refusals = 2;
    const { lambda, controlPlane, settled } = setUp((lambda) => ({
      listMappings: async (marker) => {
        if (refusals-- > 0) throw awsError("TooManyRequestsException");
        return lambda.listMappings(marker);
      },
    }));
    lambda.create("orders");
    assert.equal((await settled(controlPlane.list())).status, "fulfilled");
    assert.deepEqual(
      lambda.calls.map(({ at }) => at),
      [2100],
    );
  });

  it("gives up a list after three attempts, or where it is not allowed", async () => {
    for (const [name, attempts] of [
      ["TooManyRequestsException", 3],
      ["AccessDeniedException", 1],
    ] as const) {
      let made = 0;
      const listMappings = async () => {
        made++;
        throw awsError(name);
      };
      const { controlPlane, settled } = setUp(() => ({ listMappings }));
      assert.equal(reasonOf(await settled(controlPlane.list()))?.name, name);
      assert.equal(made, attempts);
    }
  });

  it("knows a mapping that is gone", async () => {
    const { controlPlane, settled } = setUp();
    assert.ok(reasonOf(await settled(controlPlane.get("none"))) instanceof MappingGone);
  });

  it("changes a mapping once, and leaves the rest to others", async () => {
    const { lambda, controlPlane, settled } = setUp();
    const UUID = lambda.create("orders");
    lambda.failures.push("ResourceInUseException");
    assert.equal(
      reasonOf(await settled(controlPlane.update({ UUID, Enabled: false })))?.name,
      "ResourceInUseException",
    );
    assert.equal(lambda.calls.length, 1);
  });

  it("makes no call when it is too late, and waits for none that does not end", async () => {
    const late = setUp(undefined, 50);
    assert.ok(reasonOf(await late.settled(late.controlPlane.get("x"))) instanceof OutOfTime);
    assert.equal(late.lambda.calls.length, 0);

    const stuck = setUp(() => ({ getMapping: () => new Promise(() => {}) }));
    assert.equal(reasonOf(await stuck.settled(stuck.controlPlane.get("x")))?.name, "DeadlineError");
  });
});

describe("isPassing", () => {
  it("tells what can succeed in a moment", () => {
    for (const name of ["ResourceInUseException", "ResourceConflictException", "TooManyRequestsException"]) {
      assert.ok(isPassing(awsError(name)), name);
    }
    for (const name of ["AccessDeniedException", "InvalidParameterValueException", "Error"]) {
      assert.ok(!isPassing(awsError(name)), name);
    }
  });
});
