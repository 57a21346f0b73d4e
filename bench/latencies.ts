import type { JsonService } from "../local/api/service.ts";
import type { Table, TableStore } from "../local/tables/store.ts";

/** How long messages take from the moment when SQS accepted them until their row is committed, milliseconds. */
export class Latencies {
  readonly #sentAt = new Map<string, number>();
  readonly #took: number[] = [];

  /** Forgets what has been measured so far. */
  clear(): void {
    this.#sentAt.clear();
    this.#took.length = 0;
  }

  /** A service that answers as `sqs` does, and remembers when. The producer's ids are within the first 80 characters. */
  sent(sqs: JsonService): JsonService {
    return {
      name: sqs.name,
      contentType: sqs.contentType,
      call: async (action, input, caller) => {
        const output = await sqs.call(action, input, caller);
        if (action === "SendMessageBatch") {
          const now = performance.now();
          for (const { MessageBody } of input.Entries as { MessageBody: string }[]) {
            const [, id] = /"messageId":"([^"]+)"/.exec(MessageBody.slice(0, 80)) ?? [];
            if (id !== undefined) this.#sentAt.set(id, now);
          }
        }
        return output;
      },
    };
  }

  /** Tables that take rows as `tables` do, and remember when. */
  arrived(tables: TableStore): TableStore {
    return {
      find: (database, name) => tables.find(database, name),
      insert: async (table: Table, rows) => {
        await tables.insert(table, rows);
        const now = performance.now();
        for (const { message_id: id } of rows) {
          const sent = this.#sentAt.get(String(id));
          if (sent !== undefined) this.#took.push(now - sent);
        }
      },
    };
  }

  percentiles(): { p50: number; p99: number } {
    const sorted = this.#took.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
