import { writeFile } from "node:fs/promises";
import type { BalanceSummary } from "../../functions/water-balance/handler.ts";
import type { DeniedCall } from "../iam/denied.ts";
import { type Account, total } from "./accounts.ts";
import type { BreakerHistory } from "./breaker.ts";
import type { FunctionWork } from "./function-work.ts";
import { type Layers, totalOf } from "./layers.ts";
import type { Chaos } from "./run.ts";

export interface ReportContent {
  stack: string;
  /** How many resources the stack has. */
  resources: number;
  byTopic: ReadonlyMap<string, Account>;
  /** By topic. */
  layers: ReadonlyMap<string, Layers>;
  /** What the water balance says; undefined where the refinery's run did not come so far. */
  balance: BalanceSummary | undefined;
  /** From the first send until everything had arrived. */
  seconds: number;
  /** How often each fault that was asked for has struck. */
  faults: Readonly<Record<string, number>>;
  breaker: BreakerHistory;
  functions: Readonly<Record<string, FunctionWork>>;
  /** Calls that were refused: who, what, why, and what to add where. */
  denied: readonly DeniedCall[];
  /** Of `npm run chaos`. */
  chaos?: Chaos | undefined;
}

/**
 * Writes the result of a run as JSON. `records` and each of `topics` have the same fields: sent, raw, archived, lost,
 * inFlight, duplicates and unexpected, as {@link Account} defines them. `layers` has the same for the tables, in all and
 * by topic, as {@link Layers} defines them.
 */
export async function writeReport(
  path: string,
  { byTopic, layers, seconds, ...content }: ReportContent,
): Promise<void> {
  const records = total(byTopic.values());
  const report = {
    stack: content.stack,
    resources: content.resources,
    records,
    topics: Object.fromEntries(byTopic),
    layers: { ...totalOf(layers.values()), topics: Object.fromEntries(layers) },
    balance: content.balance ?? null,
    seconds,
    recordsPerSecond: seconds > 0 ? records.raw / seconds : 0,
    faults: content.faults,
    breaker: content.breaker,
    functions: content.functions,
    denied: content.denied,
    chaos: content.chaos,
  };
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
}
