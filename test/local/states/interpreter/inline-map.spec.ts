import assert from "node:assert/strict";
import { answered, functionFailed, INVOKE, machineOf, runStates, setUp, summaryOf } from "../fixtures.ts";

const pass = { Type: "Pass", End: true };

function mapOf(States: Record<string, object>, more: object = {}) {
  return {
    Type: "Map",
    Items: "{% $states.input %}",
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: Object.keys(States)[0], States },
    End: true,
    ...more,
  };
}

describe("an inline Map", () => {
  it("answers its processor's outputs in the items' order", async () => {
    const states = {
      Choose: { Type: "Choice", Choices: [{ Condition: "{% $states.input > 1 %}", Next: "Later" }], Default: "Now" },
      Later: { Type: "Wait", Seconds: "{% 10 - $states.input %}", Next: "Now" },
      Now: { ...pass, Output: "{% $states.input * 10 %}" },
    };
    const { run } = setUp(machineOf({ Each: mapOf(states) }));
    assert.deepEqual(summaryOf(await run([3, 1, 2], 10_000)), [30, 10, 20]);
  });

  it("takes no items, and items that are no JSON of its own", async () => {
    assert.deepEqual(await runStates({ Each: mapOf({ P: pass }) }, []), []);
    assert.deepEqual(await runStates({ Each: mapOf({ P: pass }) }, [null, [1], {}]), [null, [1], {}]);
    assert.deepEqual(
      await runStates({ Each: mapOf({ P: pass }, { Items: [1, "{% $states.input.a %}"] }) }, { a: 2 }),
      [1, 2],
    );
  });

  for (const [type, value] of [
    ["object", { a: 1 }],
    ["string", "a"],
    ["null", null],
  ] as const) {
    it(`fails with items that are a ${type}`, async () => {
      const { error, cause } = await runStates({ Each: mapOf({ P: pass }) }, value);
      assert.equal(error, "States.QueryEvaluationError");
      assert.match(cause, new RegExp(`field 'Items' .* Expected 'array', but was '${type}' for value: `));
    });
  }

  it("makes each input of the item, its index, the Map's input and the variables", async () => {
    const ItemSelector = {
      value: "{% $states.context.Map.Item.Value %}",
      index: "{% $states.context.Map.Item.Index %}",
      all: "{% $count($states.input) %}",
      prefix: "{% $prefix %}",
    };
    const states = {
      Set: { Type: "Pass", Assign: { prefix: "p" }, Next: "Each" },
      Each: mapOf({ P: pass }, { ItemSelector }),
    };
    assert.deepEqual(await runStates(states, ["a", "b"]), [
      { value: "a", index: 0, all: 2, prefix: "p" },
      { value: "b", index: 1, all: 2, prefix: "p" },
    ]);
  });

  it("has variables of its own in each iteration, and reads those around", async () => {
    const inner = {
      Set: { Type: "Pass", Assign: { own: "{% $states.input %}" }, Next: "Wait" },
      Wait: { Type: "Wait", Seconds: 1, Next: "Use" },
      Use: { ...pass, Output: "{% $outer & $own & $states.context.Map.Item.Index %}" },
    };
    const states = { A: { Type: "Pass", Assign: { outer: "o" }, Next: "Each" }, Each: mapOf(inner) };
    const { run } = setUp(machineOf(states));
    assert.deepEqual(summaryOf(await run(["a", "b"], 1_000)), ["oa0", "ob1"]);
  });

  const task = {
    Type: "Task",
    Resource: INVOKE,
    Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
    Output: "{% $states.result.Payload %}",
    End: true,
  };

  it("runs as many at once as it says, and 40 where it says nothing", async () => {
    for (const [MaxConcurrency, atOnce] of [
      [1, 1],
      ["{% 3 %}", 3],
      [0, 40],
      [undefined, 40],
    ] as const) {
      const open: (() => void)[] = [];
      const { start, clock } = setUp(machineOf({ Each: mapOf({ T: task }, { MaxConcurrency }) }), {
        handlers: { "lambda:Invoke": () => new Promise((resolve) => open.push(() => resolve(answered(1)))) },
      });
      const execution = start(Array.from({ length: 100 }, (_, n) => n));
      const seen: number[] = [];
      for (let done = 0; done < 100; ) {
        await clock.advance(0);
        seen.push(open.length);
        done += open.length;
        for (const answer of open.splice(0)) answer();
      }
      await clock.advance(0);
      assert.deepEqual([execution.status, Math.max(...seen)], ["SUCCEEDED", atOnce]);
    }
  });

  it("fails with the first error, gives the other iterations up, and can be caught", async () => {
    const inner = {
      Wait: { Type: "Wait", Seconds: "{% $states.input %}", Next: "T" },
      // What gives an iteration up is none of its own errors.
      T: { ...task, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "End" }] },
      End: pass,
    };
    const states = {
      Each: mapOf(inner, { Catch: [{ ErrorEquals: ["Orders.Gone"], Next: "Caught" }] }),
      Caught: { ...pass, Output: "{% $states.input.Error %}" },
    };
    const { run, services, clock } = setUp(machineOf(states), {
      handlers: { "lambda:Invoke": ({ Payload }) => (Payload === "2" ? functionFailed("Orders.Gone") : answered(1)) },
    });
    assert.equal(summaryOf(await run([5, 2, 1, 9], 3_000)), "Orders.Gone");
    assert.deepEqual(
      services.calls.map(({ input }) => input.Payload),
      ["1", "2"],
    );
    assert.equal(clock.pending(), 0);
  });

  it("gives iterations up that would catch anything", async () => {
    const inner = {
      Which: { Type: "Choice", Choices: [{ Condition: "{% $states.input = 1 %}", Next: "F" }], Default: "T" },
      F: { Type: "Fail", Error: "Bad" },
      T: { ...task, Retry: [{ ErrorEquals: ["States.ALL"] }], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Again" }] },
      Again: { ...task },
    };
    const { run, services } = setUp(machineOf({ Each: mapOf(inner) }), {
      handlers: { "lambda:Invoke": () => new Promise(() => {}) },
    });
    assert.equal((await run([2, 2, 1], 60_000)).error, "Bad");
    assert.equal(services.calls.length, 2);
  });

  it("is tried again as a whole", async () => {
    let calls = 0;
    const state = mapOf({ T: task }, { MaxConcurrency: 1, Retry: [{ ErrorEquals: ["Slow"], MaxAttempts: 1 }] });
    const { run } = setUp(machineOf({ Each: state }), {
      handlers: {
        "lambda:Invoke": ({ Payload }) => {
          calls += 1;
          return calls === 2 ? functionFailed("Slow") : answered(Number(Payload));
        },
      },
    });
    assert.deepEqual(summaryOf(await run([1, 2, 3], 5_000)), [1, 2, 3]);
    assert.equal(calls, 5);
  });

  it("may stand in another", async () => {
    const inner = mapOf({ P: { ...pass, Output: "{% $states.input + $n %}" } });
    const outer = mapOf({
      Set: { Type: "Pass", Assign: { n: "{% $count($states.input) %}" }, Next: "Inner" },
      Inner: inner,
    });
    assert.deepEqual(
      await runStates({ Each: outer }, [
        [1, 2],
        [3, 4, 5],
      ]),
      [
        [3, 4],
        [6, 7, 8],
      ],
    );
  });

  it("stops at 25,000 events, which nothing catches", async () => {
    const Items = "{% $range(1, 1000, 1) %}";
    const seven = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [
        `P${n}`,
        { Type: "Pass", ...(n === 11 ? { End: true } : { Next: `P${n + 1}` }) },
      ]),
    );
    const state = mapOf(seven, { Items, Output: 1, Catch: [{ ErrorEquals: ["States.ALL"], Next: "End" }] });
    const { error, cause } = await runStates({ Each: state, End: pass });
    assert.deepEqual(
      [error, cause],
      ["States.Runtime", "The execution reached the maximum number of history events (25000)."],
    );
  });
});
