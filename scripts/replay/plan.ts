import type { ErrorClass } from "../../functions/common/archive.ts";
import { type Closed, closedBy, type FoundItem } from "./tracker.ts";

/** Messages that failed alike. */
export interface Group {
  topic: string;
  errorClass: ErrorClass;
  errorType: string;
  messages: number;
  /** Days on which the first and the last of them were first sent. */
  from: string;
  to: string;
}

/** What is to be asked for, and what is left out. */
export class Plan {
  readonly items: FoundItem[] = [];
  readonly leftOut: Record<Closed, number> = { requested: 0, replayed: 0, limit: 0 };

  /** @param now Epoch milliseconds. */
  add(item: FoundItem, now: number): void {
    const closed = closedBy(item, now);
    if (closed === undefined) this.items.push(item);
    else this.leftOut[closed]++;
  }

  /** By topic, class and type. */
  groups(): Group[] {
    const groups = new Map<string, Group>();
    for (const { topic, error_class: errorClass, error_type: errorType, date_message_id } of this.items) {
      const date = date_message_id.slice(0, date_message_id.indexOf("#"));
      const name = `${topic} ${errorClass} ${errorType}`;
      const group = groups.get(name) ?? { topic, errorClass, errorType, messages: 0, from: date, to: date };
      group.messages++;
      if (date < group.from) group.from = date;
      if (date > group.to) group.to = date;
      groups.set(name, group);
    }
    return [...groups.keys()].sort().flatMap((name) => groups.get(name) ?? []);
  }
}
