import { Console } from "../console.ts";
import { type Account, total } from "./accounts.ts";

/** What a person sees of a run. */
export class Display extends Console {
  /** One thing that was set up: what, in which shape, how long it took. */
  step(name: string, detail: string, seconds: number): void {
    this.line(`  ${name.padEnd(10)}${detail}${this.styled("dim", `  ${seconds.toFixed(1)} s`)}`);
  }

  closing(text: string, good: boolean): void {
    this.line();
    this.line(this.styled(good ? "green" : "red", text));
  }

  /** Shows `arrived()` of `expected()`, and the rate, until the returned function is called. */
  arrivals(arrived: () => number, expected: () => number): () => void {
    const started = performance.now();
    const rate = () => Math.round((arrived() / Math.max(1, performance.now() - started)) * 1000);
    return this.progress({
      label: "arrived",
      done: arrived,
      total: expected,
      note: () => `, ${rate().toLocaleString("en-US")} records/s`,
    });
  }

  /** A row a topic, and the sum where there are several. */
  accounts(topics: ReadonlyMap<string, Account>): void {
    const rows = [...topics];
    if (topics.size > 1) {
      rows.push(["total", total(topics.values())]);
    }
    this.line();
    this.table(
      ["topic", "sent", "RAW", "archived", "in flight", "lost"],
      rows.map(([topic, { sent, raw, archived, inFlight, lost }]) => [topic, sent, raw, archived, inFlight, lost]),
    );
  }
}
