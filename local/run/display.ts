import { Console } from "../console.ts";
import { type Account, total } from "./accounts.ts";
import { type Layers, totalOf } from "./layers.ts";

/** What a person sees of a run. */
export class Display extends Console {
  /**
   * Shows `arrived()` of `expected()`, and the rate, until the returned function is called. What arrives beyond that is
   * copies.
   */
  arrivals(arrived: () => number, expected: () => number, lineInterval?: number): () => void {
    const started = performance.now();
    const done = () => Math.min(arrived(), expected());
    const rate = () => Math.round((done() / Math.max(1, performance.now() - started)) * 1000);
    return this.progress({
      label: "arrived",
      done,
      total: expected,
      note: () => `, ${rate().toLocaleString("en-US")} records/s`,
      ...(lineInterval === undefined ? {} : { lineInterval }),
    });
  }

  /** A row a topic, and the sum where there are several. */
  accounts(topics: ReadonlyMap<string, Account>, layers: ReadonlyMap<string, Layers>): void {
    const row = (name: string, { sent, raw, archived, inFlight, lost }: Account, tables: Layers | undefined) => {
      const { curated = 0, semantic = 0, rejected = 0 } = tables ?? {};
      return [name, sent, raw, curated, semantic, rejected, archived, inFlight, lost];
    };
    const rows = [...topics].map(([topic, account]) => row(topic, account, layers.get(topic)));
    if (topics.size > 1) rows.push(row("total", total(topics.values()), totalOf(layers.values())));
    this.line();
    this.table(["topic", "sent", "RAW", "CURATED", "SEMANTIC", "rejected", "archived", "in flight", "lost"], rows);
  }
}
