import { createHash } from "node:crypto";
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { archiveDate, readArchiveObject } from "../../functions/common/archive.ts";
import type { Bucket } from "../../functions/common/bucket.ts";
import type { TrackerItem } from "../../functions/common/error-tracker.ts";
import { inParallel } from "../../functions/common/in-parallel.ts";
import type { Sent } from "./sent.ts";

/** What the tracker says of a message that is archived. */
export type TrackedItem = Pick<
  TrackerItem,
  "topic" | "date_message_id" | "origin" | "archive_key" | "error_class" | "error_type" | "last_seen"
>;

/** What a run's messages are in the archive for. */
export interface Archived {
  /** By SQS message id, the error's class and type. */
  messages: Map<string, string>;
  /** Rows that Firehose could not deliver: by topic and `message_id` ({@link rowKey}), the error's class and type. */
  rows: Map<string, string>;
  /** By SQS message id, what is wrong with an object of a message that the tracker has. */
  spoilt: Map<string, string>;
}

export interface ArchiveTools {
  /** Items of a topic that were first sent on this UTC day or later. */
  find(topic: string, since: string): AsyncIterable<TrackedItem>;
  archive: Pick<Bucket, "get">;
}

const OBJECTS_IN_FLIGHT = 16;
/** An object takes a second; who does not answer for a minute is away. */
const READ_MS = 60_000;
const DAY_MS = 86_400_000;

export function rowKey(topic: string, messageId: string): string {
  return `${topic}/${messageId}`;
}

/** Looks into the tracker and, once for each message, whether its object is there and holds the body that was sent. */
export class ArchiveSearch {
  readonly found: Archived = { messages: new Map(), rows: new Map(), spoilt: new Map() };
  readonly #tools: ArchiveTools;
  readonly #since: number;
  readonly #seen = new Set<string>();

  /** @param startedAt Epoch milliseconds of the run's first send. */
  constructor(tools: ArchiveTools, startedAt: number) {
    this.#tools = tools;
    // The clock here may be another than AWS's.
    this.#since = startedAt - DAY_MS;
  }

  /** @param sent Messages, by SQS message id. */
  async look(topics: readonly string[], sent: ReadonlyMap<string, Sent>): Promise<void> {
    const since = archiveDate(this.#since);
    const fresh: TrackedItem[] = [];
    for (const topic of topics) {
      for await (const item of this.#tools.find(topic, since)) {
        const isOfRun = item.origin === "firehose" ? Date.parse(item.last_seen) >= this.#since : sent.has(idOf(item));
        if (isOfRun && !this.#seen.has(item.archive_key)) fresh.push(item);
      }
    }
    await inParallel(fresh, OBJECTS_IN_FLIGHT, (item) => this.#read(item, sent));
  }

  async #read(item: TrackedItem, sent: ReadonlyMap<string, Sent>): Promise<void> {
    const { archive } = this.#tools;
    const text = await archive.get(item.archive_key, AbortSignal.timeout(READ_MS));
    this.#seen.add(item.archive_key);
    const object = readArchiveObject(text ?? "");
    const why = `${item.error_class} ${item.error_type}`;
    if (item.origin === "firehose") {
      const messageId = object && messageIdOf(object.body);
      if (messageId !== undefined) this.found.rows.set(rowKey(item.topic, messageId), why);
      return;
    }
    const id = idOf(item);
    if (object === undefined) this.found.spoilt.set(id, `its object ${item.archive_key} is missing or unreadable`);
    else if (createHash("md5").update(object.body).digest("hex") !== sent.get(id)?.md5)
      this.found.spoilt.set(id, `its object ${item.archive_key} holds another body than was sent`);
    else this.found.messages.set(id, why);
  }
}

/** The items of a tracker. */
export function trackedItems(client: DynamoDBClient, TableName: string): ArchiveTools["find"] {
  return async function* find(topic, since) {
    const pages = paginateQuery(
      { client },
      {
        TableName,
        KeyConditionExpression: "topic = :topic AND date_message_id >= :since",
        ExpressionAttributeValues: marshall({ ":topic": topic, ":since": since }),
        ProjectionExpression: "topic, date_message_id, origin, archive_key, error_class, error_type, last_seen",
      },
    );
    for await (const { Items = [] } of pages) yield* Items.map((item) => unmarshall(item) as TrackedItem);
  };
}

function idOf({ date_message_id }: TrackedItem): string {
  return date_message_id.slice(date_message_id.indexOf("#") + 1);
}

function messageIdOf(row: string): string | undefined {
  try {
    const { message_id }: { message_id?: unknown } = JSON.parse(row);
    return typeof message_id === "string" ? message_id : undefined;
  } catch {
    return undefined;
  }
}
