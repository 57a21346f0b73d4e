import { styleText } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { MAX_REPLAYS } from "../../functions/common/replay.ts";
import { count } from "../../local/run/display.ts";
import type { Plan } from "./plan.ts";
import type { Requests } from "./request.ts";

/** Between two lines of progress where there is no terminal to draw a bar on, in milliseconds. */
const LINE_INTERVAL = 2000;
const BAR_INTERVAL = 100;

/** What an operator sees of a replay; plain lines where the stream is no terminal. */
export class Display {
  private readonly stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  line(text = ""): void {
    this.stream.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(styleText("bold", text, { stream: this.stream }));
    this.line();
  }

  problem(text: string): void {
    this.line(styleText("red", text, { stream: this.stream }));
  }

  /** What would be asked for, a row for what failed alike, and what is left out. */
  plan(plan: Plan): void {
    const rows = plan.groups().map(({ topic, errorClass, errorType, messages, from, to }) => {
      return [topic, errorClass, errorType, count(messages), from === to ? from : `${from} to ${to}`];
    });
    if (rows.length > 0) {
      this.table([["topic", "class", "type", "messages", "first sent"], ...rows], 3);
      this.line();
    }
    const left = leftOut(plan).filter(([number]) => number > 0);
    for (const [number, why] of left) this.line(`  left out: ${count(number)} ${why}`);
    if (left.length > 0) this.line();
  }

  /** @param rightAligned The column of numbers. */
  private table(rows: readonly string[][], rightAligned: number): void {
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
    for (const row of rows) {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === rightAligned ? cell.padStart(width) : cell.padEnd(width);
      });
      this.line(`  ${cells.join("  ").trimEnd()}`);
    }
  }

  /** Shows how many of `total` requests are made until the returned function is called. */
  progress(requests: Requests, total: number): () => void {
    const made = () => requests.requested + requests.changed;
    if (!this.stream.isTTY) {
      const print = () => this.line(`  asked for ${count(made())} of ${count(total)}`);
      const timer = setInterval(print, LINE_INTERVAL);
      return () => {
        clearInterval(timer);
        print();
      };
    }
    const bar = new SingleBar(
      { stream: this.stream, format: "  asked for {bar} {made} of {all}", barsize: 30 },
      Presets.rect,
    );
    const state = () => ({ made: count(made()), all: count(total) });
    bar.start(total, 0, state());
    const timer = setInterval(() => bar.update(made(), state()), BAR_INTERVAL);
    return () => {
      clearInterval(timer);
      bar.update(made(), state());
      bar.stop();
    };
  }
}

function leftOut({ leftOut: { replayed, requested, limit } }: Plan): [number, string][] {
  return [
    [replayed, "replayed already"],
    [requested, "asked for already"],
    [limit, `replayed ${MAX_REPLAYS} times, which is as often as is allowed`],
  ];
}
