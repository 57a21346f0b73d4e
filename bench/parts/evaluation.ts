import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Part, type Section, shown, spreadOf, verdict } from "../report.ts";

const ONCE = fileURLToPath(new URL("../evaluate-once.ts", import.meta.url));
/** Topics, and how often each is evaluated. */
const POINTS = [
  [3, 3],
  [100, 3],
  [300, 1],
  [1000, 1],
] as const;

interface Evaluation {
  resources: number;
  seconds: number;
  mebibytes: number;
}

export const part: Part = { name: "evaluation", run };

async function run(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const verdicts: string[] = [];
  let smallest: number | undefined;
  for (const [topics, times] of POINTS) {
    const found: Evaluation[] = [];
    for (let time = 0; time < times; time += 1) found.push(await evaluateOnce(topics));
    const seconds = spreadOf(found.map((one) => one.seconds));
    const memory = spreadOf(found.map((one) => one.mebibytes));
    smallest ??= seconds.median;
    const perTopic = topics > 3 ? ((seconds.median - smallest) / (topics - 3)) * 1000 : undefined;
    rows.push([topics, found[0]?.resources ?? 0, shown(seconds), shown(memory, 0), perTopic?.toFixed(1) ?? "–"]);
    if (topics === 1000) {
      verdicts.push(verdict("1,000 topics evaluated in", seconds.median, "≤", 20, " s"));
      verdicts.push(verdict("1,000 topics evaluated in", memory.median, "≤", 1000, " MiB"));
    }
  }
  return {
    title: "Evaluation of the program",
    method: "Each in a process of its own: seconds without the process's start, most resident memory",
    tables: [{ head: ["topics", "resources", "seconds", "MiB", "ms a topic more"], rows }],
    verdicts,
  };
}

async function evaluateOnce(topics: number): Promise<Evaluation> {
  const { stdout } = await promisify(execFile)(process.execPath, [ONCE, String(topics)]);
  return JSON.parse(stdout) as Evaluation;
}
