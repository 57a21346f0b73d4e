import type { Context } from "aws-lambda";
import type { Bucket } from "../common/bucket.ts";
import type { Clock } from "../common/clock.ts";
import { callBefore } from "../common/deadline.ts";
import { errorName } from "../common/failure.ts";
import type { Log } from "../common/log.ts";
import type { MetricLine } from "../common/metrics.ts";
import type { TablesPage } from "../refinery-plan/catalog.ts";
import { readStart } from "../refinery-plan/handler.ts";
import type { Progress, ProgressStore } from "../refinery-plan/progress.ts";
import { DAY_SECONDS, dayOf, dayStart, NO_DAY } from "../refinery-plan/sql/window.ts";
import {
  type GetMetricData,
  type IngestionBalance,
  type IngestionSources,
  ingestionBalance,
  readIngestion,
} from "./ingestion.ts";
import { readLeft } from "./left.ts";
import { nextOf, sum } from "./next.ts";
import { rowsToWrite, type Settled } from "./record.ts";
import { type BalanceEvent, type Run, readRun } from "./run.ts";
import { save } from "./save.ts";
import { BALANCE_SIGNALS, balanceDimensions } from "./signals.ts";
import { insertions } from "./statements.ts";
import { tell } from "./tell.ts";

export interface BalanceAnswer {
  /** To be run one after the other: they add this run's rows to the water balance's table. */
  statements: string[];
  summary: BalanceSummary;
}

export interface BalanceSummary {
  balanced: number;
  unequal: number;
  notChecked: number;
  /** Topics that had nothing new; they are among the balanced. */
  skipped: number;
  unexplained: number;
}

export interface HandlerDependencies extends IngestionSources {
  databases: { curated: string; semantic: string };
  /** A difference that is younger is no reason for an alarm. */
  graceMinutes: number;
  tolerancePercent: number;
  /** How many days are counted, today included. */
  balanceDays: number;
  results: Pick<Bucket, "get">;
  progress: ProgressStore;
  clients: {
    /** Calls Glue's GetTables once. */
    getTables(database: string, nextToken: string | undefined, signal: AbortSignal): Promise<TablesPage>;
    getMetricData: GetMetricData;
  };
  clock: Clock;
  log: Log;
  metrics(line: MetricLine): void;
}

/** Makes a call that ends in time. */
type Call = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>;

const ANSWER_MARGIN_MS = 2000;

/**
 * Says of each topic whether RAW, CURATED and SEMANTIC hold the same messages, and names what differs. A count that is
 * missing or no number makes its topic unchecked; it is never taken for zero.
 *
 * @throws Error where the refinery's table cannot be read: without it nothing is known of the time before.
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: BalanceEvent, context: Context) => Promise<BalanceAnswer> {
  const { databases, results, progress, clients, clock, graceMinutes } = dependencies;

  return async (event, context) => {
    const startedAt = readStart(event);
    const deadline = clock.now() + context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const call: Call = (one) => callBefore(clock, deadline, one);
    const log = dependencies.log.with({ function_request_id: context.awsRequestId, execution: event.execution });

    const known = await call((signal) => progress.read(signal));
    const getTables = (name: string, token: string | undefined) => call((s) => clients.getTables(name, token, s));
    const [run, left, metrics] = await Promise.all([
      readRun(event, (key) => call((signal) => results.get(key, signal))),
      readLeft(getTables, databases).catch((error) => {
        log.warn("what the run left could not be read", { error: errorName(error) });
        return undefined;
      }),
      readIngestion((input) => call((signal) => clients.getMetricData(input, signal)), dependencies, {
        from: ingestionFrom(startedAt, dependencies.balanceDays) * 1000,
        to: startedAt,
        graceMinutes,
      }).catch((error) => {
        log.error("ingestion not checked", { error: errorName(error) });
        return undefined;
      }),
    ]);

    const settled = run.judged.map((judged): Settled => {
      const { topic } = judged.item;
      const options = { startedAt, graceMinutes, left: left?.(topic) };
      const next = judged.days && nextOf(judged.item, judged.days, known.get(topic), options);
      return { judged, known: known.get(topic), next };
    });
    const rows = rowsToWrite(settled, startedAt);
    const unsaved = await save(settled, { progress, startedAt, call, log });

    const summary = summarize(run, settled, unsaved, { known: known.size, skipped: countIn(event.plan?.skipped) });
    const raw = rawRows(run, settled, known, ingestionFrom(startedAt, dependencies.balanceDays));
    const ingestion = metrics && ingestionBalance(metrics, raw, dependencies.tolerancePercent);
    tell(log, { run, settled, summary, ingestion });
    dependencies.metrics({
      timestamp: clock.now(),
      dimensions: balanceDimensions(context.functionName),
      counts: { ...layerCounts(summary, settled), ...ingestionCounts(ingestion) },
    });
    return { statements: insertions(databases.semantic, rows), summary };
  };
}

/** Nobody knows what something else stands for. */
function countIn(skipped: unknown): number {
  return Number.isSafeInteger(skipped) && Number(skipped) > 0 ? Number(skipped) : 0;
}

