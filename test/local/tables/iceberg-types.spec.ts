import assert from "node:assert/strict";
import { hiveType, parseIcebergType, promotes, scaledDigits } from "../../../local/tables/iceberg-types.ts";

describe("parseIcebergType", () => {
  it("reads a plain type and one quoted as JSON alike", () => {
    assert.deepEqual(parseIcebergType("long"), { name: "long", duckdb: "BIGINT" });
    assert.deepEqual(parseIcebergType('"long"'), { name: "long", duckdb: "BIGINT" });
  });

  it("reads precision and scale of a decimal", () => {
    assert.deepEqual(parseIcebergType('"decimal(18,2)"'), {
      name: "decimal",
      duckdb: "DECIMAL(18, 2)",
      precision: 18,
      scale: 2,
    });
  });

  for (const type of ["decimal(39,2)", "decimal(0,0)", "decimal(4,5)"]) {
    it(`refuses ${type}, which Iceberg does not have`, () => {
      assert.throws(() => parseIcebergType(type), { message: /a decimal has a precision of 1 to 38/ });
    });
  }

  for (const type of ['{"type":"list","element":"string"}', "struct<a: int>", "fixed[16]", "bigint", "toString"]) {
    it(`refuses ${type}, which the local tables do not hold`, () => {
      assert.throws(
        () => parseIcebergType(type),
        (error: Error) => error.message.startsWith(`${type}: the local tables hold the types boolean`),
      );
    });
  }
});

describe("hiveType", () => {
  const cases = [
    ["boolean", "boolean"],
    ["int", "int"],
    ["long", "bigint"],
    ["float", "float"],
    ["double", "double"],
    ["decimal(18, 2)", "decimal(18,2)"],
    ["date", "date"],
    ["timestamp", "timestamp"],
    ["timestamptz", "timestamp"],
    ["string", "string"],
    ["uuid", "string"],
    ["binary", "binary"],
  ] as const;
  for (const [iceberg, hive] of cases) {
    it(`writes ${iceberg} as ${hive}`, () => {
      assert.equal(hiveType(parseIcebergType(iceberg)), hive);
    });
  }
});

describe("promotes", () => {
  const cases: [from: string, to: string, allowed: boolean][] = [
    ["int", "long", true],
    ["float", "double", true],
    ["decimal(9,2)", "decimal(18,2)", true],
    ["string", "string", true],
    ["long", "int", false],
    ["double", "float", false],
    ["int", "double", false],
    ["int", "decimal(18,2)", false],
    ["decimal(18,2)", "decimal(9,2)", false],
    ["decimal(18,2)", "decimal(19,3)", false],
    ["date", "timestamp", false],
    ["string", "long", false],
    ["timestamp", "timestamptz", false],
  ];
  for (const [from, to, allowed] of cases) {
    it(`${allowed ? "lets" : "does not let"} ${from} become ${to}`, () => {
      assert.equal(promotes(parseIcebergType(from), parseIcebergType(to)), allowed);
    });
  }
});

describe("scaledDigits", () => {
  const cases: [number | bigint, number, bigint | undefined][] = [
    [18.1, 2, 1810n],
    [-0.05, 2, -5n],
    [1e21, 0, 10n ** 21n],
    [1e-7, 7, 1n],
    [1e-7, 6, undefined],
    [1.005, 2, undefined],
    [9007199254740993n, 1, 90071992547409930n],
    [Number.NaN, 2, undefined],
  ];
  for (const [value, scale, digits] of cases) {
    it(`gives ${digits} for ${value} at scale ${scale}`, () => {
      assert.equal(scaledDigits(value, scale), digits);
    });
  }
});
