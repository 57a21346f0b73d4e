import type { GetMetricDataCommandOutput, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { METRIC_NAMESPACE } from "../common/metrics.ts";
import { functionDimensions, SIGNALS } from "../common/signals.ts";

/** Calls CloudWatch's GetMetricData once. */
export type GetMetricData = (
  input: { MetricDataQueries: MetricDataQuery[]; StartTime: Date; EndTime: Date; NextToken: string | undefined },
  signal: AbortSignal,
) => Promise<Pick<GetMetricDataCommandOutput, "MetricDataResults" | "NextToken">>;

export interface IngestionSources {
  processorFunction: string;
  archiveFunction: string;
  deliveryStream: string;
}

/** What became of the rows that the processor forwarded, from the beginning of yesterday on. */
export interface Ingestion {
  forwarded: number;
  /** Forwarded within the grace period. */
  recent: number;
  /** Rows that Firehose has committed to RAW. */
  committed: number;
  /** Rows that Firehose could not deliver, as it or the dlq-processor counts them. */
  archived: number;
}

const PERIOD_SECONDS = 300;

/**
 * Metrics of AWS/Firehose: https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html. A row
 * that fails in the transform is in none of them, so that the archive is asked too.
 */
const COMMITTED = "DeliveryToIceberg.SuccessfulRowCount";
const FAILED = "DeliveryToIceberg.FailedRowCount";
const ERROR_CLASSES = ["DROP", "RETRY", "UNKNOWN"] as const;

/**
 * @param from epoch milliseconds. @param to epoch milliseconds, the start of the run.
 * @throws Error where the metrics cannot be read as a whole.
 */
export async function readIngestion(
  getMetricData: (input: Parameters<GetMetricData>[0]) => ReturnType<GetMetricData>,
  sources: IngestionSources,
  { from, to, graceMinutes }: { from: number; to: number; graceMinutes: number },
): Promise<Ingestion> {
  const MetricDataQueries = queries(sources);
  const series = new Map<string, { at: number; value: number }[]>(MetricDataQueries.map(({ Id = "" }) => [Id, []]));
  const answered = new Set<string>();
  let NextToken: string | undefined;
  do {
    const input = { MetricDataQueries, StartTime: new Date(from), EndTime: new Date(to), NextToken };
    const page = await getMetricData(input);
    for (const { Id = "", Timestamps = [], Values = [], StatusCode } of page.MetricDataResults ?? []) {
      if (StatusCode !== "Complete" && StatusCode !== "PartialData") throw new Error(`metric ${Id}: ${StatusCode}`);
      if (StatusCode === "Complete") answered.add(Id);
      Timestamps.forEach((at, index) => {
        series.get(Id)?.push({ at: at.getTime(), value: Values[index] ?? Number.NaN });
      });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const open = [...series.keys()].filter((id) => !answered.has(id));
  if (open.length > 0) throw new Error(`metrics not answered as a whole: ${open.join(", ")}`);

  const total = (id: string, since = from) => {
    const values = (series.get(id) ?? []).filter(({ at }) => at + PERIOD_SECONDS * 1000 > since);
    const rows = values.reduce((all, { value }) => all + value, 0);
    if (!Number.isFinite(rows)) throw new Error(`metric ${id}: not a number`);
    return rows;
  };
  const archived = ERROR_CLASSES.reduce((all, errorClass) => all + total(archivedId(errorClass)), 0);
  return {
    forwarded: total("forwarded"),
    recent: total("forwarded", to - graceMinutes * 60_000),
    committed: total("committed"),
    archived: Math.max(archived, total("failed")),
  };
}

/** What the numbers say. */
export interface IngestionBalance extends Ingestion {
  /** Rows of RAW; undefined where not every topic was counted. */
  raw: number | undefined;
  inFirehose: number;
  /** Rows that are missing, beyond what metrics may be wrong by. */
  unexplained: number;
  /** Rows that metrics may be wrong by: a function that crashes does not tell what it did. */
  tolerated: number;
}

export function ingestionBalance(
  ingestion: Ingestion,
  raw: number | undefined,
  tolerancePercent: number,
): IngestionBalance {
  const { forwarded, recent, committed, archived } = ingestion;
  const open = Math.max(0, forwarded - committed - archived);
  const inFirehose = Math.min(open, recent);
  const notInRaw = raw === undefined ? 0 : Math.max(0, committed - raw);
  const tolerated = Math.floor((forwarded * tolerancePercent) / 100);
  const missing = open - inFirehose + notInRaw;
  return { ...ingestion, raw, inFirehose, tolerated, unexplained: missing > tolerated ? missing : 0 };
}

function queries({ processorFunction, archiveFunction, deliveryStream }: IngestionSources): MetricDataQuery[] {
  const query = (Id: string, Namespace: string, MetricName: string, dimensions: Record<string, string>) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace,
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: PERIOD_SECONDS,
      Stat: "Sum",
    },
  });
  const stream = { DeliveryStreamName: deliveryStream };
  return [
    query("forwarded", METRIC_NAMESPACE, SIGNALS.forwarded, functionDimensions(processorFunction)),
    query("committed", "AWS/Firehose", COMMITTED, stream),
    query("failed", "AWS/Firehose", FAILED, stream),
    ...ERROR_CLASSES.map((error_class) => {
      const dimensions = { service: "dlq-processor", function_name: archiveFunction, error_class };
      return query(archivedId(error_class), METRIC_NAMESPACE, "RowsArchived", dimensions);
    }),
  ];
}

function archivedId(errorClass: string): string {
  return `archived_${errorClass.toLowerCase()}`;
}
