import assert from "node:assert/strict";
import { problemsOf, withTask } from "./fixtures.ts";

describe("values of a definition", () => {
  const refused: [title: string, definition: unknown, problem: RegExp][] = [
    ["arguments in one expression", withTask({ Arguments: "{% $states.input %}" }), /Arguments: must be an object/],
    [
      "a result in the arguments",
      withTask({ Arguments: { FunctionName: "{% $states.result %}" } }),
      /Arguments: Arguments\/FunctionName: \$states.result has no value here; what has: input, context/,
    ],
    [
      "an error in the output",
      withTask({ Output: ["{% $states.errorOutput %}"] }),
      /Output: Output\[0\]: \$states.errorOutput has no value/,
    ],
    [
      "a result in a catcher",
      withTask({ Catch: [{ ErrorEquals: ["A"], Next: "Done", Output: "{% $states.result %}" }] }),
      /Catch\[0\].Output: .*\$states.result has no value/,
    ],
    ["an expression without an end", withTask({ Output: "{% 1" }), /Output: Output: an expression ends with %}/],
  ];
  for (const [title, definition, problem] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(problemsOf(definition).join("\n"), problem);
    });
  }
});
