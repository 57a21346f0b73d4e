import assert from "node:assert/strict";
import fc from "fast-check";
import { createLog } from "../../../functions/common/log.ts";
import { codePoint } from "../../support/code-point.ts";

describe("createLog", () => {
  const logged = (use: (log: ReturnType<typeof createLog>) => void): unknown[] => {
    const lines: string[] = [];
    use(createLog({ write: (line) => lines.push(line), now: () => Date.UTC(2026, 0, 2), fields: { service: "s" } }));
    return lines.map((line) => JSON.parse(line));
  };

  it("writes one JSON object a line, with the time and the level as Lambda's filter reads them", () => {
    const lines = logged((log) => {
      log.info("one");
      log.warn("two", { count: 2 });
      log.error("three\nlines\nat once");
    });
    const timestamp = "2026-01-02T00:00:00.000Z";
    assert.deepEqual(lines, [
      { timestamp, level: "INFO", message: "one", service: "s" },
      { timestamp, level: "WARN", message: "two", service: "s", count: 2 },
      { timestamp, level: "ERROR", message: "three\nlines\nat once", service: "s" },
    ]);
  });

  describe("whatever a function was given", () => {
    const deep = () => {
      let nested: unknown = [];
      for (let level = 0; level < 100_000; level++) nested = [nested];
      return nested;
    };
    const text = "x".repeat(2_000_000);
    const list = Array.from({ length: 30_000 }, (_, n) => n);
    type Line = Record<string, unknown>;
    const line = (use: (log: ReturnType<typeof createLog>) => void) => logged(use)[0] as Line;

    it("cuts a text that makes a line too long, and says how long it was", () => {
      const { key, n } = line((log) => log.warn("one", { key: text, n: 1 }));
      assert.deepEqual([key, n], [`${"x".repeat(1000)}… (2000000 characters)`, 1]);
    });

    it("cuts it wherever it stands", () => {
      const at = { [text]: 1, inner: [{ reason: text }] };
      const { fields, message } = line((log) => log.warn(text, { fields: at }));
      const cut = `${"x".repeat(1000)}… (2000000 characters)`;
      assert.deepEqual([message, fields], [cut, { [cut]: 1, inner: [{ reason: cut }] }]);
    });

    it("cuts a list and an object that make a line too long, and says how many they held", () => {
      const counts = Object.fromEntries(list.map((n) => [`key ${n}`, n]));
      const { mappings, errors } = line((log) => log.warn("one", { mappings: list, errors: counts })) as {
        [name: string]: Line;
      };
      assert.deepEqual(mappings, [...list.slice(0, 100), "… (30000 in all)"]);
      assert.deepEqual([Object.keys(errors ?? {}).length, errors?.["key 99"]], [101, 99]);
      assert.equal(errors?.["…"], "30000 in all");
    });

    it("keeps an own key __proto__ a key", () => {
      const { given } = line((log) => log.warn("one", { given: JSON.parse(`{"__proto__": 1, "a": "${text}"}`) }));
      assert.deepEqual(Object.keys(given as object), ["__proto__", "a"]);
    });

    for (const [what, given] of [
      ["many long texts", { texts: Array.from({ length: 100 }, () => text.slice(0, 1000)) }],
      ["nested deeper than JSON.stringify reaches", { deep: deep() }],
      ["a number that has no JSON", { huge: 1n }],
    ] as const) {
      it(`leaves the fields out where they are ${what}, on a line or on every line`, () => {
        for (const { message, level, fields } of [
          line((log) => log.warn("one", given)),
          line((log) => log.with(given).warn("one", { n: 1 })),
        ]) {
          assert.deepEqual([message, level], ["one", "WARN"]);
          assert.match(String(fields), /^not written: (they have no JSON|\d+ characters)$/);
        }
        assert.equal(line((log) => log.warn("one", given)).service, "s");
      });
    }

    it("writes a line that arrives in one piece", () => {
      const value = fc.oneof(
        ...[
          fc.string({ unit: codePoint }).map((part) => part.repeat(3000)),
          fc.jsonValue(),
          fc.constant(list.slice(0, 9000)),
          fc.constant(text.slice(0, 90_000)),
        ],
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 300 }),
      );
      fc.assert(
        fc.property(fc.dictionary(fc.string(), value, { maxKeys: 12 }), fc.string(), (fields, message) => {
          const lines: string[] = [];
          const log = createLog({ write: (written) => lines.push(written), now: () => 0, fields: { service: "s" } });
          log.info(message, fields);
          assert.equal(lines.length, 1);
          const [written = ""] = lines;
          assert.ok(Buffer.byteLength(written) <= 60_000, `${Buffer.byteLength(written)} bytes`);
          assert.ok(!written.includes("\n"));
          JSON.parse(written);
        }),
        { numRuns: 40 },
      );
    });

    it("leaves a line as it is that is long and not too long", () => {
      const fields = { mappings: list.slice(0, 700), reason: text.slice(0, 10_000) };
      const { mappings, reason } = line((log) => log.warn("one", fields));
      assert.deepEqual({ mappings, reason }, fields);
    });
  });

  it("keeps added fields on every line of the log they were added to, and off the other", () => {
    const [first, second] = logged((log) => {
      log.with({ request: "r" }).info("with");
      log.info("without");
    }) as Record<string, unknown>[];
    assert.equal(first?.request, "r");
    assert.equal(first?.service, "s");
    assert.equal(second?.request, undefined);
  });
});
