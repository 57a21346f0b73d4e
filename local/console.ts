import { styleText } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import Table from "cli-table3";

/** Of progress, in milliseconds. */
const LINE_INTERVAL = 2000;
const BAR_INTERVAL = 100;

export interface Progress {
  /** What the count is of: `arrived`. */
  label: string;
  done(): number;
  total(): number;
  /** What follows the counts. */
  note?(): string;
  /** Between two lines where there is no terminal to draw a bar on, in milliseconds; by default 2,000. */
  lineInterval?: number;
}

/** What a person sees of a command: text, tables and progress; plain lines where the stream is no terminal. */
export class Console {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  line(text = ""): void {
    this.#stream.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(this.styled("bold", text));
    this.line();
  }

  problem(text: string): void {
    this.line(this.styled("red", text));
  }

  /** One thing that was done: what, in which shape, how long it took. */
  step(name: string, detail: string, seconds: number): void {
    this.line(`  ${name.padEnd(10)}${detail}${this.styled("dim", `  ${seconds.toFixed(1)} s`)}`);
  }

  /** The verdict. */
  closing(text: string, good: boolean): void {
    this.line();
    this.line(this.styled(good ? "green" : "red", text));
  }

  /** Columns as wide as they must be; those that hold numbers stand to the right. */
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const [first = []] = rows;
    const table = new Table({
      head: [...head],
      colAligns: head.map((_, column) => (typeof first[column] === "number" ? "right" : "left")),
      style: { head: [], border: [], compact: true },
      chars: BORDERLESS,
    });
    table.push(...rows.map((row) => row.map((cell) => (typeof cell === "number" ? count(cell) : cell))));
    for (const line of table.toString().split("\n")) {
      this.line(` ${line.trimEnd()}`);
    }
  }

  /** Shows how far something is until the returned function is called. */
  progress({ label, done, total, note = () => "", lineInterval = LINE_INTERVAL }: Progress): () => void {
    const state = () => ({ label: label.padEnd(10), done: count(done()), all: count(total()), note: note() });
    if (!this.#stream.isTTY) {
      const print = () => {
        const { label, done, all, note } = state();
        this.line(`  ${label}${done} of ${all}${note}`);
      };
      const timer = setInterval(print, lineInterval);
      return () => {
        clearInterval(timer);
        print();
      };
    }
    const format = "  {label}{bar} {done} of {all}{note}";
    const bar = new SingleBar({ stream: this.#stream, format, barsize: 30 }, Presets.rect);
    const draw = () => {
      bar.setTotal(Math.max(1, total()));
      bar.update(done(), state());
    };
    bar.start(Math.max(1, total()), 0, state());
    const timer = setInterval(draw, BAR_INTERVAL);
    return () => {
      clearInterval(timer);
      draw();
      bar.stop();
    };
  }

  protected styled(style: "bold" | "dim" | "red" | "green", text: string): string {
    return styleText(style, text, { stream: this.#stream });
  }
}

/** A whole number as a reader groups it. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

const BORDERLESS = Object.fromEntries([
  ...["top", "bottom", "left", "right"].flatMap((side) => [
    [side, ""],
    [`${side}-mid`, ""],
    [`${side}-left`, ""],
    [`${side}-right`, ""],
  ]),
  ...["mid", "mid-mid", "left-mid", "right-mid", "middle"].map((part) => [part, ""]),
]);
