import { styleText } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import Table from "cli-table3";
import { type Account, total } from "./accounts.ts";

/** Between two lines of progress where there is no terminal to draw a bar on, in milliseconds. */
const LINE_INTERVAL = 2000;
const BAR_INTERVAL = 100;

/** What a person sees of a run; plain lines where the stream is no terminal. */
export class Display {
  private readonly stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  line(text = ""): void {
    this.stream.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(this.styled("bold", text));
    this.line();
  }

  /** One thing that was set up: what, in which shape, how long it took. */
  step(name: string, detail: string, seconds?: number): void {
    const time = seconds === undefined ? "" : this.styled("dim", `  ${seconds.toFixed(1)} s`);
    this.line(`  ${name.padEnd(10)}${detail}${time}`);
  }

  problem(text: string): void {
    this.line(this.styled("red", text));
  }

  closing(text: string, good: boolean): void {
    this.line();
    this.line(this.styled(good ? "green" : "red", text));
  }

  /** Shows `arrived()` of `expected()` until the returned function is called. */
  progress(arrived: () => number, expected: () => number): () => void {
    const started = performance.now();
    const rate = () => count(Math.round((arrived() / Math.max(1, performance.now() - started)) * 1000));
    if (!this.stream.isTTY) {
      const print = () => this.line(`  arrived   ${count(arrived())} of ${count(expected())}, ${rate()} records/s`);
      const timer = setInterval(print, LINE_INTERVAL);
      return () => {
        clearInterval(timer);
        print();
      };
    }
    const bar = new SingleBar(
      { stream: this.stream, format: "  arrived   {bar} {arrived} of {expected}, {rate} records/s", barsize: 30 },
      Presets.rect,
    );
    const state = () => ({ arrived: count(arrived()), expected: count(expected()), rate: rate() });
    bar.start(Math.max(1, expected()), 0, state());
    const draw = () => {
      bar.setTotal(Math.max(1, expected()));
      bar.update(arrived(), state());
    };
    const timer = setInterval(draw, BAR_INTERVAL);
    return () => {
      clearInterval(timer);
      draw();
      bar.stop();
    };
  }

  /** A row a topic, and the sum where there are several. */
  accounts(topics: ReadonlyMap<string, Account>): void {
    const right = { hAlign: "right" } as const;
    const columns = ["sent", "RAW", "archived", "in flight", "lost"];
    const table = new Table({
      head: ["  topic", ...columns],
      colAligns: ["left", ...columns.map(() => right.hAlign)],
      style: { head: [], border: [], compact: true, "padding-left": 1, "padding-right": 1 },
      chars: BORDERLESS,
    });
    const cells = (name: string, { sent, raw, archived, inFlight, lost }: Account) => [
      `  ${name}`,
      ...[sent, raw, archived, inFlight, lost].map(count),
    ];
    for (const [topic, account] of topics) {
      table.push(cells(topic, account));
    }
    if (topics.size > 1) {
      table.push(cells("total", total(topics.values())));
    }
    this.line();
    this.line(table.toString());
  }

  private styled(style: "bold" | "dim" | "red" | "green", text: string): string {
    return styleText(style, text, { stream: this.stream });
  }
}

/** A whole number as a reader groups it. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

const BORDERLESS = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
    side === "mid"
      ? [
          ["mid", ""],
          ["mid-mid", ""],
          ["left-mid", ""],
          ["right-mid", ""],
          ["middle", " "],
        ]
      : [
          [side, ""],
          [`${side}-mid`, ""],
          [`${side}-left`, ""],
          [`${side}-right`, ""],
        ],
  ),
);
