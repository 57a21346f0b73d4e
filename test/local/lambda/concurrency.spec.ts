import assert from "node:assert/strict";
import { Concurrency } from "../../../local/lambda/concurrency.ts";

const functions = [
  { arn: "arn:reserved", name: "reserved", reservedConcurrency: 2 },
  { arn: "arn:one", name: "one", reservedConcurrency: undefined },
  { arn: "arn:other", name: "other", reservedConcurrency: undefined },
];

function setUp(limits: { accountConcurrency?: number; slotsPerFunction?: number } = {}) {
  return new Concurrency(functions, { accountConcurrency: 5, slotsPerFunction: 4, ...limits });
}

const throttled = { name: "TooManyRequestsException", status: 429 };

describe("concurrency", () => {
  it("throttles a function above what it reserves", () => {
    const concurrency = setUp();
    concurrency.acquire("arn:reserved");
    concurrency.acquire("arn:reserved");
    assert.throws(() => concurrency.acquire("arn:reserved"), throttled);
    concurrency.release("arn:reserved");
    assert.doesNotThrow(() => concurrency.acquire("arn:reserved"));
  });

  it("throttles the others together above what the account has left", () => {
    const concurrency = setUp();
    concurrency.acquire("arn:one");
    concurrency.acquire("arn:other");
    concurrency.acquire("arn:one");
    assert.throws(() => concurrency.acquire("arn:other"), throttled);
    assert.doesNotThrow(() => concurrency.acquire("arn:reserved"));
    concurrency.release("arn:one");
    assert.doesNotThrow(() => concurrency.acquire("arn:other"));
  });

  it("throttles every invocation of a function that reserves none", () => {
    const none = new Concurrency([{ arn: "arn:none", name: "none", reservedConcurrency: 0 }], {
      accountConcurrency: 5,
      slotsPerFunction: 4,
    });
    assert.throws(() => none.acquire("arn:none"), throttled);
  });

  it("counts the machine's slots for each function alone, and not AWS's limits", () => {
    const concurrency = setUp();
    concurrency.acquire("arn:reserved");
    concurrency.acquire("arn:reserved");
    assert.equal(concurrency.freeSlots("arn:reserved"), 2);
    assert.equal(concurrency.freeSlots("arn:one"), 4);
  });

  it("lets more invocations wait than the machine has slots", () => {
    const concurrency = setUp({ slotsPerFunction: 1 });
    concurrency.acquire("arn:one");
    concurrency.acquire("arn:one");
    assert.equal(concurrency.freeSlots("arn:one"), 0);
  });

  it("tells who waits for a slot in turn, each once, as long as one is free", () => {
    const concurrency = setUp({ slotsPerFunction: 1 });
    const told: string[] = [];
    concurrency.acquire("arn:one");
    concurrency.whenFree("arn:one", () => told.push("idle"));
    concurrency.whenFree("arn:one", () => {
      told.push("taker");
      concurrency.acquire("arn:one");
    });
    concurrency.whenFree("arn:one", () => told.push("late"));
    concurrency.release("arn:one");
    assert.deepEqual(told, ["idle", "taker"]);
    concurrency.release("arn:one");
    assert.deepEqual(told, ["idle", "taker", "late"]);
  });

  it("refuses an unknown function", () => {
    assert.throws(() => setUp().acquire("arn:unknown"), { name: "ResourceNotFoundException", status: 404 });
  });
});
