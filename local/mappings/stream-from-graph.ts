import { Inputs, type Range, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { functionNamed } from "../lambda/function-name.ts";
import { emitsEventCounts, reportsItemFailures } from "./settings.ts";
import { isStreamArn, type StreamMappingConfiguration } from "./stream-configuration.ts";
import { readFilter } from "./stream-filter.ts";

const TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** Inputs of a stream's mapping that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  kmsKeyArn: "filter patterns never leave this machine's memory",
  region: "the whole stack is in one region, which the ARN names",
  tags: "nothing reads them",
  useResourceTimeoutForPropagation: "permissions are in force at once",
};

const READ_INPUTS = [
  "eventSourceArn",
  "functionName",
  "enabled",
  "batchSize",
  "maximumBatchingWindowInSeconds",
  "startingPosition",
  "filterCriteria",
  "functionResponseTypes",
  "metricsConfig",
  "bisectBatchOnFunctionError",
  "maximumRetryAttempts",
  "maximumRecordAgeInSeconds",
  "destinationConfig",
  "parallelizationFactor",
];

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html: five, or ten on request. */
const MAX_FILTERS = 5;
const MAX_PATTERN_LENGTH = 4096;

/** What a mapping refers to, by ARN. */
interface Stack {
  functions: readonly FunctionConfiguration[];
  streams: ReadonlySet<unknown>;
  queues: ReadonlySet<unknown>;
}

/**
 * The stack's mappings of DynamoDB streams, as `CreateEventSourceMapping` would take them
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html). Those of other sources are left out.
 *
 * @param functions Those of the same stack.
 * @throws ResourceError with all that AWS would refuse and all that the local cloud cannot do: several batches of a
 *   shard at once, tumbling windows, destinations other than SQS queues.
 */
export function streamMappingsOf(
  graph: StackGraph,
  functions: readonly FunctionConfiguration[],
): StreamMappingConfiguration[] {
  const stack: Stack = {
    functions,
    streams: new Set(ofType(graph, "aws:dynamodb/table:Table").map(({ state }) => state.streamArn)),
    queues: new Set(ofType(graph, "aws:sqs/queue:Queue").map(({ state }) => state.arn)),
  };
  const problems: string[] = [];
  const seen = new Set<string>();
  const mappings = ofType(graph, TYPE)
    .filter(({ inputs }) => isStreamArn(inputs.eventSourceArn))
    .map((resource) => {
      const inputs = Inputs.of(resource, problems);
      const mapping = configurationOf(resource, inputs, stack);
      const pair = `${mapping.streamArn} ${mapping.functionArn}`;
      if (seen.has(pair)) {
        inputs.refuse("eventSourceArn", "an event source mapping of this stream and this function already exists");
      }
      seen.add(pair);
      return mapping;
    });
  refuseAll(problems);
  return mappings;
}

function configurationOf({ state }: GraphResource, inputs: Inputs, stack: Stack) {
  inputs.only(READ_INPUTS, ignoredInputs);
  const streamArn = inputs.text("eventSourceArn");
  if (!stack.streams.has(streamArn)) {
    inputs.refuse("eventSourceArn", `the stack has no stream ${streamArn}`);
  }
  if (inputs.integer("parallelizationFactor", { fallback: 1, min: 1, max: 10 }) > 1) {
    inputs.refuse("parallelizationFactor", "the local cloud processes one batch of a shard at a time");
  }
  const configuration: StreamMappingConfiguration = {
    uuid: String(state.uuid),
    streamArn,
    functionArn: functionArnOf(inputs, stack),
    batchSize: inputs.integer("batchSize", { fallback: 100, min: 1, max: 10_000 }),
    windowSeconds: inputs.integer("maximumBatchingWindowInSeconds", { fallback: 0, min: 0, max: 300 }),
    startingPosition: startingPositionOf(inputs),
    filters: filtersOf(inputs),
    reportsItemFailures: reportsItemFailures(inputs),
    bisectsOnError: inputs.value("bisectBatchOnFunctionError") === true,
    maximumRetryAttempts: unlessInfinite(inputs, "maximumRetryAttempts", { min: 0, max: 10_000 }),
    maximumRecordAgeSeconds: unlessInfinite(inputs, "maximumRecordAgeInSeconds", { min: 60, max: 604_800 }),
    onFailureQueueArn: onFailureQueueArnOf(inputs, stack),
    emitsEventCounts: emitsEventCounts(inputs),
    enabled: inputs.value("enabled") !== false,
  };
  return configuration;
}

function functionArnOf(inputs: Inputs, { functions }: Stack): string {
  const functionName = inputs.text("functionName");
  const target = functionNamed(functions, functionName);
  if (target === undefined) {
    inputs.refuse("functionName", `Function does not exist: ${functionName}`);
  }
  return target?.arn ?? functionName;
}

function startingPositionOf(inputs: Inputs): StreamMappingConfiguration["startingPosition"] {
  const position = inputs.value("startingPosition");
  if (position !== "TRIM_HORIZON" && position !== "LATEST") {
    inputs.refuse("startingPosition", `must be TRIM_HORIZON or LATEST, is ${JSON.stringify(position)}`);
  }
  return position === "LATEST" ? "LATEST" : "TRIM_HORIZON";
}

function filtersOf(inputs: Inputs): string[] {
  const filters = inputs.object("filterCriteria").list("filters");
  if (filters.length > MAX_FILTERS) {
    inputs.refuse("filterCriteria", `at most ${MAX_FILTERS} filters, are ${filters.length}`);
  }
  return filters.map((filter) => {
    const pattern = filter.optionalText("pattern") ?? "";
    if (pattern.length > MAX_PATTERN_LENGTH) {
      filter.refuse("pattern", `at most ${MAX_PATTERN_LENGTH} characters, has ${pattern.length}`);
    }
    filter.attempt("pattern", () => readFilter(pattern));
    return pattern;
  });
}

/** -1, which is the default, stands for infinity. */
function unlessInfinite(inputs: Inputs, property: string, range: Range): number | undefined {
  return inputs.value(property) === -1 ? undefined : inputs.optionalInteger(property, range);
}

function onFailureQueueArnOf(inputs: Inputs, { queues }: Stack): string | undefined {
  const destinations = inputs.object("destinationConfig");
  destinations.only(["onFailure"]);
  if (destinations.value("onFailure") === undefined) {
    return undefined;
  }
  const onFailure = destinations.object("onFailure");
  const arn = String(onFailure.value("destinationArn"));
  if (!queues.has(arn)) {
    onFailure.refuse("destinationArn", `must be a standard queue of the stack, is ${arn}`);
  }
  return arn;
}
