import { writeFile } from "node:fs/promises";
import { type Account, total } from "./accounts.ts";

export interface ReportContent {
  stack: string;
  /** How many resources the stack has. */
  resources: number;
  byTopic: ReadonlyMap<string, Account>;
  /** From the first send until everything had arrived. */
  seconds: number;
}

/**
 * Writes the result of a run as JSON. `records` and each of `topics` have the same fields: sent, raw, failed, lost,
 * inFlight, duplicates and unexpected, as {@link Account} defines them.
 */
export async function writeReport(path: string, { stack, resources, byTopic, seconds }: ReportContent): Promise<void> {
  const records = total(byTopic.values());
  const report = {
    stack,
    resources,
    records,
    topics: Object.fromEntries(byTopic),
    seconds,
    recordsPerSecond: seconds > 0 ? records.raw / seconds : 0,
  };
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
}
