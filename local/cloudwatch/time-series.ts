/** The periods that a calculation covers: `length` of them, one after the other. */
export interface Grid {
  /** Number of the first period's first minute. */
  start: number;
  /** Of one period. */
  periodMinutes: number;
  length: number;
}

/** A value for each period of a grid, oldest first; undefined is a missing data point. */
export interface TimeSeries {
  /** What a graph's legend would say. */
  label: string;
  values: readonly (number | undefined)[];
  /** The dimensions by which a Metrics Insights query told this series from the others; empty otherwise. */
  groups: Readonly<Record<string, string>>;
}

/** A series without a single data point. */
export function emptySeries(grid: Grid, label: string): TimeSeries {
  return { label, values: Array.from({ length: grid.length }, () => undefined), groups: {} };
}

/** The data points of a series with the minute at which each one's period begins, oldest first. */
export function pointsOf({ values }: TimeSeries, grid: Grid): { minute: number; value: number }[] {
  return values.flatMap((value, index) =>
    value === undefined ? [] : [{ minute: grid.start + index * grid.periodMinutes, value }],
  );
}

/** The values that are there. */
export function present({ values }: TimeSeries): number[] {
  return values.filter((value) => value !== undefined);
}
