/** Integers from narrow to wide, with the digits that they have as decimals. */
const INTEGERS: readonly (readonly [string, number])[] = [
  ["tinyint", 3],
  ["smallint", 5],
  ["integer", 10],
  ["bigint", 19],
];

/**
 * Whether Trino puts a value of one type into a column of another without a CAST. DuckDB casts whatever it can.
 * Types are Trino's, a timestamp's precision left aside. What DuckDB takes for an integer may be a null of no type, and
 * passes.
 */
export function coerces(from: string, to: string): boolean {
  if (from === to || from === "integer") return true;
  const [source, target] = [base(from), base(to)];
  if (source === target && source !== "decimal") return true;
  const digits = INTEGERS.find(([name]) => name === from)?.[1];
  if (digits !== undefined) {
    const wider = INTEGERS.find(([name]) => name === to)?.[1];
    return (wider ?? 0) > digits || target === "real" || target === "double" || fits(digits, 0, to);
  }
  if (source === "decimal") {
    const [precision, scale] = decimal(from);
    return target === "real" || target === "double" || fits(precision, scale, to);
  }
  return (source === "real" && target === "double") || (source === "date" && target.startsWith("timestamp"));
}

function base(type: string): string {
  return type.replace(/\(.*?\)/, "");
}

function decimal(type: string): [precision: number, scale: number] {
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  return [Number(precision), Number(scale)];
}

function fits(precision: number, scale: number, to: string): boolean {
  const [wide, fine] = decimal(to);
  return fine >= scale && wide - fine >= precision - scale;
}
