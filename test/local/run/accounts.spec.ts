import assert from "node:assert/strict";
import fc from "fast-check";
import { type Account, accountFor, isComplete, type Observation, total } from "../../../local/run/accounts.ts";

const none: Account = { sent: 0, raw: 0, archived: 0, inFlight: 0, lost: 0, duplicates: 0, unexpected: 0 };

function seen(parts: Partial<Observation>): Observation {
  return {
    accepted: new Map(),
    rows: new Map(),
    archived: new Set(),
    archivedRows: new Set(),
    underWay: new Set(),
    rowsUnderWay: new Set(),
    ...parts,
  };
}

describe("account of a topic", () => {
  const cases: [title: string, observation: Partial<Observation>, expected: Partial<Account>][] = [
    ["counts a message with its row", { accepted: new Map([["s1", "a"]]), rows: new Map([["a", 1]]) }, { raw: 1 }],
    ["counts a message that is nowhere as lost", { accepted: new Map([["s1", "a"]]) }, { lost: 1 }],
    [
      "counts a message that is archived and tracked",
      { accepted: new Map([["s1", undefined]]), archived: new Set(["s1"]) },
      { archived: 1 },
    ],
    [
      "counts an undelivered row that is archived and tracked",
      { accepted: new Map([["s1", "a"]]), archivedRows: new Set(["a"]) },
      { archived: 1 },
    ],
    [
      "counts what a queue still holds as in flight",
      { accepted: new Map([["s1", "a"]]), underWay: new Set(["s1"]) },
      { inFlight: 1 },
    ],
    [
      "counts a row in the error output as in flight",
      { accepted: new Map([["s1", "a"]]), rowsUnderWay: new Set(["a"]) },
      { inFlight: 1 },
    ],
    [
      "counts a message once, in RAW, though it was archived too",
      { accepted: new Map([["s1", "a"]]), rows: new Map([["a", 1]]), archived: new Set(["s1"]) },
      { raw: 1, duplicates: 1 },
    ],
    [
      "counts a second row of a message as a duplicate",
      { accepted: new Map([["s1", "a"]]), rows: new Map([["a", 3]]) },
      { raw: 1, duplicates: 2 },
    ],
    ["counts a row that nobody sent as unexpected", { rows: new Map([["x", 2]]) }, { unexpected: 2 }],
  ];
  for (const [title, observation, expected] of cases) {
    it(title, () => {
      assert.deepEqual(accountFor(seen(observation)), {
        ...none,
        sent: observation.accepted?.size ?? 0,
        ...expected,
      });
    });
  }

  it("expects as many rows as messages that share an id, and explains a missing one by what is known of them", () => {
    const accepted = new Map([
      ["s1", "a"],
      ["s2", "a"],
      ["s3", "a"],
    ]);
    const archived = new Set(["s1"]);
    const two = accountFor(seen({ accepted, rows: new Map([["a", 2]]), archived }));
    assert.deepEqual(two, { ...none, sent: 3, raw: 2, archived: 1 });
    const one = accountFor(seen({ accepted, rows: new Map([["a", 1]]), archived }));
    assert.deepEqual(one, { ...none, sent: 3, raw: 1, archived: 1, lost: 1 });
  });

  it("places every message exactly once, whatever was seen", () => {
    const id = fc.constantFrom("a", "b", "c");
    const message = fc.constantFrom("s1", "s2", "s3", "s4");
    fc.assert(
      fc.property(
        fc.record({
          accepted: fc.array(fc.tuple(message, fc.option(id, { nil: undefined }))).map((pairs) => new Map(pairs)),
          rows: fc.array(fc.tuple(id, fc.integer({ min: 1, max: 4 }))).map((pairs) => new Map(pairs)),
          archived: fc.array(message).map((ids) => new Set(ids)),
          archivedRows: fc.array(id).map((ids) => new Set(ids)),
          underWay: fc.array(message).map((ids) => new Set(ids)),
          rowsUnderWay: fc.array(id).map((ids) => new Set(ids)),
        }),
        (observation) => {
          const { sent, raw, archived, inFlight, lost, duplicates, unexpected } = accountFor(observation);
          assert.equal(sent, observation.accepted.size);
          assert.equal(raw + archived + inFlight + lost, sent);
          const rows = [...observation.rows.values()].reduce((sum, count) => sum + count, 0);
          assert.ok(raw + duplicates + unexpected >= rows);
        },
      ),
    );
  });
});

describe("total of accounts", () => {
  it("adds every figure", () => {
    const one = { sent: 1, raw: 2, archived: 3, inFlight: 4, lost: 5, duplicates: 6, unexpected: 7 };
    assert.deepEqual(total([one, one]), {
      sent: 2,
      raw: 4,
      archived: 6,
      inFlight: 8,
      lost: 10,
      duplicates: 12,
      unexpected: 14,
    });
    assert.deepEqual(total([]), none);
  });
});

describe("completeness", () => {
  it("asks that nothing is lost, in flight or unexpected", () => {
    assert.equal(isComplete({ ...none, sent: 5, raw: 3, archived: 2, duplicates: 1 }), true);
    for (const key of ["lost", "inFlight", "unexpected"] as const) {
      assert.equal(isComplete({ ...none, [key]: 1 }), false, key);
    }
  });
});
