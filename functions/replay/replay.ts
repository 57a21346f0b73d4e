import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { type ArchiveObject, readArchiveObject } from "../common/archive.ts";
import type { Bucket } from "../common/bucket.ts";
import type { Clock } from "../common/clock.ts";
import type { TrackerKey } from "../common/conditional-update.ts";
import { callBefore } from "../common/deadline.ts";
import { type TrackerItem, trackerRange } from "../common/error-tracker.ts";
import { MAX_REPLAYS } from "../common/replay.ts";
import { type Outgoing, outgoing } from "./outgoing.ts";
import { Refusal } from "./refusal.ts";
import type { Tracker } from "./tracker.ts";

/** Sends a message to a topic's queue. @throws Error named `QueueDoesNotExist` where the topic has none. */
export type SendMessage = (
  topic: string,
  body: string,
  attributes: Record<string, MessageAttributeValue>,
  signal: AbortSignal,
) => Promise<unknown>;

/** Puts one row to the delivery stream. */
export type PutRecord = (row: Uint8Array, signal: AbortSignal) => Promise<unknown>;

export interface ReplayDependencies {
  archive: Bucket;
  tracker: Tracker;
  clients: { sendMessage: SendMessage; putRecord: PutRecord };
  clock: Clock;
  /** Epoch milliseconds by which all must have ended. */
  deadline: number;
}

/** `gone`: the item is no longer marked, so that nothing was sent. */
export type ReplayOutcome = "replayed" | "gone" | Refusal;

/**
 * Does what an operator asked for by marking an item, if it still is marked: sends the archived message, then marks the
 * item REPLAYED. Stopped in between, it sends again: at least once, and whoever deduplicates by message_id keeps one
 * row. What can never be sent is marked REPLAY_FAILED with the reason.
 *
 * @throws whatever a dependency throws that is away or throttled, or DeadlineError: then it is to be tried again.
 */
export async function replay(key: TrackerKey, dependencies: ReplayDependencies): Promise<ReplayOutcome> {
  const { tracker, clock, deadline } = dependencies;
  const item = await callBefore(clock, deadline, (signal) => tracker.get(key, signal));
  if (item?.status !== "REPLAY_REQUESTED") return "gone";
  const message = await prepare(item, dependencies);
  const refusal = message instanceof Refusal ? message : await send(message, dependencies);
  if (refusal === undefined) {
    await callBefore(clock, deadline, (signal) => tracker.replayed(item, signal));
    return "replayed";
  }
  await callBefore(clock, deadline, (signal) => tracker.refused(item, refusal.message, signal));
  return refusal;
}

async function prepare(
  item: TrackerItem,
  { archive, clock, deadline }: ReplayDependencies,
): Promise<Outgoing | Refusal> {
  if (item.replay_count >= MAX_REPLAYS) return new Refusal("REPLAYED_TOO_OFTEN");
  const text = await callBefore(clock, deadline, (signal) => archive.get(item.archive_key, signal));
  if (text === undefined) return new Refusal("ARCHIVE_MISSING");
  const object = readArchiveObject(text);
  if (object === undefined || !isOf(object, item)) return new Refusal("ARCHIVE_MALFORMED");
  return outgoing(object, item.replay_count + 1, Math.floor(clock.now() / 1000));
}

function isOf(object: ArchiveObject, item: TrackerItem): boolean {
  const date = item.date_message_id.slice(0, item.date_message_id.indexOf("#"));
  return object.topic === item.topic && trackerRange(date, object.message_id) === item.date_message_id;
}

async function send(message: Outgoing, { clients, clock, deadline }: ReplayDependencies): Promise<Refusal | undefined> {
  if (message.to === "stream") {
    await callBefore(clock, deadline, (signal) => clients.putRecord(message.row, signal));
    return undefined;
  }
  const { topic, body, attributes } = message;
  try {
    await callBefore(clock, deadline, (signal) => clients.sendMessage(topic, body, attributes, signal));
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === "QueueDoesNotExist") return new Refusal("TOPIC_UNKNOWN");
    throw error;
  }
}
