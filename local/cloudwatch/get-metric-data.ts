import { invalidNextToken, missingParameter, validationError } from "./errors.ts";
import type { Evaluation } from "./evaluation.ts";
import type { MetricSource } from "./insights.ts";
import { readMetric, readPeriod, readStatistic, requiredPeriod } from "./metric-parameters.ts";
import type { MetricQuery } from "./metric-query.ts";
import type { Minutes } from "./minutes.ts";
import type { Parameters } from "./parameters.ts";
import { concerning, QueryError } from "./query-error.ts";
import { QuerySet } from "./query-set.ts";
import { type Grid, pointsOf } from "./time-series.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, as every limit here. */
const MAX_QUERIES = 500;
const MAX_DATA_POINTS = 100_800;

interface Range {
  /** Epoch milliseconds; the end is exclusive. */
  startTime: number;
  endTime: number;
}

/**
 * Answers GetMetricData. Periods are AWS's durations and may pass faster here; the times in the request and in the answer
 * are real ones.
 *
 * @throws AwsError `ValidationException` for what CloudWatch would refuse and for what the local cloud has not, and for an
 *   answer that would need a second page.
 */
export function getMetricData(input: Parameters, source: MetricSource, minutes: Minutes): unknown {
  input.only(["MetricDataQueries", "StartTime", "EndTime", "NextToken", "ScanBy", "MaxDatapoints"]);
  if (input.optionalText("NextToken") !== undefined) throw invalidNextToken();
  const range = { startTime: input.timestamp("StartTime"), endTime: input.timestamp("EndTime") };
  if (range.startTime >= range.endTime) {
    throw validationError("The parameter StartTime must be less than the parameter EndTime.");
  }
  const ascending = input.choice("ScanBy", ["TimestampDescending", "TimestampAscending"]) === "TimestampAscending";
  const most = input.integer("MaxDatapoints", { min: 1, max: MAX_DATA_POINTS }) ?? MAX_DATA_POINTS;
  const results = refused(() => resultsOf(readQueries(input), { range, ascending, source, minutes }));
  const found = results.reduce((sum, { Values }) => sum + Values.length, 0);
  if (found > most) {
    throw validationError(`the local cloud gives no second page, and ${found} data points are more than ${most}`);
  }
  return { MetricDataResults: results, Messages: [] };
}

function resultsOf(
  queries: readonly MetricQuery[],
  { range, ascending, source, minutes }: { range: Range; ascending: boolean; source: MetricSource; minutes: Minutes },
) {
  const set = new QuerySet(queries);
  if (set.insights().size > 1) throw new QueryError("one request can have one Metrics Insights query only");
  const evaluations = new Map<number, Evaluation>();
  return queries.flatMap(({ id, returnData }) => {
    if (!returnData) return [];
    const grid = gridOf(range, set.periodSeconds(id) / 60, minutes);
    const evaluation = evaluations.get(grid.periodMinutes) ?? set.evaluation(grid, source);
    evaluations.set(grid.periodMinutes, evaluation);
    const { series } = concerning(id, () => evaluation.answer(id));
    return series.map((one) => {
      const points = pointsOf(one, grid);
      if (!ascending) points.reverse();
      return {
        Id: id,
        Label: one.label,
        Timestamps: points.map(({ minute }) => minutes.startOf(minute) / 1000),
        Values: points.map(({ value }) => value),
        StatusCode: "Complete",
      };
    });
  });
}

/** The periods that begin before the end, from the one in which the start lies: AWS rounds it down [?]. */
function gridOf({ startTime, endTime }: Range, periodMinutes: number, minutes: Minutes): Grid {
  const start = Math.floor(minutes.at(startTime) / periodMinutes) * periodMinutes;
  const end = minutes.at(endTime - 1) + 1;
  const length = Math.ceil((end - start) / periodMinutes);
  if (length > MAX_DATA_POINTS) throw new QueryError(`${length} periods are more than ${MAX_DATA_POINTS}`);
  return { start, periodMinutes, length };
}

function readQueries(input: Parameters): MetricQuery[] {
  const queries = input.structures("MetricDataQueries");
  if (queries.length === 0) throw missingParameter("MetricDataQueries");
  if (queries.length > MAX_QUERIES) {
    throw validationError(`MetricDataQueries must be at most ${MAX_QUERIES}, are ${queries.length}`);
  }
  return queries.map(readQuery);
}

function readQuery(query: Parameters): MetricQuery {
  query.only(["Id", "MetricStat", "Expression", "Label", "ReturnData", "Period"]);
  const common = {
    id: query.text("Id"),
    label: query.optionalText("Label"),
    returnData: query.optionalBoolean("ReturnData") ?? true,
  };
  if (query.lacks("Expression") === query.lacks("MetricStat")) {
    throw validationError(`${common.id}: either Expression or MetricStat must be given, and not both`);
  }
  if (query.lacks("MetricStat")) {
    return { ...common, expression: query.text("Expression"), periodSeconds: readPeriod(query) };
  }
  if (!query.lacks("Period"))
    throw validationError(`${common.id}: Period belongs into MetricStat, or to an Expression`);
  const stat = query.structure("MetricStat");
  stat.only(["Metric", "Period", "Stat"]);
  const metric = stat.structure("Metric");
  metric.only(["Namespace", "MetricName", "Dimensions"]);
  return {
    ...common,
    metric: readMetric(metric, metric.text("Namespace")),
    statistic: readStatistic(stat),
    periodSeconds: requiredPeriod(stat),
  };
}

function refused<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueryError) throw validationError(error.message);
    throw error;
  }
}
