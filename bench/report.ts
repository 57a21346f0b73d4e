import { execFileSync } from "node:child_process";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";

/** One table of figures. */
export interface Table {
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/** What one part of the benchmarks found. */
export interface Section {
  title: string;
  /** How it was measured, and at which settings. */
  method: string;
  tables: readonly Table[];
  /** Against the targets: what was reached, what was not. */
  verdicts: readonly string[];
}

/** A part of the benchmarks, which can run alone. */
export interface Part {
  name: string;
  run(): Promise<Section>;
}

/** The middle, and how far the values lie apart. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] as number)
      : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** `12.3 (11.9–14.0)` */
export function shown({ median, min, max }: Spread, digits = 1): string {
  const text = (value: number) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return min === max ? text(median) : `${text(median)} (${text(min)}–${text(max)})`;
}

/** `reached: …` or `missed: …`, with what was found and what was wanted. */
export function verdict(what: string, found: number, comparison: "≥" | "≤", target: number, unit = ""): string {
  const reached = comparison === "≥" ? found >= target : found <= target;
  const text = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  return `${reached ? "reached" : "**missed**"}: ${what} ${text(found)}${unit}, target ${comparison} ${text(target)}${unit}`;
}

/** What the figures were taken on. */
export function machine(): string[] {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? "unknown";
  return [
    `- ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${commit()}`,
    `- ${availableParallelism()} cores of ${model}, ${memory} GiB, ${platform()} ${release()} ${arch()}`,
    `- Node.js ${process.versions.node}`,
  ];
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

export function markdown(section: Section, seconds: number): string {
  const { title, method, tables, verdicts } = section;
  return [
    `## ${title}`,
    "",
    `${method} (${seconds.toFixed(0)} s)`,
    "",
    ...tables.flatMap((table) => [...tableLines(table), ""]),
    ...verdicts.map((line) => `- ${line}`),
    "",
  ].join("\n");
}

function tableLines({ head, rows }: Table): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map((_, column) => (column === 0 ? "---|" : "---:|")).join("")}`, ...rows.map(line)];
}
