import { ofType, type StackGraph } from "../../local/graph/types.ts";
import type { Machine } from "./transitions.ts";

type Inputs = Readonly<Record<string, unknown>>;

export interface MappingSettings {
  batchSize: number;
  windowSeconds: number;
}

/** How long and how much Firehose gathers. */
export interface Buffer {
  seconds: number;
  megabytes: number;
}

interface DeliveryStream {
  bufferingInterval: number;
  bufferingSize: number;
  processingConfiguration: { processors: { parameters: { parameterName: string; parameterValue: string }[] }[] };
}

/** The stack's topics, by their queues. */
export function topicCount(graph: StackGraph): number {
  return ofType(graph, "aws:sqs/queue:Queue").filter(({ inputs }) =>
    String(inputs.name).startsWith(`${prefix(graph)}topic-`),
  ).length;
}

/** The event source mapping of a topic's queue. */
export function topicMapping(graph: StackGraph): MappingSettings {
  const inputs = theOne(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", ({ eventSourceArn }) =>
    String(eventSourceArn).includes(`:${prefix(graph)}topic-`),
  );
  return { batchSize: Number(inputs.batchSize), windowSeconds: Number(inputs.maximumBatchingWindowInSeconds ?? 0) };
}

export function deliveryBuffer(graph: StackGraph): Buffer {
  const { bufferingInterval, bufferingSize } = deliveryStream(graph);
  return { seconds: bufferingInterval, megabytes: bufferingSize };
}

/** Of the transform; AWS's defaults: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
export function transformBuffer(graph: StackGraph): Buffer {
  const { processors } = deliveryStream(graph).processingConfiguration;
  const parameters = processors.flatMap((one) => one.parameters);
  const value = (name: string, missing: number) =>
    Number(parameters.find(({ parameterName }) => parameterName === name)?.parameterValue ?? missing);
  return { seconds: value("BufferIntervalInSeconds", 60), megabytes: value("BufferSizeInMBs", 1) };
}

function deliveryStream(graph: StackGraph): DeliveryStream {
  return theOne(graph, "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
    .icebergConfiguration as DeliveryStream;
}

/** @param name Without the stack's prefix. */
export function functionInputs(graph: StackGraph, name: string): Inputs {
  return theOne(graph, "aws:lambda/function:Function", (inputs) => inputs.name === `${prefix(graph)}${name}`);
}

/** Seconds between two firings of a schedule. */
export function scheduleSeconds(graph: StackGraph, name: string): number {
  const { scheduleExpression } = theOne(
    graph,
    "aws:scheduler/schedule:Schedule",
    (inputs) => inputs.name === `${prefix(graph)}${name}`,
  );
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(String(scheduleExpression)) ?? [];
  if (minutes === undefined) throw new Error(`schedule ${name}: ${scheduleExpression} is no rate in minutes`);
  return Number(minutes) * 60;
}

/** The refinery's machine, and that of one topic in it. */
export function machines(graph: StackGraph): { run: Machine; topic: Machine } {
  const { definition } = theOne(graph, "aws:sfn/stateMachine:StateMachine");
  const run = JSON.parse(String(definition)) as Machine & { States: { Topics: { ItemProcessor: Machine } } };
  return { run, topic: run.States.Topics.ItemProcessor };
}

function theOne(graph: StackGraph, type: string, is: (inputs: Inputs) => boolean = () => true): Inputs {
  const found = ofType(graph, type).find(({ inputs }) => is(inputs));
  if (found === undefined) throw new Error(`stack ${graph.stack} has no such ${type}`);
  return found.inputs;
}

function prefix({ project, stack }: StackGraph): string {
  return `${project}-${stack}-`;
}
