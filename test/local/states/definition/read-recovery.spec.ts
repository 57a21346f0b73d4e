import assert from "node:assert/strict";
import { problemsOf, withTask } from "./fixtures.ts";

const retry = (more: object) => withTask({ Retry: [{ ErrorEquals: ["A"], ...more }] });

describe("retriers and catchers of a definition", () => {
  const refused: [title: string, definition: unknown, problem: RegExp][] = [
    ["a retrier without names", withTask({ Retry: [{}] }), /Retry\[0\].ErrorEquals: must be a list of names/],
    ["a backoff below 1", retry({ BackoffRate: 0.5 }), /BackoffRate: must be from 1/],
    [
      "a delay that is no longer than the interval",
      retry({ IntervalSeconds: 5, MaxDelaySeconds: 5 }),
      /MaxDelaySeconds: must be greater than IntervalSeconds/,
    ],
    ["another jitter", retry({ JitterStrategy: "HALF" }), /JitterStrategy: the local cloud has NONE, FULL/],
    ["States.ALL among others", retry({ ErrorEquals: ["A", "States.ALL"] }), /States.ALL must stand alone, and last/],
    [
      "States.ALL before another",
      withTask({
        Catch: [
          { ErrorEquals: ["States.ALL"], Next: "Done" },
          { ErrorEquals: ["A"], Next: "Done" },
        ],
      }),
      /Catch\[0\].ErrorEquals: States.ALL must stand alone, and last/,
    ],
    ["States.Runtime", retry({ ErrorEquals: ["States.Runtime"] }), /neither retried nor caught/],
    [
      "a catcher that leads nowhere",
      withTask({ Catch: [{ ErrorEquals: ["A"], Next: "Gone" }] }),
      /Catch\[0\].Next: there is no state Gone/,
    ],
  ];
  for (const [title, definition, problem] of refused) {
    it(`are refused with ${title}`, () => {
      assert.match(problemsOf(definition).join("\n"), problem);
    });
  }
});
