import type { Inputs } from "../graph/inputs.ts";
import type { MappingConfiguration } from "./configuration.ts";

/** What can change about a queue's mapping while it runs, besides whether it is enabled. */
export type MappingSettings = Pick<
  MappingConfiguration,
  "batchSize" | "windowSeconds" | "maximumConcurrency" | "reportsItemFailures"
>;

/**
 * Reads these settings, under the names that the Pulumi provider gives them, by the rules of CreateEventSourceMapping
 * and UpdateEventSourceMapping (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html).
 */
export function settingsOf(inputs: Inputs): MappingSettings {
  const batchSize = inputs.integer("batchSize", { fallback: 10, min: 1, max: 10_000 });
  const windowSeconds = inputs.integer("maximumBatchingWindowInSeconds", { fallback: 0, min: 0, max: 300 });
  // A window that is refused for itself reads as 0 too.
  if (batchSize > 10 && (inputs.value("maximumBatchingWindowInSeconds") ?? 0) === 0) {
    inputs.refuse(
      "maximumBatchingWindowInSeconds",
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10, " +
        `is 0 at a batch size of ${batchSize}`,
    );
  }
  const scaling = inputs.object("scalingConfig");
  scaling.only(["maximumConcurrency"]);
  return {
    batchSize,
    windowSeconds,
    maximumConcurrency: scaling.optionalInteger("maximumConcurrency", { min: 2, max: 1000 }),
    reportsItemFailures: reportsItemFailures(inputs),
  };
}

/** What {@link settingsOf} reads `settings` from. */
export function inputsFor(settings: MappingSettings): Record<string, unknown> {
  const { batchSize, windowSeconds, maximumConcurrency } = settings;
  return {
    batchSize,
    maximumBatchingWindowInSeconds: windowSeconds,
    scalingConfig: { maximumConcurrency },
    functionResponseTypes: settings.reportsItemFailures ? ["ReportBatchItemFailures"] : [],
  };
}

export function reportsItemFailures(inputs: Inputs): boolean {
  return onlyChoice(inputs, "functionResponseTypes", "ReportBatchItemFailures");
}

/** Opt-in: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics */
export function emitsEventCounts(inputs: Inputs): boolean {
  const configuration = inputs.object("metricsConfig");
  configuration.only(["metrics"]);
  return onlyChoice(configuration, "metrics", "EventCount");
}

/** Whether a list holds the one thing that it may hold. */
function onlyChoice(inputs: Inputs, property: string, choice: string): boolean {
  const values = inputs.values(property);
  const unknown = values.filter((value) => value !== choice);
  if (unknown.length > 0) {
    inputs.refuse(property, `must be ${choice}, is ${JSON.stringify(unknown)}`);
  }
  return values.length > 0;
}
