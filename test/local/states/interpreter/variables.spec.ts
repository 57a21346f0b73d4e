import assert from "node:assert/strict";
import { machineOf, runStates, setUp } from "../fixtures.ts";

const set = (Assign: object, Next: string) => ({ Type: "Pass", Assign, Next });
const end = (Output: unknown) => ({ Type: "Pass", Output, End: true });

describe("variables", () => {
  it("keep their values until they are assigned again", async () => {
    const states = {
      A: { ...set({ n: 1, list: ["{% $states.input %}"] }, "B"), Output: "gone" },
      B: { Type: "Pass", Next: "C" },
      C: set({ n: "{% $n + 1 %}" }, "D"),
      D: end({ n: "{% $n %}", list: "{% $list %}" }),
    };
    assert.deepEqual(await runStates(states, 7), { n: 2, list: [7] });
  });

  it("have in a state the values that they had when it was entered", async () => {
    const states = {
      A: set({ x: 3, y: 6 }, "Swap"),
      Swap: { ...set({ x: "{% $y %}", y: "{% $x %}" }, "C"), Output: "{% $x %}" },
      C: end("{% [$states.input, $x, $y] %}"),
    };
    assert.deepEqual(await runStates(states), [3, 6, 3]);
  });

  it("have no value before they are assigned", async () => {
    const states = {
      A: { Type: "Pass", Output: "{% $exists($n) %}", Next: "B" },
      B: set({ n: 1 }, "C"),
      C: end("{% [$states.input, $n] %}"),
    };
    assert.deepEqual(await runStates(states), [false, 1]);
  });

  it("are an execution's own", async () => {
    const { start, clock } = setUp(
      machineOf({
        A: set({ n: "{% $states.input %}" }, "W"),
        W: { Type: "Wait", Seconds: 1, Next: "B" },
        B: end("{% $n %}"),
      }),
    );
    const both = [start(1), start(2)];
    await clock.advance(1_000);
    assert.deepEqual(
      both.map(({ output }) => output),
      ["1", "2"],
    );
  });

  it("are limited to 256 KiB an assignment", async () => {
    const half = "x".repeat(131_100);
    const { error } = await runStates({ A: set({ a: half, b: half }, "B"), B: end(1) });
    assert.equal(error, "States.DataLimitExceeded");
    assert.equal(await runStates({ A: set({ a: half }, "C"), C: set({ b: half }, "B"), B: end(1) }), 1);
  });

  it("are limited to 10 MiB an execution", async () => {
    const text = "{% $pad('', 262000, 'x') %}";
    const states = Object.fromEntries(
      Array.from({ length: 41 }, (_, n) => [`S${n}`, set({ [`v${n}`]: text }, `S${n + 1}`)]),
    );
    const { error } = await runStates({ ...states, S41: end(1) });
    assert.equal(error, "States.DataLimitExceeded");
    assert.equal(await runStates({ ...states, S40: end(1) }), 1);
  });
});
