import assert from "node:assert/strict";
import { Expression } from "../../../../local/states/definition/expression.ts";

const evaluate = (source: string, bindings: Record<string, unknown> = {}) =>
  new Expression(source, "Output").evaluate({ bindings, where: "In A." });

describe("expressions", () => {
  it("read what is bound", async () => {
    const bindings = { limit: 2, states: { input: { orders: [{ n: 1 }, { n: 2 }, { n: 3 }] } } };
    assert.deepEqual(await evaluate("$states.input.orders[n >= $limit].n", bindings), [2, 3]);
    assert.equal(await evaluate("$states.input.orders[n > $limit].n", bindings), 3);
  });

  it("answer plain JSON that shares nothing with what they read", async () => {
    const list = [{ n: 1 }, { n: 2 }];
    const result = (await evaluate("$list[n > 0]", { list })) as unknown[];
    assert.deepEqual(Object.getOwnPropertyNames(result), ["0", "1", "length"]);
    assert.deepEqual(result, list);
    assert.notEqual(result[0], list[0]);
  });

  it("leave members out that have no value", async () => {
    assert.deepEqual(await evaluate("{'a': $states.input.gone, 'b': 1}", { states: { input: {} } }), { b: 1 });
  });

  const failures: [title: string, source: string, cause: RegExp][] = [
    [
      "nothing",
      "$states.input.gone",
      /^In A\. The JSONata expression '\$states.input.gone' specified for the field 'Output' returned nothing \(undefined\)\.$/,
    ],
    ["a function", "function($x){$x}", /returned an unsupported result type\.$/],
    ["a function within", "{'f': $string}", /returned an unsupported result type\.$/],
    ["a type error", "'a' + 1", /threw an error during evaluation\. T2001: /],
    ["its own error", "$error('too late')", /threw an error during evaluation\. D3137: too late$/],
    ["text that is no JSON", "$parse('{')", /threw an error during evaluation\. /],
  ];
  for (const [title, source, message] of failures) {
    it(`fail with States.QueryEvaluationError for ${title}`, async () => {
      await assert.rejects(evaluate(source, { states: { input: {} } }), (error: { error?: string; cause?: string }) => {
        assert.equal(error.error, "States.QueryEvaluationError");
        assert.match(String(error.cause), message);
        return true;
      });
    });
  }

  it("are refused when they are not JSONata", () => {
    assert.throws(() => new Expression("$states.input.(", "Output"), /^Error: \$states.input.\( is not JSONata: S/);
  });

  // 2.1 brought these two, which AWS's 2.0.6 does not know.
  for (const source of ["$a ?? 1", "$a ?: 1"]) {
    it(`are refused when a later JSONata would take them: ${source}`, () => {
      assert.throws(() => new Expression(source, "Output"), /is not JSONata/);
    });
  }

  it("may run side by side", async () => {
    const expression = new Expression("$x * 2", "Output");
    const all = Array.from({ length: 50 }, (_, x) => expression.evaluate({ bindings: { x }, where: "" }));
    assert.deepEqual(
      await Promise.all(all),
      Array.from({ length: 50 }, (_, x) => x * 2),
    );
  });
});
