import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import fc from "fast-check";
import type { ArchiveObject } from "../../../functions/common/archive.ts";
import { errorNotification } from "../../../functions/common/error-notification.ts";
import { shown } from "../../../functions/common/shown.ts";
import { LONGEST_LINE } from "../../../functions/dlq-processor/error-file.ts";
import { createHandler } from "../../../functions/dlq-processor/handler.ts";
import { deadLetter, type Stores, stores } from "../../functions/support/dlq.ts";
import { errorLine } from "../../functions/support/error-files.ts";
import { lambdaContext, QUEUE_ARN, SENT_AT } from "../../functions/support/sqs.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits } from "../edits.ts";
import { CANARY, hearing } from "../hearing.ts";
import { deliveredAgain, invoked } from "../invoked.ts";
import { messageText } from "../messages.ts";
import { type Behaviour, behaviours, dependency } from "../sick.ts";
import { HOSTILE_TEXTS, once, type Text, textOf } from "../text.ts";

interface Letter {
  body: Text;
  /** How it came into the dead-letter queue. */
  by: "redrive" | "processor" | "replay" | "forger" | "nobody";
}

interface Line {
  row: Text;
  as: "line of Firehose's" | "line";
  /** What is done to a line of Firehose's. */
  edits?: readonly Edit[];
}

interface ErrorFile {
  lines: readonly Line[];
  gzip: boolean;
}

interface Input {
  letters: readonly Letter[];
  files: readonly ErrorFile[];
  edits: readonly Edit[];
  archive: readonly Behaviour[];
  tracker: readonly Behaviour[];
}

const TIMEOUT_MS = 60_000;
/** What the function keeps back for its answer. */
const ANSWER_MARGIN_MS = 1000;
const ERRORS_QUEUE = "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-delivery-errors";
const text = (stringValue: unknown) => ({ dataType: "String", stringValue: JSON.stringify(stringValue) });

function recordOf({ body, by }: Letter, n: number): SQSRecord {
  const given = { messageId: `id-${n}`, body: textOf(body) };
  const direct = deadLetter(given);
  delete direct.attributes.DeadLetterQueueSourceArn;
  const reason = { errorClass: "DROP", errorType: "BODY_NOT_JSON", errorMessage: "", receiveCount: 1 };
  switch (by) {
    case "redrive":
      return deadLetter(given);
    case "processor": {
      const letter = { messageId: `original-${n}`, sentAt: SENT_AT, sourceQueueArn: QUEUE_ARN, ...reason };
      return { ...direct, messageAttributes: { "lean-ops.dead-letter": text(letter) } };
    }
    case "replay":
      return deadLetter({
        ...given,
        messageAttributes: { "lean-ops.replay": text({ messageId: `first-${n}`, sentAt: SENT_AT, replayCount: 2 }) },
      });
    case "forger": {
      const letter = { messageId: "../x", sentAt: 1e99, sourceQueueArn: "__proto__", ...reason, errorType: "x\n" };
      const attributes = JSON.parse('{"__proto__":{"dataType":"Binary","binaryValue":"%%%"}}');
      return { ...direct, messageAttributes: { ...attributes, "lean-ops.dead-letter": text(letter) } };
    }
    case "nobody":
      return direct;
  }
}

function textOfLine({ row, as, edits: all = [] }: Line): string {
  if (as === "line") return textOf(row);
  const line = errorLine(Buffer.from(textOf(row)));
  try {
    return all.length === 0 ? line : JSON.stringify(edited(JSON.parse(line), all));
  } catch {
    // Too deep for JSON.stringify, and so for whoever would write it.
    return line;
  }
}

function bytesOf({ lines, gzip }: ErrorFile): Buffer {
  const bytes = Buffer.from(lines.map(textOfLine).join("\n"));
  return gzip ? gzipSync(bytes) : bytes;
}

/** The bytes of every record that a file holds: those of which its lines tell, or the lines, or the parts of them. */
function recordsIn({ lines }: ErrorFile): Buffer[] {
  return lines
    .flatMap((line) => textOfLine(line).split("\n"))
    .filter((line) => line !== "")
    .flatMap((line) => recordIn(Buffer.from(line)) ?? partsOf(Buffer.from(line)));
}

