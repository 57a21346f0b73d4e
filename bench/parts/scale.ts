import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Part, type Section, verdict } from "../report.ts";

const TOPICS = 1000;
const RECORDS = 20_000;
const ONCE = fileURLToPath(new URL("../scale-once.ts", import.meta.url));
const run = promisify(execFile);

/** What a run of a large stack took. */
export interface ScaleRun {
  resources: number;
  /** Of queues. */
  mappings: number;
  /** Seconds, in order. */
  steps: Readonly<Record<string, number>>;
  sent: number;
  raw: number;
  lost: number;
  /** Whether each message is accounted for, and the water balance of every topic holds. */
  isWhole: boolean;
  balance: unknown;
  /** The most that the local cloud's own process had. */
  mebibytes: number;
}

export const part: Part = { name: "scale", run: measure };

async function measure(): Promise<Section> {
  const { stdout } = await run(process.execPath, [ONCE, String(TOPICS), String(RECORDS)], { maxBuffer: 2 ** 26 });
  const found = JSON.parse(stdout) as ScaleRun;
  const count = (value: number) => value.toLocaleString("en-US");
  const steps = Object.entries(found.steps).map(([name, seconds]) => [`${name}, s`, seconds.toFixed(1)] as const);
  return {
    title: `${count(TOPICS)} topics on the local cloud`,
    method: `${count(RECORDS)} records of 1 KB over all topics, the dev stack's settings but for the number of topics, once`,
    tables: [
      {
        head: ["", "found"],
        rows: [
          ["resources", count(found.resources)],
          ["mappings of queues", count(found.mappings)],
          ...steps,
          ["peak memory, MiB", count(Math.round(found.mebibytes))],
          ["sent", count(found.sent)],
          ["in RAW", count(found.raw)],
        ],
      },
    ],
    verdicts: [
      verdict("lost", found.lost, "≤", 0),
      found.isWhole ? "every topic balances" : `**not whole**: ${JSON.stringify(found.balance)}`,
    ],
  };
}
