import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { batches, type Line, LONGEST_LINE, openErrorFile } from "../../../functions/dlq-processor/error-file.ts";
import { errorLine } from "../support/error-files.ts";
import { MemoryBucket } from "../support/memory-bucket.ts";

const MIB = 1024 * 1024;

async function linesOf(content: string | Uint8Array, rangeBytes = 8 * MIB): Promise<string[] | undefined> {
  const file = await openErrorFile(async (start, length) => {
    const bytes = Buffer.from(content as string);
    return { bytes: bytes.subarray(start, start + Math.min(length, rangeBytes)), size: bytes.length, modifiedAt: 5 };
  });
  assert.equal(file?.writtenAt, 5);
  return file && (await collected(file.lines)).map(({ bytes }) => Buffer.from(bytes).toString());
}

async function collected<T>(list: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}

describe("openErrorFile", () => {
  const cases: [string, string, string[]][] = [
    ["an empty file", "", []],
    ["a file that ends with a line feed", "a\nb\n", ["a", "b"]],
    ["a file that ends without", "a\nb", ["a", "b"]],
    ["empty lines", "\n\na\n\n", ["a"]],
    ["line separators that are no line feeds", "a\u2028b\rc\n", ["a\u2028b\rc"]],
  ];
  for (const [what, content, lines] of cases) {
    it(`reads ${what}`, async () => assert.deepEqual(await linesOf(content), lines));
  }

  it("reads the same lines in whatever pieces the file comes, plain or GZIP", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "😀", "{", '"'), minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 2, max: 20 }), fc.boolean(), async (lines, bytes, zipped) => {
        const text = lines.map((one) => `${one}\n`).join("");
        assert.deepEqual(await linesOf(zipped ? gzipSync(text) : text, bytes), lines);
      }),
      { numRuns: 60 },
    );
  });

  it("reads on over the end of a GZIP member", async () => {
    assert.deepEqual(await linesOf(Buffer.concat([gzipSync("a\nb"), gzipSync("c\n")])), ["a", "bc"]);
  });

  it("reads a large file in ranges of 8 MiB", async () => {
    const bucket = new MemoryBucket("errors");
    const line = `${"x".repeat(MIB - 1)}\n`;
    bucket.hold("file", line.repeat(17));
    const file = await openErrorFile((start, length) => bucket.getRange("file", start, length));
    assert.deepEqual(bucket.reads, ["file 0"]);
    assert.equal((await collected(file?.lines ?? assert.fail())).length, 17);
    assert.deepEqual(bucket.reads, ["file 0", `file ${8 * MIB}`, `file ${16 * MIB}`]);
  });

  describe("a line that is longer than any of Firehose's", () => {
    /** Each as the place of a part, or "line", and its length. */
    const shape = (lines: readonly Line[]) => lines.map(({ bytes, partAt }) => [partAt ?? "line", bytes.length]);
    const read = async (content: Uint8Array, rangeBytes = 8 * MIB) => {
      const file = await openErrorFile(async (start, length) => {
        const bytes = content.subarray(start, start + Math.min(length, rangeBytes));
        return { bytes, size: content.length, modifiedAt: 5 };
      });
      return collected(file?.lines ?? assert.fail());
    };

    it("holds the longest that Firehose can write", () => {
      const record = Buffer.alloc(1000 * 1024);
      assert.ok(errorLine(record, { errorMessage: "x".repeat(500_000) }).length < LONGEST_LINE);
    });

    it("comes in parts, with all of its bytes, among other lines that come whole", async () => {
      const long = Buffer.from("0123456789".repeat((2 * LONGEST_LINE) / 10 + 1));
      const content = Buffer.concat([Buffer.from("first\n"), long, Buffer.from("\n\nlast\n")]);
      for (const bytes of [content, gzipSync(content)]) {
        for (const range of [8 * MIB, 333_333]) {
          const lines = await read(bytes, range);
          const rest = long.length - 2 * LONGEST_LINE;
          assert.deepEqual(shape(lines), [
            ["line", 5],
            ...[0, 1].map((part) => [6 + part * LONGEST_LINE, LONGEST_LINE]),
            [6 + 2 * LONGEST_LINE, rest],
            ["line", 4],
          ]);
          assert.ok(Buffer.concat(lines.slice(1, -1).map((line) => line.bytes)).equals(long));
        }
      }
    });

    it("is a line like any other where it is not longer", async () => {
      const longest = Buffer.alloc(LONGEST_LINE, "x");
      assert.deepEqual(shape(await read(longest, MIB)), [["line", LONGEST_LINE]]);
      assert.deepEqual(shape(await read(Buffer.concat([longest, Buffer.from("\n")]), MIB)), [["line", LONGEST_LINE]]);
      const longer = Buffer.concat([longest, Buffer.from("y")]);
      assert.deepEqual(shape(await read(longer, LONGEST_LINE)), [
        [0, LONGEST_LINE],
        [LONGEST_LINE, 1],
      ]);
    });

    it("is handed on before it has ended, where it ever does", async () => {
      let reads = 0;
      const file = await openErrorFile(async (_, length) => {
        reads++;
        return { bytes: Buffer.alloc(length, "x"), size: Number.MAX_SAFE_INTEGER, modifiedAt: 0 };
      });
      let parts = 0;
      for await (const { bytes, partAt } of file?.lines ?? assert.fail()) {
        assert.deepEqual([partAt, bytes.length], [parts * LONGEST_LINE, LONGEST_LINE]);
        // A part is a copy: it does not keep the whole range in memory.
        assert.equal(bytes.buffer.byteLength, LONGEST_LINE);
        if (++parts === 9) break;
      }
      assert.equal(reads, Math.ceil((9 * LONGEST_LINE) / (8 * MIB)));
    });
  });

  it("answers undefined where there is no file", async () => {
    assert.equal(await openErrorFile(async () => undefined), undefined);
  });

  it("throws where the file goes or shrinks while it is read", async () => {
    const bytes = Buffer.from("a\n");
    for (const next of [undefined, { bytes: new Uint8Array(), size: 2, modifiedAt: 0 }]) {
      const file = await openErrorFile(async (start) => (start === 0 ? { bytes, size: 4, modifiedAt: 0 } : next));
      await assert.rejects(collected(file?.lines ?? assert.fail()), /changed while it was read/);
    }
  });

  it("throws what a read throws, through GZIP too, and at a GZIP that is cut off", async () => {
    for (const content of [Buffer.from("a\n"), gzipSync("a\n")]) {
      const file = await openErrorFile(async (start) => {
        if (start > 0) throw new Error("away");
        return { bytes: content, size: content.length + 1, modifiedAt: 0 };
      });
      await assert.rejects(collected(file?.lines ?? assert.fail()), /away/);
    }
    await assert.rejects(linesOf(gzipSync("a\n").subarray(0, -4)), /unexpected end/);
  });
});

describe("batches", () => {
  const given = (...lengths: number[]) => lengths.map((length): Line => ({ bytes: new Uint8Array(length) }));
  const cut = async (lengths: number[]) => {
    async function* lines() {
      yield* given(...lengths);
    }
    return (await collected(batches(lines(), { items: 3, bytes: 10 }))).map((batch) =>
      batch.map(({ bytes }) => bytes.length),
    );
  };

  it("hands on a list when it has as many lines or bytes as it may", async () => {
    assert.deepEqual(await cut([]), []);
    assert.deepEqual(await cut([1, 1, 1, 1]), [[1, 1, 1], [1]]);
    assert.deepEqual(await cut([4, 6, 1]), [[4, 6], [1]]);
    assert.deepEqual(await cut([50, 1]), [[50], [1]]);
  });
});
