import { Console, count } from "../../local/console.ts";
import { type Account, type Totals, total } from "./account.ts";
import type { TopicBalance } from "./balance.ts";
import type { NotSent } from "./sent.ts";

const IDS_SHOWN = 5;
const REASONS_SHOWN = 3;

/** What an operator sees of a smoke test. */
export class Display extends Console {
  /** What does not end the command, before what it shows. */
  warning(text: string): void {
    this.problem(text);
    this.line();
  }

  /** Shows how many of `total()` are done, and the rate, until the returned function is called. */
  counting(label: string, done: () => number, total: () => number): () => void {
    const started = performance.now();
    const rate = () => Math.round((done() / Math.max(1, performance.now() - started)) * 1000);
    return this.progress({ label, done, total, note: () => `, ${count(rate())} records/s` });
  }

  /** A row a topic, and the sum where there are several. */
  accounts(topics: ReadonlyMap<string, Account>, balances: ReadonlyMap<string, TopicBalance>): void {
    const row = (name: string, account: Totals, balance: string) => {
      const { sent, raw, curated, semantic, rejected, archived } = account;
      return [name, sent, raw, curated, semantic, rejected, archived, sent - raw - archived, balance];
    };
    const rows = [...topics].map(([topic, account]) => row(topic, account, inShort(balances.get(topic))));
    if (topics.size > 1) rows.push(row("total", total(topics.values()), ""));
    this.line();
    this.table(
      ["topic", "sent", "RAW", "CURATED", "SEMANTIC", "rejected", "archived", "missing", "water balance"],
      rows,
    );
    this.line();
  }

  /** What the layers and the archive hold, so that every difference has its name. */
  equations(topics: readonly Account[], reasons: readonly (readonly [string, number])[]): void {
    const { raw, archived, curated, semantic, rejected, duplicates, unknown } = total(topics);
    this.line(`  ${count(raw)} in RAW = ${count(curated)} in CURATED; ${count(duplicates)} duplicates`);
    this.line(
      `  ${count(curated)} in CURATED = ${count(semantic)} in SEMANTIC + ${count(rejected)} rejected${why(reasons)}`,
    );
    if (unknown > 0) this.line(`  ${count(unknown)} rows in RAW of messages that SQS took without saying so`);
    if (archived === 0) return;
    const classes = new Map<string, number>();
    for (const [reason, messages] of topics.flatMap(({ archivedFor }) => [...archivedFor])) {
      classes.set(reason, (classes.get(reason) ?? 0) + messages);
    }
    const mostFirst = [...classes].toSorted(([, one], [, other]) => other - one);
    this.line(`  ${count(archived)} in the archive, as they were sent${why(mostFirst)}`);
  }

  /** What is wrong, with some of the messages by their SQS message ids. */
  faults(topic: string, { faults }: Account): void {
    for (const [what, ids] of faults) {
      const some = ids.slice(0, IDS_SHOWN).join(", ");
      this.problem(`${topic}: ${messages(ids.length)} ${what}: ${some}${ids.length > IDS_SHOWN ? ", …" : ""}`);
    }
  }

  notSent(all: readonly NotSent[]): void {
    const reasons = Map.groupBy(all, ({ topic, reason }) => `${topic}: ${reason}`);
    for (const [reason, { length }] of reasons) this.problem(`${messages(length)} not accepted by SQS, ${reason}`);
  }
}

function why(reasons: readonly (readonly [string, number])[]): string {
  if (reasons.length === 0) return "";
  const named = reasons.slice(0, REASONS_SHOWN).map(([reason, number]) => `${count(number)} ${reason}`);
  return ` (${named.join(", ")}${reasons.length > REASONS_SHOWN ? ", …" : ""})`;
}

function inShort(balance: TopicBalance | undefined): string {
  if (balance === undefined) return "not told yet";
  const { status, unexplained } = balance;
  return `${status.replace("_", " ")}${unexplained > 0 ? `, ${count(unexplained)} unexplained` : ""}`;
}

export function messages(number: number): string {
  return `${count(number)} message${number === 1 ? "" : "s"}`;
}
