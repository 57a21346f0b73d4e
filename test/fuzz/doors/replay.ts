import assert from "node:assert/strict";
import type { DynamoDBStreamEvent } from "aws-lambda";
import fc from "fast-check";
import { archiveKey } from "../../../functions/common/archive.ts";
import type { TrackerKey } from "../../../functions/common/conditional-update.ts";
import { type TrackerItem, trackerRange } from "../../../functions/common/error-tracker.ts";
import { createHandler } from "../../../functions/replay/handler.ts";
import { MemoryBucket } from "../../functions/support/memory-bucket.ts";
import { archiveObject, requestedItem } from "../../functions/support/replay.ts";
import { lambdaContext } from "../../functions/support/sqs.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { door } from "../door.ts";
import { type Edit, edited, edits } from "../edits.ts";
import { CANARY, hearing } from "../hearing.ts";
import { deliveredAgain, invoked } from "../invoked.ts";
import { messageText } from "../messages.ts";
import { type Behaviour, behaviours, dependency } from "../sick.ts";
import { HOSTILE_TEXTS, hostileText, once, type Text, textOf } from "../text.ts";

interface Request {
  body: Text;
  origin: "sqs" | "firehose";
  replays: number;
  /** What is done to the object in the archive. */
  object: readonly Edit[];
  /** It is no object at all. */
  instead: Text | null;
}

interface Input {
  requests: readonly Request[];
  edits: readonly Edit[];
  calls: readonly Behaviour[];
}

const DATE = "2026-11-23";
/** As producers give them; what is done to an object may change them, and their types. */
const ATTRIBUTES = {
  source: { dataType: "String", stringValue: "shop" },
  flag: { dataType: "Binary", binaryValue: "AQI=" },
};
const idOf = ({ topic, date_message_id }: TrackerKey) => JSON.stringify([topic, date_message_id]);

function itemOf({ origin, replays }: Request, n: number): TrackerItem {
  return requestedItem({
    date_message_id: trackerRange(DATE, `id-${n}`),
    archive_key: archiveKey({ topic: "orders", date: DATE, messageId: `id-${n}` }),
    origin,
    replay_count: replays,
  });
}

function eventOf(items: readonly TrackerItem[], all: readonly Edit[]): DynamoDBStreamEvent {
  const Records = items.map(({ topic, date_message_id, status, replay_count }, n) => {
    const Keys = { topic: { S: topic }, date_message_id: { S: date_message_id } };
    const NewImage = { ...Keys, status: { S: status }, replay_count: { N: String(replay_count) } };
    return {
      eventID: `event-${n}`,
      eventName: "MODIFY" as const,
      eventSource: "aws:dynamodb",
      dynamodb: {
        Keys,
        NewImage,
        SequenceNumber: `${n + 1}00000000000`,
        SizeBytes: 59,
        StreamViewType: "NEW_IMAGE" as const,
      },
    };
  });
  return edited({ Records }, all);
}

