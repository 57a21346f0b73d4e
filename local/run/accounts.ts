/** Where the messages of one topic are, each counted once. */
export interface Account {
  /** Accepted by SQS. */
  sent: number;
  /** In the topic's RAW table. */
  raw: number;
  /** Not in RAW, but in the archive and in the error tracker. */
  archived: number;
  /** On its way: in the topic's queue, in the DLQ, in the error output, or archived and not yet tracked. */
  inFlight: number;
  /** In none of these places. */
  lost: number;
  /** Rows in RAW beyond the first of a message, and archived messages that are in RAW too; counted by no other field. */
  duplicates: number;
  /** Rows in the topic's RAW table that nobody sent to it; counted by no other field. */
  unexpected: number;
}

/** What was seen of one topic, by id. A message is known by the SQS message id under which its producer sent it. */
export interface Observation {
  /** What SQS accepted: the `message_id` that its row must have, undefined where no row may come of it. */
  accepted: ReadonlyMap<string, string | undefined>;
  /** Rows in the topic's table by `message_id`. */
  rows: ReadonlyMap<string, number>;
  /** Messages that are archived and tracked. */
  archived: ReadonlySet<string>;
  /** `message_id` of the undelivered rows that are archived and tracked. */
  archivedRows: ReadonlySet<string>;
  /** Messages that a queue holds, or that are archived and not tracked. */
  underWay: ReadonlySet<string>;
  /** `message_id` of the rows in the delivery stream's error output, or archived and not tracked. */
  rowsUnderWay: ReadonlySet<string>;
}

/**
 * Accounts for every accepted message. A producer may send the same `message_id` several times: then that many rows
 * are expected, and a missing one counts as archived or in flight while there is a message that explains it.
 */
export function accountFor(seen: Observation): Account {
  const account: Account = { ...EMPTY };
  const expected = new Map<string, string[]>();
  const isArchived = (id: string, messageId?: string) =>
    seen.archived.has(id) || (messageId !== undefined && seen.archivedRows.has(messageId));
  const isUnderWay = (id: string, messageId?: string) =>
    seen.underWay.has(id) || (messageId !== undefined && seen.rowsUnderWay.has(messageId));
  const place = (id: string, messageId?: string): void => {
    if (isArchived(id, messageId)) account.archived += 1;
    else if (isUnderWay(id, messageId)) account.inFlight += 1;
    else account.lost += 1;
  };

  for (const [id, messageId] of seen.accepted) {
    account.sent += 1;
    if (messageId === undefined) {
      place(id);
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
    // Those that nothing else explains are taken to be the ones in RAW.
    const explanations = (id: string) => Number(isArchived(id, messageId)) * 2 + Number(isUnderWay(id, messageId));
    const unexplainedFirst = ids.toSorted((a, b) => explanations(a) - explanations(b));
    for (const id of unexplainedFirst.slice(0, arrived)) {
      if (isArchived(id)) account.duplicates += 1;
    }
    for (const id of unexplainedFirst.slice(arrived)) {
      place(id, messageId);
    }
  }

  for (const [messageId, rows] of seen.rows) {
    if (!expected.has(messageId)) account.unexpected += rows;
  }
  return account;
}

const EMPTY: Account = { sent: 0, raw: 0, archived: 0, inFlight: 0, lost: 0, duplicates: 0, unexpected: 0 };

/** The sum over topics. */
export function total(accounts: Iterable<Account>): Account {
  const sum: Account = { ...EMPTY };
  for (const account of accounts) {
    for (const key of Object.keys(sum) as (keyof Account)[]) {
      sum[key] += account[key];
    }
  }
  return sum;
}

/** True when every message is in RAW or in the archive, and RAW holds nothing else. */
export function isComplete(account: Account): boolean {
  return account.lost === 0 && account.inFlight === 0 && account.unexpected === 0;
}
