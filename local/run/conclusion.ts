import { count } from "../console.ts";
import { customResources } from "../graph/types.ts";
import { type Account, isComplete, total } from "./accounts.ts";
import { accounts } from "./observe.ts";
import type { Refusals } from "./refusals.ts";
import { writeReport } from "./report.ts";
import type { Run } from "./run.ts";

/** What a shell expects of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Accounts for every message, shows the result, writes the report.
 *
 * @param seconds from the first send until everything had arrived.
 * @returns the process's exit code.
 */
export async function conclude(run: Run, refusals: Refusals, seconds: number): Promise<number> {
  const { options, graph, outputs, cloud, ledger, display, interrupt, logs } = run;
  const byTopic = await accounts(cloud, outputs, ledger);
  const sum = total(byTopic.values());
  display.accounts(byTopic);
  for (const line of refusals.lines()) {
    display.problem(line);
  }
  if (options.report !== undefined) {
    await writeReport(options.report, {
      stack: options.stack,
      resources: customResources(graph).length,
      byTopic,
      seconds,
      faults: cloud.faults.injected(),
    });
  }
  for (const line of faultLines(cloud.faults.injected())) {
    display.line(line);
  }
  const good = isComplete(sum) && refusals.count === 0;
  display.closing(sentence(sum, seconds), good);
  if (!good) {
    display.problem(`The functions' logs are in ${logs.folder}.`);
  }
  return interrupt.requested && !options.serve ? INTERRUPTED : good ? 0 : 1;
}

function sentence(sum: Account, seconds: number): string {
  const parts = [`${count(sum.sent)} sent = ${count(sum.raw)} in RAW`];
  if (sum.archived > 0) parts.push(`${count(sum.archived)} archived`);
  if (sum.inFlight > 0) parts.push(`${count(sum.inFlight)} in flight`);
  if (sum.lost > 0) parts.push(`${count(sum.lost)} lost`);
  const notes = [
    sum.lost === 0 ? "nothing lost" : "NOT ALL ACCOUNTED FOR",
    ...(sum.duplicates > 0 ? [`${count(sum.duplicates)} duplicates`] : []),
    ...(sum.unexpected > 0 ? [`${count(sum.unexpected)} rows that nobody sent`] : []),
    `${seconds.toFixed(1)} s`,
    `${count(Math.round(sum.raw / seconds))} records/s`,
  ];
  return `${parts.join(" + ")}: ${notes.join(", ")}.`;
}

/** What went wrong on purpose, by name. */
function faultLines(injected: Readonly<Record<string, number>>): string[] {
  const names = Object.entries(injected).filter(([, times]) => times > 0);
  return names.length === 0
    ? []
    : ["", ...names.map(([name, times]) => `  ${name.padEnd(22)}injected ${count(times)} times`)];
}
