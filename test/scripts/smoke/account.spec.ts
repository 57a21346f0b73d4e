import assert from "node:assert/strict";
import { accountFor, FAULTS, hasArrived, isWhole, total } from "../../../scripts/smoke/account.ts";
import { type Archived, rowKey } from "../../../scripts/smoke/archive.ts";
import type { TopicRows } from "../../../scripts/smoke/layers.ts";
import type { Sent } from "../../../scripts/smoke/sent.ts";

const sent = (id: string, messageId: string | undefined = `m-${id}`): Sent => ({
  ...{ topic: "orders", id, messageId },
  md5: "",
});
const rows = (given: Partial<Record<keyof TopicRows, Record<string, number>>>): TopicRows => {
  const of = (layer: keyof TopicRows) => new Map(Object.entries(given[layer] ?? {}));
  return { raw: of("raw"), curated: of("curated"), semantic: of("semantic"), rejected: of("rejected") };
};
const archive = (given: Partial<Archived> = {}): Archived => ({
  ...{ messages: new Map(), rows: new Map(), spoilt: new Map() },
  ...given,
});

describe("accountFor", () => {
  it("finds each message in every layer, or in the archive", () => {
    const account = accountFor(
      "orders",
      [sent("a"), sent("b"), { ...sent("c"), messageId: undefined }, sent("d")],
      rows({
        raw: { "m-a": 1, "m-b": 2 },
        curated: { "m-a": 1, "m-b": 1 },
        semantic: { "m-a": 1 },
        rejected: { "m-b": 1 },
      }),
      archive({
        messages: new Map([["c", "DROP BODY_NOT_JSON"]]),
        rows: new Map([[rowKey("orders", "m-d"), "RETRY S3.AccessDenied"]]),
      }),
    );
    const { archivedFor, faults, ...numbers } = account;
    assert.deepEqual(numbers, {
      ...{ sent: 4, raw: 2, archived: 2, curated: 2, semantic: 1, rejected: 1, duplicates: 1, unknown: 0 },
    });
    assert.deepEqual(
      [...archivedFor],
      [
        ["DROP BODY_NOT_JSON", 1],
        ["RETRY S3.AccessDenied", 1],
      ],
    );
    assert.deepEqual([...faults], []);
    assert.ok(isWhole(account));
  });

  const faulty: [string, Parameters<typeof rows>[0], Partial<Archived>, string | RegExp][] = [
    ["that is nowhere", {}, {}, FAULTS.lost],
    ["that another topic's row is archived for", {}, { rows: new Map([[rowKey("events", "m-a"), "x"]]) }, FAULTS.lost],
    ["that is not in CURATED", { raw: { "m-a": 1 } }, {}, FAULTS.notCurated],
    ["that is only in CURATED", { raw: { "m-a": 1 }, curated: { "m-a": 1 } }, {}, FAULTS.notRefined],
    [
      "that is twice in CURATED",
      { raw: { "m-a": 1 }, curated: { "m-a": 2 }, semantic: { "m-a": 1 } },
      {},
      FAULTS.repeated,
    ],
    [
      "that is in SEMANTIC and rejected",
      { raw: { "m-a": 1 }, curated: { "m-a": 1 }, semantic: { "m-a": 1 }, rejected: { "m-a": 1 } },
      {},
      FAULTS.repeated,
    ],
    [
      "whose object is not what was sent",
      {},
      { spoilt: new Map([["a", "its object is missing"]]) },
      /tracker, but its/,
    ],
  ];
  for (const [what, layers, inArchive, said] of faulty) {
    it(`names a message ${what}`, () => {
      const account = accountFor("orders", [sent("a")], rows(layers), archive(inArchive));
      const [[fault, ids] = ["", []], ...others] = [...account.faults];
      assert.match(fault, said instanceof RegExp ? said : new RegExp(`^${said}$`));
      assert.deepEqual([ids, others], [["a"], []]);
      assert.ok(!isWhole(account));
    });
  }

  it("takes a row for one that nobody acknowledged, and a message in RAW and archived for a duplicate", () => {
    const given = rows({ raw: { "m-a": 1, other: 2 }, curated: { "m-a": 1 }, semantic: { "m-a": 1 } });
    const account = accountFor("orders", [sent("a")], given, archive({ messages: new Map([["a", "UNKNOWN x"]]) }));
    assert.deepEqual([account.unknown, account.duplicates, account.archived], [2, 1, 0]);
    const sum = total([account, account]);
    assert.deepEqual([sum.sent, sum.raw, sum.unknown], [2, 2, 4]);
    assert.ok(hasArrived(sum));
  });
});
