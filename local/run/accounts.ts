/** Where the messages of one topic are, each counted once. */
export interface Account {
  /** Accepted by SQS. */
  sent: number;
  /** In the topic's RAW table. */
  raw: number;
  /** Dead-lettered, or in the delivery stream's error output. */
  failed: number;
  /** Visible, delayed or in flight in the topic's queue. */
  inFlight: number;
  /** In none of these places. */
  lost: number;
  /** Rows in RAW beyond the first of a message; counted by no other field. */
  duplicates: number;
  /** Rows in the topic's RAW table that nobody sent to it; counted by no other field. */
  unexpected: number;
}

/** What was seen of one topic, by id. */
export interface Observation {
  /** What SQS accepted: the `message_id` that its row must have, undefined where no row may come of it. */
  accepted: ReadonlyMap<string, string | undefined>;
  /** Rows in the topic's table by `message_id`. */
  rows: ReadonlyMap<string, number>;
  /** SQS message ids that were dead-lettered. */
  deadLettered: ReadonlySet<string>;
  /** `message_id` of the rows in the delivery stream's error output. */
  undelivered: ReadonlySet<string>;
  /** SQS message ids that the topic's queue holds. */
  queued: ReadonlySet<string>;
}

/**
 * Accounts for every accepted message. A producer may send the same `message_id` several times: then that many rows
 * are expected, and a missing one counts as failed or in flight while there is a message that explains it.
 */
export function accountFor(seen: Observation): Account {
  const account: Account = { sent: 0, raw: 0, failed: 0, inFlight: 0, lost: 0, duplicates: 0, unexpected: 0 };
  const expected = new Map<string, string[]>();
  const place = (id: string, failed: boolean): void => {
    if (failed) account.failed += 1;
    else if (seen.queued.has(id)) account.inFlight += 1;
    else account.lost += 1;
  };

  for (const [id, messageId] of seen.accepted) {
    account.sent += 1;
    if (messageId === undefined) {
      place(id, seen.deadLettered.has(id));
      continue;
    }
    const ids = expected.get(messageId);
    if (ids === undefined) expected.set(messageId, [id]);
    else ids.push(id);
  }

  for (const [messageId, ids] of expected) {
    const rows = seen.rows.get(messageId) ?? 0;
    const arrived = Math.min(rows, ids.length);
    account.raw += arrived;
    account.duplicates += rows - arrived;
    if (arrived < ids.length) {
      const isExplained = (id: string) => seen.deadLettered.has(id) || seen.queued.has(id);
      const unexplainedFirst = ids.toSorted((a, b) => Number(isExplained(a)) - Number(isExplained(b)));
      for (const id of unexplainedFirst.slice(arrived)) {
        place(id, seen.deadLettered.has(id) || seen.undelivered.has(messageId));
      }
    }
  }

  for (const [messageId, rows] of seen.rows) {
    if (!expected.has(messageId)) account.unexpected += rows;
  }
  return account;
}

/** The sum over topics. */
export function total(accounts: Iterable<Account>): Account {
  const sum: Account = { sent: 0, raw: 0, failed: 0, inFlight: 0, lost: 0, duplicates: 0, unexpected: 0 };
  for (const account of accounts) {
    for (const key of Object.keys(sum) as (keyof Account)[]) {
      sum[key] += account[key];
    }
  }
  return sum;
}

/** True when every message is in RAW or accounted for as failed, and RAW holds nothing else. */
export function isComplete(account: Account): boolean {
  return account.lost === 0 && account.inFlight === 0 && account.unexpected === 0;
}
