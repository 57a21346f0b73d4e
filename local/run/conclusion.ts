import { count } from "../console.ts";
import { customResources } from "../graph/types.ts";
import { deniedLines } from "../iam/denied.ts";
import { type Account, isComplete, total } from "./accounts.ts";
import { breakerHistory, breakerLines } from "./breaker.ts";
import type { Display } from "./display.ts";
import { functionWork } from "./function-work.ts";
import { type Layers, layers, totalOf } from "./layers.ts";
import { accounts } from "./observe.ts";
import { isBalanced, type RefineryRun, refine } from "./refinery.ts";
import type { Refusals } from "./refusals.ts";
import { type ReportContent, writeReport } from "./report.ts";
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
  const { options, graph, outputs, cloud, ledger, display, interrupt, logs, over } = run;
  // What the mappings and the delivery stream hold in their hands is in no place where one could look for it.
  await Promise.race([cloud.drain(), over]);
  const started = performance.now();
  // The refinery changes nothing of what is counted here, and mostly waits for its queries.
  const counted = accounts(cloud, outputs, ledger);
  // Told below.
  counted.catch(() => undefined);
  const refinery = await Promise.race([refine(cloud, outputs), over.then(() => CUT_SHORT)]);
  display.step("refine", refinement(refinery), (performance.now() - started) / 1000);
  const byTopic = await counted;
  const layersByTopic = await layers(cloud, outputs);
  const sum = total(byTopic.values());
  const refined = totalOf(layersByTopic.values());
  display.accounts(byTopic, layersByTopic);
  display.line();
  for (const line of equations(refined)) display.line(`  ${line}`);
  for (const line of refusals.lines()) {
    display.problem(line);
  }
  const { denied } = cloud.authority;
  if (denied.length > 0)
    display.problem(`${count(denied.length)} ${denied.length === 1 ? "call was" : "calls were"} refused:`);
  for (const line of deniedLines(denied)) {
    display.problem(`  ${line}`);
  }
  const breaker = await breakerHistory(cloud, outputs);
  for (const line of [...faultLines(cloud.faults.injected()), ...breakerLines(breaker)]) {
    display.line(line);
  }
  const content = {
    stack: options.stack,
    resources: customResources(graph).length,
    byTopic,
    layers: layersByTopic,
    balance: refinery.summary,
    seconds,
    faults: cloud.faults.injected(),
    breaker,
    functions: functionWork(cloud.cloudwatch.metrics),
    denied,
    chaos: run.chaos,
  };
  const reported = options.report === undefined || (await reportTo(options.report, content, display));
  const isWhole = isComplete(sum) && refined.wrong === 0 && isBalanced(refinery);
  const good = isWhole && refusals.count === 0 && denied.length === 0 && reported;
  display.closing(denied.length === 0 ? sentence(sum, seconds) : refusedSentence(denied.length), good);
  if (!good) {
    display.problem(`The functions' logs are in ${logs.folder}.`);
  }
  return interrupt.requested && !options.serve ? INTERRUPTED : good ? 0 : 1;
}

/** What the refinery's run came to, in short. */
function refinement({ summary, problem }: RefineryRun): string {
  if (summary === undefined) return `the run ended without a balance: ${problem}`;
  const { balanced, unequal, notChecked } = summary;
  const parts = [`${count(balanced)} topic${balanced === 1 ? "" : "s"} balanced`];
  if (unequal > 0) parts.push(`${count(unequal)} unequal`);
  if (notChecked > 0) parts.push(`${count(notChecked)} not checked`);
  return parts.join(", ");
}

const CUT_SHORT: RefineryRun = { summary: undefined, problem: "calls were refused, and nobody waits for the rest" };

const REASONS_SHOWN = 3;

/** What the layers hold, so that every difference has its name. */
function equations({ rawRows, curated, semantic, rejected, duplicates, superseded, reasons, wrong }: Layers): string[] {
  const named = Object.entries(reasons)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, rows]) => `${count(rows)} ${reason}`);
  const why =
    named.length === 0
      ? ""
      : ` (${named.slice(0, REASONS_SHOWN).join(", ")}${named.length > REASONS_SHOWN ? ", …" : ""})`;
  return [
    `${count(rawRows)} rows in RAW = ${count(curated)} in CURATED + ${count(duplicates)} duplicates`,
    `${count(curated)} in CURATED = ${count(semantic)} in SEMANTIC, ${count(superseded)} of them superseded, + ${count(rejected)} rejected${why}`,
    ...(wrong > 0 ? [`${count(wrong)} messages are not once in each layer`] : []),
  ];
}

/** A report that cannot be written must not swallow the verdict. */
async function reportTo(path: string, content: ReportContent, display: Display): Promise<boolean> {
  try {
    await writeReport(path, content);
    return true;
  } catch (error) {
    display.problem(`The report was not written: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

/** What was in somebody's hands when the run ended is in no place where one could look for it. */
function refusedSentence(calls: number): string {
  return calls === 1
    ? "1 call was refused, as AWS would refuse it: what depends on it did not arrive."
    : `${count(calls)} calls were refused, as AWS would refuse them: what depends on them did not arrive.`;
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

/** What went wrong on purpose, by name, and what was to, and did not. */
function faultLines(injected: Readonly<Record<string, number>>): string[] {
  const names = Object.entries(injected);
  return names.length === 0
    ? []
    : ["", ...names.map(([name, times]) => `  ${name.padEnd(22)}injected ${count(times)} times`)];
}