function summarize(
  run: Run,
  settled: readonly Settled[],
  unsaved: ReadonlySet<string>,
  { known, skipped }: { known: number; skipped: number },
): BalanceSummary {
  // What was found and cannot be kept is lost to the next run, so that no difference would ever grow old.
  const counted = settled.flatMap(({ judged, next }) => {
    return next === undefined || unsaved.has(judged.item.topic) ? [] : next;
  });
  const balanced = counted.filter(({ complete }) => complete.balanced).length;
  return {
    balanced: balanced + skipped,
    unequal: counted.length - balanced,
    // Without a plan nobody knows which topics: all of them, and at least one.
    notChecked: run.hasPlan ? settled.length - counted.length : Math.max(1, known),
    skipped,
    unexplained: sum(counted, ({ unexplained }) => unexplained),
  };
}

/** Yesterday and today, as far as they are counted. @returns epoch seconds. */
function ingestionFrom(startedAt: number, balanceDays: number): number {
  const today = dayStart(dayOf(Math.floor(startedAt / 1000)));
  return today - (Math.min(balanceDays, 2) - 1) * DAY_SECONDS;
}

/** The rows in RAW of all topics, from a day on; undefined where one of them was not counted. */
function rawRows(
  run: Run,
  settled: readonly Settled[],
  known: ReadonlyMap<string, Progress>,
  from: number,
): number | undefined {
  const next = new Map(settled.map((one) => [one.judged.item.topic, one.next?.complete]));
  if (!run.hasPlan || [...next.values()].includes(undefined)) return undefined;
  const topics = new Set([...known.keys(), ...next.keys()]);
  return sum([...topics], (topic) => {
    const days = Object.entries((next.get(topic) ?? known.get(topic)?.complete)?.days ?? {});
    return sum(days, ([day, { raw_rows }]) => (day >= dayOf(from) && day !== NO_DAY ? raw_rows : 0));
  });
}

function layerCounts(summary: BalanceSummary, settled: readonly Settled[]): Record<string, number> {
  const nexts = settled.flatMap(({ next }) => next ?? []);
  return {
    [BALANCE_SIGNALS.unexplained]: summary.unexplained,
    [BALANCE_SIGNALS.notChecked]: summary.notChecked,
    [BALANCE_SIGNALS.unequal]: summary.unequal,
    [BALANCE_SIGNALS.balanced]: summary.balanced,
    [BALANCE_SIGNALS.rejected]: sum(nexts, ({ rejected }) => rejected),
    [BALANCE_SIGNALS.duplicates]: sum(nexts, ({ duplicates }) => duplicates),
  };
}

function ingestionCounts(ingestion: IngestionBalance | undefined): Record<string, number> {
  if (ingestion === undefined) return { [BALANCE_SIGNALS.ingestionNotChecked]: 1 };
  return {
    [BALANCE_SIGNALS.inFirehose]: ingestion.inFirehose,
    [BALANCE_SIGNALS.ingestionUnexplained]: ingestion.unexplained,
    [BALANCE_SIGNALS.ingestionNotChecked]: 0,
  };
}
