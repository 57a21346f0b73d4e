import { Inputs, refuseAll } from "../graph/inputs.ts";
import { ofType, type StackGraph } from "../graph/types.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { functionNamed } from "../lambda/function-name.ts";
import type { MappingConfiguration } from "./configuration.ts";
import { emitsEventCounts, settingsOf } from "./settings.ts";
import { isStreamArn } from "./stream-configuration.ts";

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
 * (https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html). Those of DynamoDB streams are left
 * out.
 *
 * @param functions Those of the same stack.
 * @throws ResourceError with all that AWS would refuse and all that the local cloud cannot do (sources other than
 *   standard queues, filters, provisioned pollers).
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
  const mappings = ofType(graph, TYPE)
    .filter(({ inputs }) => !isStreamArn(inputs.eventSourceArn))
    .map((resource) => {
      const inputs = Inputs.of(resource, problems);
      const mapping = { uuid: String(resource.state.uuid), ...configurationOf(inputs, functions, visibility) };
      const pair = `${mapping.queueArn} ${mapping.functionArn}`;
      if (seen.has(pair)) {
        inputs.refuse("eventSourceArn", "an event source mapping of this queue and this function already exists");
      }
      seen.add(pair);
      return mapping;
    });
  refuseAll(problems);
  return mappings;
}

function configurationOf(
  inputs: Inputs,
  functions: readonly FunctionConfiguration[],
  visibility: ReadonlyMap<string, number>,
): Omit<MappingConfiguration, "uuid"> {
  refuseUnsupported(inputs);
  const queueArn = queueArnOf(inputs);
  const functionName = inputs.text("functionName");
  const target = functionNamed(functions, functionName);
  if (target === undefined) {
    inputs.refuse("functionName", `Function does not exist: ${functionName}`);
  }
  const visible = visibility.get(queueArn);
  if (visible === undefined) {
    inputs.refuse("eventSourceArn", `the stack has no queue ${queueArn}`);
  } else if (target !== undefined && visible < target.timeoutSeconds) {
    inputs.refuse(
      "eventSourceArn",
      `Queue visibility timeout: ${visible} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`,
    );
  }
  return {
    queueArn,
    functionArn: target?.arn ?? functionName,
    ...settingsOf(inputs),
    emitsEventCounts: emitsEventCounts(inputs),
    enabled: inputs.value("enabled") !== false,
  };
}

function refuseUnsupported(inputs: Inputs): void {
  for (const property of NOT_FOR_SQS) {
    const value = inputs.value(property);
    if (value !== undefined && value !== false) {
      inputs.refuse(property, `${property} is not valid for SQS event sources`);
    }
  }
  for (const [property, what] of Object.entries(NOT_LOCAL)) {
    if (inputs.value(property) !== undefined) {
      inputs.refuse(property, `the local cloud ${what}`);
    }
  }
}

function queueArnOf(inputs: Inputs): string {
  const arn = inputs.text("eventSourceArn");
  if (!arn.startsWith("arn:aws:sqs:")) {
    inputs.refuse("eventSourceArn", `the local cloud polls SQS queues only, not ${arn}`);
  } else if (arn.endsWith(".fifo")) {
    inputs.refuse("eventSourceArn", `the local cloud polls standard queues only, not ${arn}`);
  }
  return arn;
}
