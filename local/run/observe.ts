import { gunzipSync } from "node:zlib";
import { ARCHIVE_PREFIX, type ArchiveObject } from "../../functions/common/archive.ts";
import { DEAD_LETTER_ATTRIBUTE, type DeadLetter } from "../../functions/common/dead-letter.ts";
import { type TrackerItem, trackerRange } from "../../functions/common/error-tracker.ts";
import type { Cloud } from "../cloud.ts";
import type { QueuedMessage } from "../sqs/message.ts";
import { type Account, accountFor } from "./accounts.ts";
import type { Ledger } from "./ledger.ts";
import type { StackOutputs } from "./outputs.ts";

/** Looks into every place where a message can be, and accounts for each one by topic. */
export async function accounts(
  cloud: Cloud,
  outputs: StackOutputs,
  ledger: Ledger,
): Promise<ReadonlyMap<string, Account>> {
  const archive = await lookIntoArchive(cloud, outputs);
  const underWay = new Set([...archive.untracked.ids, ...idsIn(cloud, outputs.deadLetterQueueName, ledger)]);
  const undelivered = await undeliveredRows(cloud, outputs);
  const byTopic = new Map<string, Account>();
  for (const [topic, queueName] of outputs.queueNames) {
    const account = accountFor({
      accepted: ledger.accepted(queueName),
      rows: await rowsById(cloud, outputs.rawTables.get(topic) ?? ""),
      archived: archive.tracked.ids,
      archivedRows: archive.tracked.rows.of(topic),
      underWay: underWay.union(new Set(idsIn(cloud, queueName, ledger))),
      rowsUnderWay: undelivered.of(topic).union(archive.untracked.rows.of(topic)),
    });
    byTopic.set(topic, account);
  }
  return byTopic;
}

/** `message_id` of RAW rows by topic. */
class RowIds {
  readonly #byTopic = new Map<string, Set<string>>();

  /** A text that is no row belongs to no message. */
  add(row: string): void {
    try {
      const { topic_name: topic, message_id: id } = JSON.parse(row) as { topic_name: string; message_id: string };
      this.#byTopic.set(topic, (this.#byTopic.get(topic) ?? new Set()).add(id));
    } catch {}
  }

  of(topic: string): ReadonlySet<string> {
    return this.#byTopic.get(topic) ?? new Set();
  }
}

/** What an archive holds of messages, by SQS message id, and of undelivered rows. */
interface Archived {
  ids: Set<string>;
  rows: RowIds;
}

async function lookIntoArchive(
  cloud: Cloud,
  { archiveBucket, errorTracker }: StackOutputs,
): Promise<{ tracked: Archived; untracked: Archived }> {
  const items = (await cloud.dynamodb.scan(errorTracker)) as unknown as TrackerItem[];
  const byKey = new Map(items.map((item) => [`${item.topic}/${item.date_message_id}`, item]));
  const tracked: Archived = { ids: new Set(), rows: new RowIds() };
  const untracked: Archived = { ids: new Set(), rows: new RowIds() };
  for (const key of await cloud.objects.list(archiveBucket, ARCHIVE_PREFIX)) {
    const [topic = "", date = "", file = ""] = key.slice(ARCHIVE_PREFIX.length).split("/");
    const id = file.replace(/\.json$/, "");
    const item = byKey.get(`${topic}/${trackerRange(date, id)}`);
    const place = item === undefined ? untracked : tracked;
    if (item?.origin === "sqs") {
      place.ids.add(id);
      continue;
    }
    const bytes = await cloud.objects.get(archiveBucket, key);
    const { origin, body } = JSON.parse(Buffer.from(bytes).toString()) as ArchiveObject;
    if (origin === "firehose") place.rows.add(body);
    else place.ids.add(id);
  }
  return { tracked, untracked };
}

function idsIn(cloud: Cloud, queueName: string, ledger: Ledger): string[] {
  return Array.from(cloud.sqs.queues.get(queueName)?.messages() ?? [], (message) =>
    ledger.original(originalId(message)),
  );
}

/** A function that dead-letters a message itself gives the copy a new id. */
function originalId({ messageId, messageAttributes }: QueuedMessage): string {
  try {
    const letter: Partial<DeadLetter> | null = JSON.parse(
      messageAttributes[DEAD_LETTER_ATTRIBUTE]?.StringValue ?? "null",
    );
    return letter?.messageId ?? messageId;
  } catch {
    return messageId; // Any producer can send an attribute of this name.
  }
}

/** `table` as `database.table`; both names are of the stack's own settings. */
async function rowsById(cloud: Cloud, table: string): Promise<Map<string, number>> {
  const rows = await cloud.tables.query(`SELECT message_id, count(*) AS rows FROM ${table} GROUP BY message_id`);
  return new Map(rows.map(({ message_id, rows: count }) => [String(message_id), Number(count)]));
}

/** The rows in the delivery stream's error output. */
async function undeliveredRows(cloud: Cloud, { errorBucket }: StackOutputs): Promise<RowIds> {
  const rows = new RowIds();
  for (const key of await cloud.objects.list(errorBucket)) {
    const bytes = await cloud.objects.get(errorBucket, key);
    const text = Buffer.from(key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    for (const line of text.split("\n").filter((line) => line !== "")) {
      rows.add(Buffer.from((JSON.parse(line) as { rawData: string }).rawData, "base64").toString());
    }
  }
  return rows;
}
