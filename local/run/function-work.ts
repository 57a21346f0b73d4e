import type { MetricFinder } from "../cloudwatch/store.ts";

/** What one function did in a run. */
export interface FunctionWork {
  invocations: number;
  /** Mean time of an invocation without the start of its process, in AWS's milliseconds. */
  meanMs: number;
}

/** By physical name, those that were invoked. */
export function functionWork(metrics: MetricFinder): Readonly<Record<string, FunctionWork>> {
  const work: Record<string, FunctionWork> = {};
  for (const metric of metrics.named("AWS/Lambda", "Duration")) {
    const durations = metric.whole();
    const name = metric.id.dimensions.FunctionName;
    if (durations === undefined || name === undefined) continue;
    work[name] = { invocations: durations.count, meanMs: durations.sum / durations.count };
  }
  return work;
}