/** @returns undefined where a line is none of Firehose's. */
function recordIn(line: Buffer): Buffer | undefined {
  if (line.length > LONGEST_LINE) return undefined;
  try {
    const { rawData } = JSON.parse(line.toString());
    const record = typeof rawData === "string" ? Buffer.from(rawData, "base64") : undefined;
    return record?.toString("base64") === rawData ? record : undefined;
  } catch {
    return undefined;
  }
}

function partsOf(line: Buffer): Buffer[] {
  const parts = Math.ceil(line.length / LONGEST_LINE);
  return Array.from({ length: parts }, (_, n) => line.subarray(n * LONGEST_LINE, (n + 1) * LONGEST_LINE));
}

function eventOf({ letters, files, edits: all }: Input): SQSEvent {
  const told = files.map((_, n) => ({
    ...deadLetter({ messageId: `file-${n}`, eventSourceARN: ERRORS_QUEUE }),
    body: errorNotification("errors", `failed/${n} +%20ü`),
  }));
  return edited({ Records: [...letters.map(recordOf), ...told] }, all);
}

async function check(input: Input): Promise<void> {
  const event = eventOf(input);
  const given = stores();
  const { clock, archive, errors, tracker } = given;
  for (const [n, file] of input.files.entries()) errors.hold(`failed/${n} +%20ü`, bytesOf(file));
  const heard = hearing(clock);
  const [archives, tracks] = [dependency(input.archive, ["SlowDown"]), dependency(input.tracker, ["Throttling"])];
  const put = archive.put.bind(archive);
  archive.put = async (key, json) => {
    // By what the call does; a single object is taken or refused.
    if (!(await archives())(1)) throw new Error("refused");
    return put(key, json);
  };
  const track = tracker.archived.bind(tracker);
  tracker.archived = async (failure) => {
    if (!(await tracks())(1)) throw new Error("refused");
    return track(failure);
  };
  const handler = createHandler({
    topicQueuePrefix: "lean-ops-dev-topic-",
    deliveryErrorsQueueArn: ERRORS_QUEUE,
    ...given,
    ...heard,
  });
  const startedAt = clock.now();
  const ended = await invoked(handler(event, lambdaContext(clock, TIMEOUT_MS)), clock);
  heard.check();
  const records: unknown = event?.Records;
  if (!Array.isArray(records) || !records.every((record) => typeof record === "object" && record !== null)) {
    return;
  }
  assert.equal(ended.thrown, undefined, `${ended.thrown?.stack}`);
  const all = records as SQSRecord[];
  const again = deliveredAgain(
    all.map(({ messageId }) => messageId),
    ended,
  );
  // What zlib does takes real time, while which the clock goes on: an invocation that had none left delivers again.
  const isInTime = clock.now() - startedAt < TIMEOUT_MS - ANSWER_MARGIN_MS;
  checkLetters(all, again, given, isInTime && input.archive.length === 0 && input.tracker.length === 0);
  checkFiles(input, given);
}

function checkLetters(
  records: readonly SQSRecord[],
  again: ReadonlySet<unknown>,
  given: Stores,
  isHealthy: boolean,
): void {
  const objects = objectsOf(given);
  const letters = Map.groupBy(
    records.filter(({ eventSourceARN }) => eventSourceARN !== ERRORS_QUEUE),
    ({ messageId }) => messageId,
  );
  for (const [id, copies] of letters) {
    if (again.has(id)) {
      // What can never be archived expires in the dead-letter queue.
      assert.ok(
        !isHealthy || typeof id !== "string" || id === "",
        `${shown(id)} is not archived, with archive and tracker well`,
      );
      continue;
    }
    const kept = objects.filter(({ body }) =>
      copies.some((copy) => body === copy.body || typeof copy.body !== "string"),
    );
    assert.ok(kept.length > 0, `${shown(id)} is acknowledged and not in the archive`);
    assert.ok(
      kept.some(({ topic, message_id }) =>
        [...given.tracker.items.keys()].some((key) => key.startsWith(`${topic}/`) && key.endsWith(`#${message_id}`)),
      ),
      `${shown(id)} is acknowledged and not tracked`,
    );
  }
}

