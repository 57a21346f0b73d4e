import { gunzipSync } from "node:zlib";
import { DEAD_LETTER_ATTRIBUTE, type DeadLetter } from "../../functions/common/dead-letter.ts";
import type { Cloud } from "../cloud.ts";
import { type Account, accountFor } from "./accounts.ts";
import type { Ledger } from "./ledger.ts";
import type { StackOutputs } from "./outputs.ts";

/** Looks into every place where a message can be, and accounts for each one by topic. */
export async function accounts(
  cloud: Cloud,
  outputs: StackOutputs,
  ledger: Ledger,
): Promise<ReadonlyMap<string, Account>> {
  const deadLettered = deadLetteredIds(cloud, outputs);
  const undelivered = await undeliveredIds(cloud, outputs);
  const byTopic = new Map<string, Account>();
  for (const [topic, queueName] of outputs.queueNames) {
    const account = accountFor({
      accepted: ledger.accepted(queueName),
      rows: await rowsById(cloud, outputs.rawTables.get(topic) ?? ""),
      deadLettered,
      undelivered: undelivered.get(topic) ?? new Set(),
      queued: new Set(Array.from(cloud.sqs.queues.get(queueName)?.messages() ?? [], ({ messageId }) => messageId)),
    });
    byTopic.set(topic, account);
  }
  return byTopic;
}

/** Original SQS message ids; a function that dead-letters a message itself gives the copy a new one. */
function deadLetteredIds(cloud: Cloud, { deadLetterQueueName }: StackOutputs): Set<string> {
  const ids = new Set<string>();
  for (const { messageId, messageAttributes } of cloud.sqs.queues.get(deadLetterQueueName)?.messages() ?? []) {
    const origin = messageAttributes[DEAD_LETTER_ATTRIBUTE]?.StringValue;
    ids.add(origin === undefined ? messageId : (JSON.parse(origin) as DeadLetter).messageId);
  }
  return ids;
}

/** `table` as `database.table`; both names are of the stack's own settings. */
async function rowsById(cloud: Cloud, table: string): Promise<Map<string, number>> {
  const rows = await cloud.tables.query(`SELECT message_id, count(*) AS rows FROM ${table} GROUP BY message_id`);
  return new Map(rows.map(({ message_id, rows: count }) => [String(message_id), Number(count)]));
}

/** By topic, the `message_id` of each row in the delivery stream's error output. */
async function undeliveredIds(cloud: Cloud, { errorBucket }: StackOutputs): Promise<Map<string, Set<string>>> {
  const byTopic = new Map<string, Set<string>>();
  for (const key of await cloud.objects.list(errorBucket)) {
    const bytes = await cloud.objects.get(errorBucket, key);
    const text = Buffer.from(key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    for (const line of text.split("\n").filter((line) => line !== "")) {
      const row = rawRow((JSON.parse(line) as { rawData: string }).rawData);
      if (row !== undefined) {
        const ids = byTopic.get(row.topic_name) ?? new Set();
        byTopic.set(row.topic_name, ids.add(row.message_id));
      }
    }
  }
  return byTopic;
}

/** A record that is no row at all belongs to no message. */
function rawRow(rawData: string): { topic_name: string; message_id: string } | undefined {
  try {
    return JSON.parse(Buffer.from(rawData, "base64").toString());
  } catch {
    return undefined;
  }
}
