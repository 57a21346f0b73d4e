import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { systemClock } from "../../functions/common/clock.ts";
import { createHandler } from "../../functions/sqs-processor/handler.ts";
import { rowOf } from "../../functions/sqs-processor/message.ts";
import { topicOf } from "../../functions/sqs-processor/topic.ts";
import { type Part, type Section, type Spread, shown, spreadOf, verdict } from "../report.ts";

const PREFIX = "lean-ops-dev-topic-";
const QUEUE_ARN = `arn:aws:sqs:eu-west-1:123456789012:${PREFIX}orders`;
const SIZES = [1024, 10_240];
const BATCHES = [10, 100, 1000];
const REPETITIONS = 7;
/** CPU that one repetition takes, at least, milliseconds. */
const LEAST_CPU_MS = 150;
const PYTHON = fileURLToPath(new URL("../reference.py", import.meta.url));

type Handler = (event: SQSEvent, context: Context) => Promise<unknown>;

const context = { functionName: "f", awsRequestId: "r", getRemainingTimeInMillis: () => 30_000 } as Context;

/** Firehose that takes everything, as all that are compared see it. */
const putRecordBatch = async (records: readonly unknown[]) => ({
  RequestResponses: records.map(() => ({ RecordId: "r" })),
});

const own: Handler = createHandler({
  topicQueuePrefix: PREFIX,
  topicQueueUrlPrefix: "https://sqs/",
  lanes: new Map([["orders", "0"]]),
  topicMetrics: false,
  clients: {
    putRecordBatch,
    sendMessageBatch: async () => ({ Successful: [], Failed: [] }),
    changeMessageVisibilityBatch: async () => ({ Successful: [], Failed: [] }),
    deleteMessageBatch: async () => ({ Successful: [], Failed: [] }),
  },
  clock: systemClock,
  random: Math.random,
  log: quietLog(),
  metrics: () => undefined,
});

/** The same function of a record under powertools, whose batch then goes to Firehose in one call. */
function underPowertools(row: (record: SQSRecord) => unknown): Handler {
  const processor = new BatchProcessor(EventType.SQS);
  return async (event, given) => {
    const rows: unknown[] = [];
    const response = await processPartialResponse(
      event,
      async (record: SQSRecord) => void rows.push(row(record)),
      processor,
      {
        context: given,
      },
    );
    await putRecordBatch(rows);
    return response;
  };
}

const powertools = underPowertools((record) => rowOf(record, topicOf(record.eventSourceARN, PREFIX), 1));
const powertoolsUsual = underPowertools(usualRow);

/** A row as one would write it first: parse the body, serialise the payload, serialise the row. */
function usualRow(record: SQSRecord): Buffer {
  const body = JSON.parse(record.body) as Record<string, Record<string, Record<string, unknown>>>;
  const payload = body.payload ?? body;
  const meta = payload._metadata ?? {};
  return Buffer.from(
    JSON.stringify({
      topic_name: topicOf(record.eventSourceARN, PREFIX),
      message_id: body.messageId ?? record.messageId,
      idempotency_key: meta.idempotencyKeyResource ?? null,
      period_reference: meta.periodReference ?? null,
      correlation_id: meta.correlationId ?? null,
      publish_time: Date.parse(String(body.publishTime)) * 1000,
      ingestion_ts: 1,
      json_payload: JSON.stringify(payload),
    }),
  );
}

const SAME = "powertools, same record function";
const USUAL = "powertools, JSON.parse and stringify";
const ORIGINAL = "Python original";
const CONTENDERS: Readonly<Record<string, Handler>> = {
  "sqs-processor": own,
  [SAME]: powertools,
  [USUAL]: powertoolsUsual,
};

export const part: Part = { name: "handler", run };

