import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Part, type Section, type Spread, shown, spreadOf, verdict } from "../report.ts";

const ONCE = fileURLToPath(new URL("../evaluate-once.ts", import.meta.url));
/** Topics, and how often each is evaluated. */
const POINTS = [
  [3, 3],
  [100, 3],
  [300, 1],
  [1000, 1],
] as const;

/** What the evaluation of one stack and its judging took. */
export interface Evaluation {
  resources: number;
  /** Of the program alone, without the process's start. */
  seconds: number;
  cpuSeconds: number;
  /** The most memory that was resident while the program was evaluated. */
  mebibytes: number;
  /** Until the policy pack answers. */
  packSeconds: number;
  judgeSeconds: number;
  /** Violations and notices. */
  judgements: number;
}

export const part: Part = { name: "evaluation", run };

async function run(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const verdicts: string[] = [];
  let smallest: number | undefined;
  for (const [topics, times] of POINTS) {
    const found: Evaluation[] = [];
    for (let time = 0; time < times; time += 1) found.push(await evaluateOnce(topics));
    const of = (value: (one: Evaluation) => number): Spread => spreadOf(found.map(value));
    const seconds = of((one) => one.seconds);
    const memory = of((one) => one.mebibytes);
    const judging = of((one) => one.judgeSeconds);
    smallest ??= seconds.median;
    const perTopic = topics > 3 ? ((seconds.median - smallest) / (topics - 3)) * 1000 : undefined;
    rows.push([
      topics,
      found[0]?.resources ?? 0,
      shown(seconds),
      shown(of((one) => one.cpuSeconds)),
      perTopic?.toFixed(1) ?? "–",
      shown(memory, 0),
      shown(of((one) => one.packSeconds)),
      shown(judging),
    ]);
    if (topics === 3) {
      verdicts.push(verdict("the policy pack starts in", of((one) => one.packSeconds).median, "≤", 1.5, " s"));
    }
    if (topics === 1000) {
      verdicts.push(verdict("1,000 topics evaluated in", seconds.median, "≤", 20, " s"));
      verdicts.push(verdict("1,000 topics evaluated in", memory.median, "≤", 1000, " MiB"));
      verdicts.push(verdict("1,000 topics judged in", judging.median, "≤", 10, " s"));
    }
  }
  return {
    title: "Evaluation of the program, and the policy gate",
    method: "Each in a process of its own, the pack in another",
    tables: [
      {
        head: [
          "topics",
          "resources",
          "evaluated, s",
          "s of CPU",
          "ms a topic more",
          "MiB",
          "pack started, s",
          "judged, s",
        ],
        rows,
      },
    ],
    verdicts,
  };
}

async function evaluateOnce(topics: number): Promise<Evaluation> {
  const { stdout } = await promisify(execFile)(process.execPath, [ONCE, String(topics)]);
  return JSON.parse(stdout) as Evaluation;
}
