import assert from "node:assert/strict";
import { readCounts } from "../../../functions/water-balance/counts.ts";
import { countRows, counts, lostRows, whole } from "./fixtures.ts";

const DAY = "2026-01-10";
const ROWS = countRows(
  { [DAY]: whole(3), none: counts() },
  { [`${DAY} amount: required; b: not of type int`]: 2, "none x": 1 },
);

/** The rows with one value changed. */
const changed = (row: number, column: number, value: unknown) => {
  return ROWS.map((values, index) => (index === row ? values.map((old, at) => (at === column ? value : old)) : values));
};

describe("readCounts", () => {
  it("reads days, reasons by day, and lost rows", () => {
    const read = readCounts(ROWS, lostRows({ [DAY]: [1, 2] }));
    assert.deepEqual(
      [...read.days],
      [
        [DAY, whole(3)],
        ["none", counts()],
      ],
    );
    assert.deepEqual(
      [...read.reasons],
      [
        [DAY, [["amount: required; b: not of type int", 2]]],
        ["none", [["x", 1]]],
      ],
    );
    assert.deepEqual([...read.lost], [[DAY, { curated: 1, refined: 2 }]]);
  });

  it("finds columns by their names", () => {
    const swapped = ROWS.map(([kind = "", name = "", ...values]) => [...values, "extra", name, kind]);
    assert.deepEqual(readCounts(swapped, undefined), readCounts(ROWS, undefined));
  });

  const refused: Record<string, [rows: unknown, lost: unknown, message: RegExp]> = {
    "no answer": [undefined, undefined, /count: the answer is no list of rows/],
    null: [null, undefined, /count: the answer is no list of rows/],
    "an empty list": [[], undefined, /count: the answer lacks the columns kind, name, raw_rows/],
    "a header alone": [ROWS.slice(0, 1), undefined, /count: no day was counted/],
    "a header that is no list": [ROWS[0], undefined, /count: the answer is no list of rows/],
    "no header": [ROWS.slice(1), undefined, /count: the answer lacks the columns/],
    "a missing column": [
      ROWS.map((row) => row.slice(0, -1)),
      undefined,
      /count: the answer lacks the columns repeated/,
    ],
    "a short row": [
      ROWS.map((row, n) => (n === 1 ? row.slice(0, -1) : row)),
      undefined,
      /count: a row has 12 of 13 values/,
    ],
    "an empty count": [changed(1, 4, ""), undefined, /count: not a count: /],
    "a null": [changed(1, 4, null), undefined, /count: the answer is no list of rows of texts/],
    "a number that is no text": [changed(1, 4, 3), undefined, /count: the answer is no list of rows of texts/],
    "a word for a count": [changed(1, 4, "many"), undefined, /count: not a count: many/],
    "a negative count": [changed(1, 4, "-1"), undefined, /count: not a count: -1/],
    "a fraction": [changed(1, 4, "1.0"), undefined, /count: not a count: 1.0/],
    "a count beyond reason": [changed(1, 4, "9007199254740993"), undefined, /count: not a count/],
    "an unknown kind": [changed(1, 0, "week"), undefined, /count: a row of no known kind: week/],
    "a day that is none": [changed(1, 1, "10.1.2026"), undefined, /count: not a day of its own: 10.1.2026/],
    "a day twice": [[...ROWS, ROWS[1]], undefined, /count: not a day of its own/],
    "a page that may not be the last": [
      [...ROWS, ...Array.from({ length: 995 }, () => ROWS[3])],
      undefined,
      /has 1000 rows, and may have more/,
    ],
    "no look for lost rows": [ROWS, null, /lost: the answer is no list/],
    "an empty look": [ROWS, lostRows({}), /lost: no day was looked at/],
    "a lost count that is none": [ROWS, [...lostRows({}), [DAY, "", "0"]], /lost: not a count/],
    "a lost day that is none": [ROWS, [...lostRows({}), ["x", "0", "0"]], /lost: not a day: x/],
  };
  for (const [what, [rows, lost, message]] of Object.entries(refused)) {
    it(`takes ${what} for no zero`, () => {
      assert.throws(() => readCounts(rows, lost), message);
    });
  }
});
