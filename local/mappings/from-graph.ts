import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { InputReader, refuseAll } from "../lambda/input-reader.ts";
import type { MappingConfiguration } from "./configuration.ts";

const TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE_TYPE = "aws:sqs/queue:Queue";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const DEFAULT_VISIBILITY_SECONDS = 30;

/** What exists for other sources only: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const NOT_FOR_SQS = [
  "bisectBatchOnFunctionError",
  "destinationConfig",
  "maximumRecordAgeInSeconds",
  "maximumRetryAttempts",
  "parallelizationFactor",
  "startingPosition",
  "startingPositionTimestamp",
  "tumblingWindowInSeconds",
];

const NOT_LOCAL: Readonly<Record<string, string>> = {
  filterCriteria: "does not filter messages",
  provisionedPollerConfig: "has no provisioned pollers",
};

/**
 * The stack's event source mappings, as `CreateEventSourceMapping` would take them
 * (https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html).
 *
 * @param functions Those of the same stack.
 * @throws AwsError `InvalidParameterValueException` with all that AWS would refuse and all that the local cloud cannot
 *   do (sources other than standard queues, filters, provisioned pollers).
 */
export function mappingsOf(graph: StackGraph, functions: readonly FunctionConfiguration[]): MappingConfiguration[] {
  const visibility = new Map(
    ofType(graph, QUEUE_TYPE).map(({ state, inputs }) => [
      String(state.arn),
      Number(inputs.visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_SECONDS),
    ]),
  );
  const problems: string[] = [];
  const seen = new Set<string>();
  const mappings = ofType(graph, TYPE).map((resource) => {
    const read = new InputReader(resource);
    const mapping = configurationOf(resource, read, functions, visibility);
    const pair = `${mapping.queueArn} ${mapping.functionArn}`;
    if (seen.has(pair)) {
      read.refuse("eventSourceArn", "an event source mapping of this queue and this function already exists");
    }
    seen.add(pair);
    problems.push(...read.problems);
    return mapping;
  });
  refuseAll(problems);
  return mappings;
}

function configurationOf(
  resource: GraphResource,
  read: InputReader,
  functions: readonly FunctionConfiguration[],
  visibility: ReadonlyMap<string, number>,
): MappingConfiguration {
  refuseUnsupported(read);
  const queueArn = queueArnOf(read);
  const functionName = read.text("functionName");
  const target = functions.find((candidate) => names(candidate, functionName));
  if (target === undefined) {
    read.refuse("functionName", `Function does not exist: ${functionName}`);
  }
  const visible = visibility.get(queueArn);
  if (visible === undefined) {
    read.refuse("eventSourceArn", `the stack has no queue ${queueArn}`);
  } else if (target !== undefined && visible < target.timeoutSeconds) {
    read.refuse(
      "eventSourceArn",
      `Queue visibility timeout: ${visible} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`,
    );
  }
  const batchSize = read.integer("batchSize", { fallback: 10, min: 1, max: 10_000 });
  const windowSeconds = read.integer("maximumBatchingWindowInSeconds", { fallback: 0, min: 0, max: 300 });
  if (batchSize > 10 && windowSeconds === 0) {
    read.refuse(
      "maximumBatchingWindowInSeconds",
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10, " +
        `is 0 at a batch size of ${batchSize}`,
    );
  }
  return {
    uuid: String(resource.state.uuid),
    queueArn,
    functionArn: target?.arn ?? functionName,
    batchSize,
    windowSeconds,
    maximumConcurrency: read.optionalInteger(
      "scalingConfig.maximumConcurrency",
      read.object("scalingConfig").maximumConcurrency,
      { min: 2, max: 1000 },
    ),
    reportsItemFailures: reportsItemFailures(read),
    enabled: read.value("enabled") !== false,
  };
}

function refuseUnsupported(read: InputReader): void {
  for (const property of NOT_FOR_SQS) {
    const value = read.value(property);
    if (value !== undefined && value !== false) {
      read.refuse(property, `${property} is not valid for SQS event sources`);
    }
  }
  for (const [property, what] of Object.entries(NOT_LOCAL)) {
    if (read.value(property) !== undefined) {
      read.refuse(property, `the local cloud ${what}`);
    }
  }
}

function queueArnOf(read: InputReader): string {
  const arn = read.text("eventSourceArn");
  if (!arn.startsWith("arn:aws:sqs:")) {
    read.refuse("eventSourceArn", `the local cloud polls SQS queues only, not ${arn}`);
  } else if (arn.endsWith(".fifo")) {
    read.refuse("eventSourceArn", `the local cloud polls standard queues only, not ${arn}`);
  }
  return arn;
}

/** A mapping names its function by name, ARN or partial ARN (`ACCOUNT:function:NAME`), with or without `$LATEST`. */
function names({ arn, name }: FunctionConfiguration, functionName: string): boolean {
  const unqualified = functionName.replace(/:\$LATEST$/, "");
  return unqualified === name || unqualified === arn || unqualified === arn.split(":").slice(4).join(":");
}

function reportsItemFailures(read: InputReader): boolean {
  const types = read.list("functionResponseTypes");
  const unknown = types.filter((type) => type !== "ReportBatchItemFailures");
  if (unknown.length > 0) {
    read.refuse("functionResponseTypes", `must be ReportBatchItemFailures, is ${JSON.stringify(unknown)}`);
  }
  return types.length > 0;
}
