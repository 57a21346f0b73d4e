import assert from "node:assert/strict";
import { createLog } from "../../../functions/common/log.ts";

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

  it("writes the line without its fields where these are nested deeper than JSON.stringify reaches", () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const [line] = logged((log) => log.warn("one", { deep, n: 1 })) as Record<string, unknown>[];
    assert.deepEqual([line?.message, line?.service, line?.deep, line?.n], ["one", "s", undefined, undefined]);
    assert.equal(line?.fields, "not written: they have no JSON");
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