async function check({ requests, edits: all, calls }: Input): Promise<void> {
  const items = new Map(requests.map((request, n) => [idOf(itemOf(request, n)), itemOf(request, n)]));
  const event = eventOf([...items.values()], all);
  const archive = new MemoryBucket("archive");
  for (const [n, request] of requests.entries()) {
    const { body, origin, object, instead } = request;
    const kept = archiveObject({ message_id: `id-${n}`, body: textOf(body), origin, message_attributes: ATTRIBUTES });
    // A tree that is too deep for JSON.stringify cannot have got into the archive.
    const json = instead === null ? jsonOf(edited(kept, object)) : textOf(instead);
    archive.hold(itemOf(request, n).archive_key, json);
  }
  const clock = virtualClock(Date.UTC(2026, 10, 26));
  const heard = hearing(clock);
  let sent = 0;
  const call = dependency(calls, ["ThrottlingException", "QueueDoesNotExist"]);
  const send = async () => {
    if (!(await call())(1)) throw new Error("refused");
    sent++;
  };
  const change = (item: TrackerItem, to: Partial<TrackerItem>) => {
    const now = items.get(idOf(item));
    if (now?.status !== "REPLAY_REQUESTED" || now.replay_count !== item.replay_count) return false;
    items.set(idOf(item), { ...now, ...to });
    return true;
  };
  const handler = createHandler({
    archive,
    tracker: {
      get: async (key) => items.get(idOf(key)),
      replayed: async (item) => change(item, { status: "REPLAYED", replay_count: item.replay_count + 1 }),
      refused: async (item, status_reason) => change(item, { status: "REPLAY_FAILED", status_reason }),
    },
    clients: {
      sendMessage: (topic, body, attributes) => {
        heard.expect(() => {
          assert.deepEqual([topic, typeof body], ["orders", "string"]);
          assert.ok(Object.keys(attributes).length <= 10);
        });
        return send();
      },
      putRecord: (row) => {
        heard.expect(() => assert.ok(row instanceof Uint8Array));
        return send();
      },
    },
    clock,
    ...heard,
  });
  const ended = await invoked(handler(event, lambdaContext(clock)), clock);
  heard.check();
  const records: unknown = event?.Records;
  if (!Array.isArray(records) || !records.every((record) => typeof record === "object" && record !== null)) {
    return;
  }
  assert.equal(ended.thrown, undefined, `${ended.thrown?.stack}`);
  const told = (records as DynamoDBStreamEvent["Records"]).map((record) => record.dynamodb);
  const again = deliveredAgain(
    told.map((change) => change?.SequenceNumber),
    ended,
  );
  const isHealthy = calls.length === 0;
  if (isHealthy) assert.deepEqual([...again], [], "with all dependencies well, a request is tried again in vain");
  for (const change of told) {
    const topic: unknown = change?.Keys?.topic?.S;
    const date_message_id: unknown = change?.Keys?.date_message_id?.S;
    if (typeof topic !== "string" || typeof date_message_id !== "string") continue;
    const item = items.get(idOf({ topic, date_message_id }));
    if (item === undefined || change?.NewImage?.status?.S !== "REPLAY_REQUESTED") continue;
    const isDone = item.status === "REPLAYED" || item.status === "REPLAY_FAILED";
    assert.ok(isDone || again.has(change.SequenceNumber), `${item.date_message_id} is neither done with nor reported`);
  }
  const replayed = [...items.values()].filter(({ status }) => status === "REPLAYED").length;
  assert.ok(sent >= replayed, "an item is marked as replayed of which nothing was sent");
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

const request = (given: Partial<Request> = {}): Request => ({
  ...{ body: once(`{"a":"${CANARY}"}`), origin: "sqs", replays: 0, object: [], instead: null },
  ...given,
});
const hostile = Object.values(HOSTILE_TEXTS);
const input = (requests: readonly Request[]): Input => ({ requests, edits: [], calls: [] });

export const replay = door<Input>({
  name: "replay",
  inputs: fc.record({
    requests: fc.array(
      fc.record({
        body: messageText,
        origin: fc.constantFrom<"sqs" | "firehose">("sqs", "firehose"),
        replays: fc.constantFrom(0, 0, 0, 4, 5),
        object: edits,
        instead: fc.option(hostileText, { nil: null, freq: 6 }),
      }),
      { maxLength: 4 },
    ),
    edits,
    calls: behaviours,
  }),
  cases: {
    "an empty batch": input([]),
    "every hostile body": input(hostile.map((body) => request({ body }))),
    "every hostile row": input(hostile.map((body) => request({ body, origin: "firehose" }))),
    "every hostile object": input(hostile.map((instead) => request({ instead }))),
    "six megabytes in six archived messages": input(
      Array.from({ length: 6 }, () => request({ body: [["x", 1_040_000]] })),
    ),
    "5,000 requests, more than a batch can hold": input(Array.from({ length: 5000 }, () => request())),
    "a request twice": { ...input([request()]), edits: [{ place: 1, change: "repeat" }] },
  },
  check,
});
