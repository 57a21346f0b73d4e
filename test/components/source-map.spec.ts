import assert from "node:assert/strict";
import { SourceMap as NodeSourceMap } from "node:module";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { onlySources, type SourceMap } from "../../components/source-map.ts";

/** Where a place in the generated text comes from, by Node's own reading of the map. */
function origin(map: SourceMap, line: number, column: number): string | undefined {
  const { sources, mappings } = map;
  const payload = {
    file: "",
    version: 3,
    sources: [...sources],
    sourcesContent: [],
    names: [],
    mappings,
    sourceRoot: "",
  };
  const entry = new NodeSourceMap(payload).findEntry(line, column);
  if (!("originalSource" in entry) || !entry.originalSource) return undefined;
  return `${entry.originalSource}:${entry.originalLine}:${entry.originalColumn}`;
}

describe("onlySources", () => {
  it("keeps what leads to a wanted source, and marks the rest as unmapped", () => {
    // Columns 0, 8 and 16 of one line, from three sources; then column 4 of the line after the next.
    const map: SourceMap = {
      version: 3,
      sources: ["a.ts", "node_modules/b.js", "c.ts"],
      mappings: "AAAA,QCCC,QCCC;;IFAA",
    };
    const kept = onlySources(map, (source) => !source.includes("node_modules"));
    assert.deepEqual(kept.sources, ["a.ts", "c.ts"]);
    assert.equal(origin(kept, 0, 3), "a.ts:0:0");
    assert.equal(origin(kept, 0, 8), undefined);
    assert.equal(origin(kept, 0, 15), undefined);
    assert.equal(origin(kept, 0, 16), "c.ts:2:2");
    assert.equal(origin(kept, 2, 4), origin(map, 2, 4));
  });

  it("changes nothing of a real map all of whose sources are wanted", () => {
    const { map } = transformSync(
      "const first = 1;\nexport function run(text: string) {\n  return [text, first];\n}\n",
      {
        loader: "ts",
        sourcemap: true,
        sourcefile: "x.ts",
        minify: true,
      },
    );
    const given = JSON.parse(map) as SourceMap;
    const kept = onlySources(given, () => true);
    for (let column = 0; column < 80; column++) assert.equal(origin(kept, 0, column), origin(given, 0, column));
    assert.ok(origin(kept, 0, 20)?.startsWith("x.ts:"));
  });

  it("agrees with the whole map at every place of a wanted source, and is silent at every other", () => {
    const segment = fc.record({
      gap: fc.integer({ min: 1, max: 5000 }),
      source: fc.nat({ max: 3 }),
      line: fc.nat({ max: 100_000 }),
      column: fc.nat({ max: 500 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(segment, { maxLength: 6 }), { maxLength: 4 }),
        fc.nat({ max: 15 }),
        (lines, wanted) => {
          const sources = ["0", "1", "2", "3"];
          const isWanted = (source: string) => ((wanted >> Number(source)) & 1) === 1;
          const kept = onlySources({ version: 3, sources, mappings: mappingsOf(lines) }, isWanted);
          let mapped = false;
          for (const [number, segments] of lines.entries()) {
            let at = 0;
            for (const { gap, source, line, column } of segments) {
              at += gap;
              const found = origin(kept, number, at);
              if (isWanted(String(source))) assert.equal(found, `${source}:${line}:${column}`);
              else if (mapped) assert.equal(found, undefined);
              mapped ||= isWanted(String(source));
            }
          }
        },
      ),
    );
  });
});

interface Segment {
  gap: number;
  source: number;
  line: number;
  column: number;
}

function mappingsOf(lines: readonly (readonly Segment[])[]): string {
  let last = { source: 0, line: 0, column: 0 };
  const text = ({ gap, ...place }: Segment) => {
    const numbers = [gap, place.source - last.source, place.line - last.line, place.column - last.column];
    last = place;
    return numbers.map(vlq).join("");
  };
  return lines.map((segments) => segments.map(text).join(",")).join(";");
}

/** A number as Base64 VLQ, written the long way. */
function vlq(number: number): string {
  const bits = (Math.abs(number) * 2 + (number < 0 ? 1 : 0)).toString(2);
  const groups = bits.padStart(Math.ceil(bits.length / 5) * 5, "0").match(/.{5}/g) ?? [];
  const digits = groups
    .reverse()
    .map((group, index) => Number.parseInt(group, 2) + (index < groups.length - 1 ? 32 : 0));
  return digits.map((digit) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[digit]).join("");
}
