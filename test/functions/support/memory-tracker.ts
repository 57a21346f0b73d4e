import type { TrackerKey } from "../../../functions/common/conditional-update.ts";
import { type TrackerItem, trackerExpiry } from "../../../functions/common/error-tracker.ts";
import type { Tracker } from "../../../functions/dlq-processor/tracker.ts";

/** The dlq-processor's view of the error_tracker, without a DynamoDB; what it must do is in tracker.spec.ts. */
export class MemoryTracker implements Tracker {
  /** By `topic/date#id`. */
  readonly items = new Map<string, TrackerItem>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async archived(failure: Parameters<Tracker["archived"]>[0]): Promise<boolean> {
    const known = this.items.get(idOf(failure));
    const isNews =
      known === undefined ||
      known.replay_count < failure.replay_count ||
      (known.replay_count === failure.replay_count && known.status === "REPLAYED");
    if (!isNews) return false;
    const time = this.#now();
    const seen = new Date(time).toISOString();
    this.items.set(idOf(failure), {
      ...failure,
      status: "ARCHIVED",
      first_seen: known?.first_seen ?? seen,
      last_seen: seen,
      expires_at: trackerExpiry(time),
    });
    return true;
  }

  async reclassified({ error_class, error_type, ...key }: Parameters<Tracker["reclassified"]>[0]): Promise<void> {
    const known = this.items.get(idOf(key));
    if (known?.status === "ARCHIVED" && known.replay_count === key.replay_count) {
      this.items.set(idOf(key), { ...known, error_class, error_type });
    }
  }

  async find(keys: readonly TrackerKey[]) {
    return keys.flatMap((key) => this.items.get(idOf(key)) ?? []);
  }
}

function idOf({ topic, date_message_id }: TrackerKey): string {
  return `${topic}/${date_message_id}`;
}
