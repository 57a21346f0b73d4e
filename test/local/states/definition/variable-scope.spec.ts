import assert from "node:assert/strict";
import { machineOf } from "../fixtures.ts";
import { distributed, end, inline, pass, problemsOf, processor, withTask } from "./fixtures.ts";

const inner = (more: object) => ({ ...processor, States: { Inner: { ...pass, ...more } } });
const innerTopic = (more: object) => ({ ...distributed.ItemProcessor, States: { Inner: { ...pass, ...more } } });

describe("variables of a definition", () => {
  const refused: [title: string, definition: unknown, problem: RegExp][] = [
    [
      "a variable that nothing assigns",
      withTask({ Output: "{% $plann %}" }),
      /Output: Output: no state assigns \$plann/,
    ],
    [
      "a function that is not there",
      withTask({ Output: "{% $uid() %}" }),
      /no state assigns \$uid .*, and no function has that name/,
    ],
    ["an assignment to a part", withTask({ Assign: { "a.b": 1 } }), /Assign: a variable is a name .*, not a\.b/],
    ["an assignment to $states", withTask({ Assign: { states: 1 } }), /Assign: \$states is Step Functions' own/],
    ["an assignment in one expression", withTask({ Assign: "{% {} %}" }), /Assign: must be an object/],
    [
      "an outer variable that an iteration assigns",
      machineOf({
        Set: { Type: "Pass", Assign: { n: 1 }, Next: "Each" },
        Each: { ...inline, ItemProcessor: inner({ Assign: { n: 2 } }) },
        ...end,
      }),
      /Inner.Assign: \$n is a variable of an outer scope/,
    ],
    [
      "a variable of an iteration outside of it",
      machineOf({ Each: { ...inline, ItemProcessor: inner({ Assign: { n: 2 } }), Output: "{% $n %}" }, ...end }),
      /Each.Output: Output: no state assigns \$n/,
    ],
    [
      "an outer variable in a distributed Map",
      machineOf({
        Set: { Type: "Pass", Assign: { n: 1 }, Next: "T" },
        T: { ...distributed, ItemProcessor: innerTopic({ Output: "{% $n %}" }) },
        ...end,
      }),
      /Inner.Output: Output: no state assigns \$n/,
    ],
  ];
  for (const [title, definition, problem] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(problemsOf(definition).join("\n"), problem);
    });
  }
});
