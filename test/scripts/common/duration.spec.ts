import assert from "node:assert/strict";
import { minutesIn } from "../../../scripts/common/duration.ts";

describe("minutesIn", () => {
  for (const [text, minutes] of [
    ["90m", 90],
    ["2h", 120],
    ["1d", 1440],
    ["999999d", 1_439_998_560],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(minutesIn(text), minutes));
  }

  for (const text of ["", "2", "h", "0h", "-1h", "1.5h", "2 h", "2H", "90s", "1w", "1h30m", "1000000m", "2h\n"]) {
    it(`does not read ${JSON.stringify(text)}`, () => assert.equal(minutesIn(text), undefined));
  }
});
