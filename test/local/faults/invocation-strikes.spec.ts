import assert from "node:assert/strict";
import { InvocationStrikes } from "../../../local/faults/invocation-strikes.ts";
import { callerWith, scene } from "./fixtures.ts";

describe("strikes at invocations", () => {
  /** The calls at which invocations of `calls` calls each were struck, by invocation. */
  function strikes(invocations: number, calls: number, rate: number): number[][] {
    const { parts, execution, caller } = scene("processor-crash", { rate });
    const chosen = new InvocationStrikes(parts);
    return Array.from({ length: invocations }, (_, invocation) => {
      execution.requestId = `request-${invocation}`;
      return Array.from({ length: calls }, (_, call) => (chosen.at(caller) === undefined ? [] : [call])).flat();
    });
  }

  it("come with the asked rate where there is one call", () => {
    const struck = strikes(2000, 1, 0.2).filter(({ length }) => length > 0).length;
    assert.ok(struck > 320 && struck < 480, `${struck} of 2000`);
  });

  it("come early or late where there are many calls, once an invocation, and not much more often", () => {
    const found = strikes(2000, 50, 0.2);
    assert.ok(found.every(({ length }) => length <= 1));
    const places = found.flat();
    assert.ok(places.length > 500 && places.length < 700, `${places.length} of 2000`);
    assert.ok(places.some((place) => place === 0) && places.some((place) => place > 10));
  });

  it("come at the first call of every invocation with a rate of 1", () => {
    assert.deepEqual(strikes(3, 5, 1), [[0], [0], [0]]);
  });

  it("spare other functions, other callers, and calls between two invocations", () => {
    const { parts, execution, caller, trigger } = scene("processor-crash");
    const chosen = new InvocationStrikes(parts);
    for (const token of ["other", "nobody", undefined]) {
      assert.equal(chosen.at(callerWith(token)), undefined);
    }
    assert.equal(chosen.at(undefined), undefined);
    execution.requestId = undefined;
    assert.equal(chosen.at(caller), undefined);
    assert.equal(trigger.injected, 0);
  });
});
