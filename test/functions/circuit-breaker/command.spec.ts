import assert from "node:assert/strict";
import { inspect } from "node:util";
import { readCommand } from "../../../functions/circuit-breaker/command.ts";

const jane = { by: "jane", reason: "maintenance" };

/** Lists in one another, more than any stack has room for. */
function deep(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

describe("readCommand", () => {
  const good: [object, object?][] = [
    [{ command: "status" }],
    [{ command: "open", ...jane }],
    [{ command: "close", by: "jane" }],
    [{ command: "close", ...jane }],
    [{ command: "release", by: "jane" }],
    [{ command: "hold", ...jane }],
    [{ command: "hold", ...jane, minutes: 120 }],
    [{ command: "reconcile", scheduledTime: "2026-01-10T06:00:00Z" }],
    [{ command: "status", more: 1 }, { command: "status" }],
    [
      { command: "open", ...jane, minutes: 5 },
      { command: "open", ...jane },
    ],
    [
      { command: "open", by: " jane ", reason: "two\nlines\u0007" },
      { command: "open", by: "jane", reason: "two lines" },
    ],
  ];
  for (const [given, expected = given] of good) {
    it(`reads ${JSON.stringify(given)}`, () => assert.deepEqual(readCommand(given), expected));
  }

  const bad: [unknown, RegExp][] = [
    [null, /^command: must be one of status, open, .*, is missing$/],
    ["status", /^command: .*, is missing$/],
    [{ command: "toString" }, /^command: .*, is "toString"$/],
    [{ command: "x".repeat(1000) }, /^command: .{1,150}…$/],
    [{ command: ["status"] }, /^command: /],
    [{ command: deep(100_000) }, /^command: .*, is an object$/],
    [{ command: "hold", ...jane, minutes: deep(100_000) }, /^minutes: .*, is an object$/],
    [{ command: "open", reason: "x" }, /^by: must be a name of 1 to 100 characters, is missing$/],
    [{ command: "open", by: "", reason: "x" }, /^by: .*, is ""$/],
    [{ command: "open", by: "x".repeat(101), reason: "x" }, /^by: /],
    [{ command: "open", by: "jane" }, /^reason: must be a text of 1 to 400 characters, is missing$/],
    [{ command: "close", by: "jane", reason: 7 }, /^reason: .*, is 7$/],
    [{ command: "hold", by: "jane", reason: " " }, /^reason: /],
    [{ command: "hold", ...jane, minutes: 0 }, /^minutes: must be a whole number above 0, is 0$/],
    [{ command: "hold", ...jane, minutes: 1.5 }, /^minutes: /],
    [{ command: "hold", ...jane, minutes: "5" }, /^minutes: .*, is "5"$/],
    [{ command: "reconcile" }, /^scheduledTime: must be a time in ISO 8601, is missing$/],
    [{ command: "reconcile", scheduledTime: "<aws.scheduler.scheduled-time>" }, /^scheduledTime: /],
  ];
  for (const [given, rule] of bad) {
    it(`names the rule that ${inspect(given, { breakLength: Infinity }).slice(0, 60)} breaks`, () => {
      assert.match(String(readCommand(given)), rule);
    });
  }
});