function objectsOf({ archive }: Stores): ArchiveObject[] {
  return [...archive.objects.values()].map(({ bytes }) => JSON.parse(bytes.toString()));
}

/** A file that is gone is archived, record by record. */
function checkFiles({ files }: Input, given: Stores): void {
  const bodies = new Set(
    objectsOf(given).map(({ body, body_encoding }) => Buffer.from(body, body_encoding).toString("base64")),
  );
  for (const [n, file] of files.entries()) {
    if (given.errors.objects.has(`failed/${n} +%20ü`)) continue;
    for (const record of recordsIn(file)) {
      assert.ok(bodies.has(record.toString("base64")), `a record of file ${n} is nowhere`);
    }
  }
}

const HEALTHY = { edits: [], archive: [], tracker: [] };
const hostile = Object.values(HOSTILE_TEXTS);
const letters = (by: Letter["by"]): Input => ({
  letters: [once(`{"a":"${CANARY}"`), ...hostile].map((body) => ({ body, by })),
  files: [],
  ...HEALTHY,
});
const file = (as: Line["as"], gzip: boolean): Input => ({
  letters: [],
  files: [{ lines: hostile.map((row) => ({ row, as })), gzip }],
  ...HEALTHY,
});

export const dlqProcessor = door<Input>({
  name: "dlq-processor",
  event: eventOf,
  inputs: fc.record({
    letters: fc.array(
      fc.record({
        body: messageText,
        by: fc.constantFrom<Letter["by"]>("redrive", "redrive", "processor", "replay", "forger", "nobody"),
      }),
      { maxLength: 5 },
    ),
    files: fc.array(
      fc.record({
        lines: fc.array(
          fc.record({
            row: messageText,
            as: fc.constantFrom<Line["as"]>("line of Firehose's", "line"),
            edits,
          }),
          { maxLength: 5 },
        ),
        gzip: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    edits,
    archive: behaviours,
    tracker: behaviours,
  }),
  cases: {
    "an empty batch": { letters: [], files: [], ...HEALTHY },
    "every hostile text, moved by SQS": letters("redrive"),
    "every hostile text, with forged attributes": letters("forger"),
    "six megabytes in six letters": {
      letters: Array.from({ length: 6 }, (_, n) => ({
        body: [
          [`{"n":${n},"a":"`, 1],
          ["x", 1_040_000],
          ['"}', 1],
        ],
        by: "redrive",
      })),
      files: [],
      ...HEALTHY,
    },
    "a file of ten megabytes, more than a batch of rows can hold": {
      letters: [],
      files: [
        {
          lines: Array.from({ length: 10 }, (_, n) => ({
            row: [
              [`{"topic_name":"orders","n":${n},"json_payload":"`, 1],
              ["x", 750_000],
              ['"}', 1],
            ],
            as: "line of Firehose's",
          })),
          gzip: false,
        },
      ],
      ...HEALTHY,
    },
    "lines of Firehose's whose data is no base64": {
      letters: [],
      files: [
        {
          lines: ['"!!!!"', '"eyJh="', "7", "{}", "null", '""'].map((json) => ({
            row: once("{}"),
            as: "line of Firehose's",
            edits: [{ place: 5, change: { put: { json } } }],
          })),
          gzip: false,
        },
      ],
      ...HEALTHY,
    },
    "a file of hostile rows": file("line of Firehose's", true),
    "a file of lines that are none of Firehose's": file("line", false),
    "a file of lines that are longer than any of Firehose's": {
      letters: [],
      files: [{ lines: ["€", "x"].map((part) => ({ row: [[part, LONGEST_LINE]], as: "line" })), gzip: true }],
      ...HEALTHY,
    },
  },
  check,
});
