import type { Log } from "../common/log.ts";
import type { IngestionBalance } from "./ingestion.ts";
import type { Settled } from "./record.ts";
import type { Run } from "./run.ts";

export interface Findings {
  run: Run;
  settled: readonly Settled[];
  summary: object;
  ingestion: IngestionBalance | undefined;
}

/** A line for each topic that is unequal or was not checked, and one for the run. */
export function tell(log: Log, { run, settled, summary, ingestion }: Findings): void {
  let underWay = 0;
  for (const { judged } of settled) {
    const { topic } = judged.item;
    if (judged.days === undefined) {
      log.error("topic not checked", { topic, ...judged.failure });
      continue;
    }
    const unequal = judged.days.filter(({ isBalanced }) => !isBalanced);
    const wrong = unequal.filter(({ missing, restored }) => missing + restored > 0);
    // Rows that come while a run is under way are in the next one; busy topics always have some.
    if (wrong.length === 0) underWay += unequal.length > 0 ? 1 : 0;
    else {
      const days = Object.fromEntries(wrong.map(({ day, note }) => [day, note]));
      log.warn("topic unequal", { topic, days });
    }
  }
  const problem = run.problem === undefined ? {} : { problem: run.problem };
  log.info("balance", { ...summary, underWay, ...problem, ...(ingestion === undefined ? {} : { ingestion }) });
}
