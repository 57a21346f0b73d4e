import { type Archived, rowKey } from "./archive.ts";
import type { TopicRows } from "./layers.ts";
import type { Sent } from "./sent.ts";

/** Where the messages of one topic are, each counted once. */
export interface Account {
  sent: number;
  raw: number;
  /** Not in RAW, but in the archive and in the error tracker. */
  archived: number;
  curated: number;
  semantic: number;
  rejected: number;
  /** Rows in RAW beyond the first of a message, and archived messages that are in RAW too; counted by no other field. */
  duplicates: number;
  /** Rows in RAW that have the run's mark, and whose message SQS never acknowledged; counted by no other field. */
  unknown: number;
  /** Why messages are in the archive: how many for each class and type of error. */
  archivedFor: ReadonlyMap<string, number>;
  /** What is wrong, and with which messages: by what is said of them, their SQS message ids. */
  faults: ReadonlyMap<string, readonly string[]>;
}

/** What is wrong with a message that is nowhere, or not everywhere. */
export const FAULTS = {
  lost: "neither in RAW nor in the archive",
  notCurated: "in RAW, and not in CURATED",
  notRefined: "in CURATED, and neither in SEMANTIC nor rejected",
  repeated: "more than once in CURATED, or in SEMANTIC and rejected",
} as const;

/** Accounts for every message of one topic, by its id. */
export function accountFor(topic: string, sent: readonly Sent[], rows: TopicRows, archived: Archived): Account {
  const account = { sent: sent.length, raw: 0, archived: 0, curated: 0, semantic: 0, rejected: 0, duplicates: 0 };
  const faults = new Map<string, string[]>();
  const fault = (what: string, { id }: Sent) => {
    const ids = faults.get(what);
    if (ids === undefined) faults.set(what, [id]);
    else ids.push(id);
  };
  const archivedFor = new Map<string, number>();
  const expected = new Set<string>();
  for (const message of sent) {
    const { id, messageId } = message;
    if (messageId !== undefined) expected.add(messageId);
    const spoilt = archived.spoilt.get(id);
    if (spoilt !== undefined) fault(`in the error tracker, but ${spoilt}`, message);
    const reason =
      archived.messages.get(id) ?? (messageId === undefined ? undefined : archived.rows.get(rowKey(topic, messageId)));
    const inRaw = messageId === undefined ? 0 : (rows.raw.get(messageId) ?? 0);
    if (messageId === undefined || inRaw === 0) {
      if (reason !== undefined) {
        account.archived += 1;
        archivedFor.set(reason, (archivedFor.get(reason) ?? 0) + 1);
      } else if (spoilt === undefined) fault(FAULTS.lost, message);
      continue;
    }
    account.raw += 1;
    account.duplicates += inRaw - 1 + (reason === undefined ? 0 : 1);
    const curated = rows.curated.get(messageId) ?? 0;
    const [semantic, rejected] = [rows.semantic.get(messageId) ?? 0, rows.rejected.get(messageId) ?? 0];
    account.curated += Math.min(1, curated);
    account.semantic += Math.min(1, semantic);
    account.rejected += Math.min(1, rejected);
    if (curated === 0) fault(FAULTS.notCurated, message);
    else if (semantic + rejected === 0) fault(FAULTS.notRefined, message);
    if (curated > 1 || semantic + rejected > 1) fault(FAULTS.repeated, message);
  }
  let unknown = 0;
  for (const [messageId, copies] of rows.raw) if (!expected.has(messageId)) unknown += copies;
  return { ...account, unknown, archivedFor, faults };
}

/** The numbers of an account. */
export type Totals = Omit<Account, "faults" | "archivedFor">;

/** The sum over topics. */
export function total(accounts: Iterable<Account>): Totals {
  const sum = {
    sent: 0,
    raw: 0,
    archived: 0,
    curated: 0,
    semantic: 0,
    rejected: 0,
    duplicates: 0,
    unknown: 0,
  };
  for (const account of accounts) {
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += account[key];
  }
  return sum;
}

/** Whether every message is in RAW or in the archive. */
export function hasArrived({ sent, raw, archived }: Pick<Account, "sent" | "raw" | "archived">): boolean {
  return raw + archived === sent;
}

/** Whether every message is where it belongs. */
export function isWhole(account: Account): boolean {
  return hasArrived(account) && account.faults.size === 0;
}
