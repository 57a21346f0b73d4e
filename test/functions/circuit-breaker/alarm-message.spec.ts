import assert from "node:assert/strict";
import { readAlarm } from "../../../functions/circuit-breaker/alarm-message.ts";

const NOW = Date.UTC(2026, 0, 10);
const read = (message: unknown) => readAlarm(message, ["a", "b"], NOW);
const text = (given: object = {}) =>
  JSON.stringify({
    AlarmName: "a",
    NewStateValue: "ALARM",
    NewStateReason: "Threshold Crossed",
    StateChangeTime: "2026-01-09T23:59:30.437+0000",
    ...given,
  });

describe("readAlarm", () => {
  it("reads which alarm went off, why and when", () => {
    assert.deepEqual(read(text()), {
      name: "a",
      reason: "Threshold Crossed",
      at: Date.UTC(2026, 0, 9, 23, 59, 30, 437),
    });
  });

  it("takes the alarm without a time or a reason for one that went off just now", () => {
    for (const StateChangeTime of [undefined, "yesterday", null, { toString: null, valueOf: 1 }, [[]]]) {
      const alarm = read(text({ StateChangeTime, NewStateReason: 7 }));
      assert.deepEqual(alarm, { name: "a", reason: "", at: NOW });
    }
  });

  const ignored: [string, unknown, RegExp][] = [
    ["an alarm's end", text({ NewStateValue: "OK" }), /a is OK/],
    ["an alarm without data", text({ NewStateValue: "INSUFFICIENT_DATA" }), /a is INSUFFICIENT_DATA/],
    ["an alarm in no state", text({ NewStateValue: 1 }), /no state/],
    ["another alarm", text({ AlarmName: "lean-ops-dev-dlq-depth" }), /no alarm that opens/],
    ["a message without a name", text({ AlarmName: undefined }), /no alarm that opens/],
    ["no JSON", "hello", /no JSON object/],
    ["no object", "[1", /no JSON object/],
    ["null", "null", /no JSON object/],
    ["nothing", undefined, /no JSON object/],
    ["a number", 7, /no JSON object/],
  ];
  for (const [what, message, why] of ignored) {
    it(`says why ${what} does not count`, () => assert.match(String(read(message)), why));
  }
});
