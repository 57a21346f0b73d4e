import { MAX_REPLAYS } from "../../functions/common/replay.ts";
import { Console, count } from "../../local/console.ts";
import type { Plan } from "./plan.ts";
import type { Requests } from "./request.ts";

/** What an operator sees of a replay. */
export class Display extends Console {
  /** What does not end the command, before what it shows. */
  warning(text: string): void {
    this.problem(text);
    this.line();
  }

  /** What would be asked for, a row for what failed alike, and what is left out. */
  plan(plan: Plan): void {
    const rows = plan.groups().map(({ topic, errorClass, errorType, messages, from, to }) => {
      return [topic, errorClass, errorType, messages, from === to ? from : `${from} to ${to}`];
    });
    if (rows.length > 0) {
      this.table(["topic", "class", "type", "messages", "first sent"], rows);
      this.line();
    }
    const left = leftOut(plan).filter(([number]) => number > 0);
    for (const [number, why] of left) this.line(`  left out: ${count(number)} ${why}`);
    if (left.length > 0) this.line();
  }

  /** Shows how many of `total` requests are made until the returned function is called. */
  requests(requests: Requests, total: number): () => void {
    return this.progress({
      label: "asked for ",
      done: () => requests.requested + requests.changed,
      total: () => total,
    });
  }
}

function leftOut({ leftOut: { replayed, requested, limit } }: Plan): [number, string][] {
  return [
    [replayed, "replayed already"],
    [requested, "asked for already"],
    [limit, `replayed ${MAX_REPLAYS} times, which is as often as is allowed`],
  ];
}