async function run(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const verdicts: string[] = [];
  for (const bytes of SIZES) {
    const ratios = new Map([...Object.keys(CONTENDERS), ORIGINAL].map((name) => [name, [] as number[]]));
    for (const batch of BATCHES) {
      const event = { Records: recordsOf(batch, bytes) };
      const found: Record<string, Spread> = {};
      const names = Object.keys(CONTENDERS);
      const samples = new Map(names.map((name) => [name, [] as number[]]));
      for (const name of names) await cpuPerRecord(CONTENDERS[name] as Handler, event);
      for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
        // In turn, so that whatever else the machine does meets all of them.
        for (const name of names) samples.get(name)?.push(await cpuPerRecord(CONTENDERS[name] as Handler, event));
      }
      for (const [name, values] of samples) found[name] = spreadOf(values);
      const python = pythonCpuPerRecord(event);
      const cells = names.map((name) => shown(found[name] as Spread));
      rows.push([`${bytes / 1024} KB, batch ${batch}`, ...cells, python === undefined ? "–" : shown(python)]);
      // Whatever else the machine does only adds to a measurement.
      const ours = found["sqs-processor"]?.min ?? Number.NaN;
      for (const name of names) ratios.get(name)?.push((found[name]?.min ?? Number.NaN) / ours);
      if (python !== undefined) ratios.get(ORIGINAL)?.push(python.min / ours);
    }
    const label = `${bytes / 1024} KB, the middle of the batches' ratios of the least:`;
    const ratio = (name: string) => spreadOf(ratios.get(name) ?? []).median;
    if (pythonVersion !== undefined) {
      verdicts.push(verdict(`${label} times less CPU than the original`, ratio(ORIGINAL), "≥", 5, "×"));
    }
    verdicts.push(verdict(`${label} times less than ${USUAL}`, ratio(USUAL), "≥", 2, "×"));
    verdicts.push(`${label} ${SAME} takes ${ratio(SAME).toFixed(2)}× of the sqs-processor`);
  }
  if (pythonVersion === undefined) verdicts.push("no python3 on this machine: the original's reference was left out");
  return {
    title: "sqs-processor: CPU per record",
    method: `µs of CPU per record with a Firehose that answers at once, median of ${REPETITIONS} in turn; the original is ${pythonVersion ?? "not measured"}`,
    tables: [{ head: ["µs per record", ...Object.keys(CONTENDERS), ORIGINAL], rows }],
    verdicts,
  };
}

async function cpuPerRecord(handler: Handler, event: SQSEvent): Promise<number> {
  let records = 0;
  const before = process.cpuUsage();
  for (;;) {
    await handler(event, context);
    records += event.Records.length;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= LEAST_CPU_MS * 1000) return (user + system) / records;
  }
}

const pythonVersion = python(["--version"])?.trim();

function pythonCpuPerRecord(event: SQSEvent): Spread | undefined {
  const answer = python([PYTHON, String(REPETITIONS), String(LEAST_CPU_MS)], JSON.stringify(event));
  return answer === undefined ? undefined : spreadOf(JSON.parse(answer) as number[]);
}

function python(args: readonly string[], input = ""): string | undefined {
  try {
    return execFileSync("python3", args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });
  } catch {
    return undefined;
  }
}

function recordsOf(count: number, bytes: number): SQSRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    messageId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    receiptHandle: "h",
    body: bodyOf(index, bytes),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1700000000000",
      SenderId: "s",
      ApproximateFirstReceiveTimestamp: "1700000000001",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: QUEUE_ARN,
    awsRegion: "eu-west-1",
  }));
}

/** An order with as many lines as make up the length: short strings, numbers and objects, as business events are. */
function bodyOf(index: number, bytes: number): string {
  const head =
    `{"messageId":"m-${index}","publishTime":"2026-01-10T12:00:00.000Z","payload":{"_metadata":{"idempotencyKeyResource":` +
    `"order/${index}","periodReference":"2026-01","correlationId":"c-${index}"},"customer":"u-${index}","lines":[`;
  let body = head;
  for (let line = 0; body.length < bytes - 90; line += 1) {
    body += `${line === 0 ? "" : ","}{"line":${line},"sku":"sku-${line}","quantity":${(line % 7) + 1},"price":19.${line % 90},"gift":false}`;
  }
  return `${body}]}}`;
}

function quietLog(): Parameters<typeof createHandler>[0]["log"] {
  const nothing = () => undefined;
  const log = { info: nothing, warn: nothing, error: nothing, with: () => log } as unknown as Parameters<
    typeof createHandler
  >[0]["log"];
  return log;
}
