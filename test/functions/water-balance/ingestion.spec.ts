import assert from "node:assert/strict";
import { SERVICE as ARCHIVE_SERVICE } from "../../../functions/dlq-processor/handler.ts";
import { type GetMetricData, ingestionBalance, readIngestion } from "../../../functions/water-balance/ingestion.ts";
import { NOON } from "./fixtures.ts";

const SOURCES = {
  processorFunction: "dev-sqs-processor",
  archiveFunction: "dev-dlq-processor",
  deliveryStream: "dev-events",
};
const MINUTE = 60_000;
const SPAN = { from: Date.UTC(2026, 0, 9), to: NOON, graceMinutes: 30 };

type Input = Parameters<GetMetricData>[0];
type Page = Awaited<ReturnType<GetMetricData>>;

/** Points by query id: minutes before the run, and a value. */
const answer =
  (points: Record<string, [minutes: number, value: number][]>, given: Partial<Page> = {}) =>
  (input: Input): Page => ({
    MetricDataResults: input.MetricDataQueries.map(({ Id = "" }) => ({
      Id,
      StatusCode: "Complete",
      Timestamps: (points[Id] ?? []).map(([minutes]) => new Date(NOON - minutes * MINUTE)),
      Values: (points[Id] ?? []).map(([, value]) => value),
    })),
    ...given,
  });

const read = (page: (input: Input) => Page) => readIngestion(async (input) => page(input), SOURCES, SPAN);

describe("the metrics of ingestion", () => {
  it("are asked for by the names and dimensions under which they are emitted", async () => {
    let asked: Input | undefined;
    await read((input) => {
      asked = input;
      return answer({})(input);
    });
    assert.deepEqual([asked?.StartTime.getTime(), asked?.EndTime.getTime()], [SPAN.from, SPAN.to]);
    const metrics = asked?.MetricDataQueries.map(({ MetricStat }) => {
      const { Namespace, MetricName, Dimensions = [] } = MetricStat?.Metric ?? {};
      return [
        Namespace,
        MetricName,
        Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
        MetricStat?.Stat,
      ];
    });
    const archive = (error_class: string) => ({
      service: ARCHIVE_SERVICE,
      function_name: "dev-dlq-processor",
      error_class,
    });
    assert.deepEqual(metrics, [
      ["LeanOps", "RecordsForwarded", { service: "sqs-processor", function_name: "dev-sqs-processor" }, "Sum"],
      ["AWS/Firehose", "DeliveryToIceberg.SuccessfulRowCount", { DeliveryStreamName: "dev-events" }, "Sum"],
      ["AWS/Firehose", "DeliveryToIceberg.FailedRowCount", { DeliveryStreamName: "dev-events" }, "Sum"],
      ["LeanOps", "RowsArchived", archive("DROP"), "Sum"],
      ["LeanOps", "RowsArchived", archive("RETRY"), "Sum"],
      ["LeanOps", "RowsArchived", archive("UNKNOWN"), "Sum"],
    ]);
  });

  it("are added up over all periods, those of the grace period by themselves too", async () => {
    const ingestion = await read(
      answer({
        forwarded: [
          [600, 100],
          [40, 20],
          [34, 7],
          [10, 3],
          [0, 1],
        ],
        committed: [[590, 100]],
        failed: [[5, 2]],
        archived_drop: [[1, 1]],
        archived_unknown: [[1, 2]],
      }),
    );
    assert.deepEqual(ingestion, { forwarded: 131, recent: 11, committed: 100, archived: 3 });
  });

  it("are read page by page", async () => {
    const ingestion = await read((input) => {
      const isFirst = input.NextToken === undefined;
      const page = answer({ forwarded: isFirst ? [[60, 1]] : [[50, 2]] })(input);
      const MetricDataResults = page.MetricDataResults?.map((one) => ({
        ...one,
        StatusCode: isFirst ? ("PartialData" as const) : ("Complete" as const),
      }));
      return isFirst ? { MetricDataResults, NextToken: "next" } : { MetricDataResults };
    });
    assert.equal(ingestion.forwarded, 3);
  });

  const failures: Record<string, (input: Input) => Page> = {
    "an error of one metric": (input) => {
      const { MetricDataResults = [] } = answer({})(input);
      return {
        MetricDataResults: MetricDataResults.map((one, n) => (n === 1 ? { ...one, StatusCode: "InternalError" } : one)),
      };
    },
    "a metric that ends half-way": (input) => {
      const { MetricDataResults = [] } = answer({})(input);
      return {
        MetricDataResults: MetricDataResults.map((one, n) => (n === 1 ? { ...one, StatusCode: "PartialData" } : one)),
      };
    },
    "a metric without an answer": (input) => ({ MetricDataResults: answer({})(input).MetricDataResults?.slice(1) }),
    "no answer": () => ({}),
    "a value that is missing": (input) => {
      const { MetricDataResults = [] } = answer({ forwarded: [[1, 1]] })(input);
      return { MetricDataResults: MetricDataResults.map((one) => ({ ...one, Values: [] })) };
    },
  };
  for (const [what, page] of Object.entries(failures)) {
    it(`do not take ${what} for zero`, async () => {
      await assert.rejects(read(page), /metric/);
    });
  }
});

describe("the balance of ingestion", () => {
  const BASE = { forwarded: 1000, recent: 100, committed: 1000, archived: 0 };
  const of = (given: Partial<typeof BASE>, raw: number | undefined = given.committed ?? 1000, tolerance = 1) => {
    const { inFirehose, unexplained } = ingestionBalance({ ...BASE, ...given }, raw, tolerance);
    return [inFirehose, unexplained];
  };

  it("is even where everything is committed", () => {
    assert.deepEqual(of({}), [0, 0]);
  });

  it("names what Firehose has not committed yet, as far as it is recent", () => {
    assert.deepEqual(of({ committed: 950 }), [50, 0]);
    assert.deepEqual(of({ committed: 850 }), [100, 50]);
    assert.deepEqual(of({ committed: 850, recent: 0 }), [0, 150]);
  });

  it("counts what is archived", () => {
    assert.deepEqual(of({ committed: 800, archived: 200, recent: 0 }), [0, 0]);
  });

  it("tells of rows that Firehose says it has committed and that are not in RAW", () => {
    assert.deepEqual(of({}, 900), [0, 100]);
    // Firehose may deliver twice.
    assert.deepEqual(of({}, 1100), [0, 0]);
  });

  it("says nothing of RAW where it was not counted", () => {
    const { unexplained, raw } = ingestionBalance(BASE, undefined, 0);
    assert.deepEqual([unexplained, raw], [0, undefined]);
  });

  it("bears what metrics may be wrong by, and no more", () => {
    assert.deepEqual(of({ recent: 0, committed: 990 }), [0, 0]);
    assert.deepEqual(of({ recent: 0, committed: 989 }), [0, 11]);
    assert.deepEqual(of({ recent: 0, committed: 999 }, 999, 0), [0, 1]);
    // A function that crashes forwards and does not tell.
    assert.deepEqual(of({ committed: 1200 }), [0, 0]);
  });
});
