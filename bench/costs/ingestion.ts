import { ofType, type StackGraph } from "../../local/graph/types.ts";
import { SECONDS_A_MONTH, type Usage } from "./bill.ts";
import { functionInputs, type MappingSettings, topicCount, transformBuffer } from "./stack.ts";
import { batchOf, emptyReceives, type Load, type Measured, rateOf, receivesOf } from "./traffic.ts";

const GB = 1e9;
/** Megabytes of memory that come with a whole core (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MB_A_CORE = 1769;
/** SendMessageBatch, as the producers are told to. */
const MESSAGES_A_SEND = 10;
/** DeleteMessageBatch, as Lambda's pollers do [?]. */
const MESSAGES_A_DELETE = 10;
/** Of the processor's lines of metrics and Lambda's of a start, an end and a report, for one batch. */
const LOG_BYTES_A_BATCH = 2_500;
/** X-Ray records the first request of a second and 5 % of the others (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html). */
const SAMPLED = 0.05;
/** What a RAW row has besides its payload, bytes. */
const ROW_BYTES = 250;

/** What a message costs on its way to RAW. */
export function ingestion(graph: StackGraph, load: Load, mapping: MappingSettings, measured: Measured): Usage[] {
  const rate = rateOf(load, topicCount(graph));
  const batch = batchOf(rate, mapping);
  const batches = load.messages / batch;
  const rowBytes = load.bytes + ROW_BYTES;
  const transforms = transformCalls(graph, load, rowBytes);
  return [
    traffic("SQS", "SendMessageBatch of ten", load.messages / MESSAGES_A_SEND, "sqsRequest"),
    traffic("SQS", "ReceiveMessage with messages", load.messages * receivesOf(rate), "sqsRequest"),
    traffic("SQS", "DeleteMessageBatch", batches * Math.max(1, batch / MESSAGES_A_DELETE), "sqsRequest"),
    ...invocations(graph, "sqs-processor", batches, measured),
    ...invocations(graph, "firehose-transform", transforms, measured),
    traffic("Firehose", "rows put", (load.messages * rowBytes) / GB, "firehoseGb"),
    traffic("VPC endpoints", "rows to Firehose", (load.messages * rowBytes * 4) / 3 / GB, "endpointGb"),
    traffic("CloudWatch", "the processor's log", (batches * LOG_BYTES_A_BATCH) / GB, "logGb"),
    traffic("X-Ray", "traces", Math.min(batches, SECONDS_A_MONTH) + batches * SAMPLED, "trace"),
  ];
}

/** What the topics' queues cost while nobody sends, and while somebody does what is left of it. */
export function idlePolling(graph: StackGraph, load: Load): Usage[] {
  const topics = topicCount(graph);
  const all = ofType(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").filter(({ inputs }) =>
    String(inputs.eventSourceArn).includes(":sqs:"),
  ).length;
  const units = topics * emptyReceives(rateOf(load, topics)) + (all - topics) * emptyReceives(0);
  return [{ service: "SQS", what: "idle polling", units, price: "sqsRequest", standing: true }];
}

/**
 * Requests and GB-seconds of one function. A function with less memory than comes with a core takes as much longer: what
 * was measured is CPU for the most part.
 */
export function invocations(
  graph: StackGraph,
  name: string,
  times: number,
  measured: Measured,
  standing = false,
): Usage[] {
  const ms = measured.invocationMs[name];
  if (ms === undefined) throw new Error(`no invocation of ${name} was measured`);
  const memoryMb = Number(functionInputs(graph, name).memorySize);
  const seconds = (ms / 1000) * Math.max(1, MB_A_CORE / memoryMb);
  return [
    { service: "Lambda", what: `${name}, requests`, units: times, price: "lambdaRequest", standing },
    {
      service: "Lambda",
      what: `${name}, GB-seconds`,
      units: times * seconds * (memoryMb / 1024),
      price: "lambdaGbSecond",
      standing,
    },
  ];
}

/** Firehose calls the transform when its buffer is full or old; no buffer calls for each put [?]. */
function transformCalls(graph: StackGraph, load: Load, rowBytes: number): number {
  const { seconds, megabytes } = transformBuffer(graph);
  const byTime = SECONDS_A_MONTH / Math.max(seconds, 1);
  return Math.min(load.messages, byTime + (load.messages * rowBytes) / (megabytes * 2 ** 20));
}

function traffic(service: string, what: string, units: number, price: Usage["price"]): Usage {
  return { service, what, units, price, standing: false };
}
