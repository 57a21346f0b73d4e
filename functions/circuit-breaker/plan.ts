import type { Circuit } from "./circuit.ts";
import { type Mapping, PROBE_CONCURRENCY, type SavedMapping } from "./mapping.ts";

/** One thing to do about one mapping. */
export type Step =
  /** Save it if it is not, and disable it. */
  | { do: "disable"; mapping: Mapping; saved: SavedMapping | undefined }
  /** Enable it with little concurrency. */
  | { do: "probe"; saved: SavedMapping }
  /** Enable it as it was before. */
  | { do: "restore"; saved: SavedMapping }
  /** It is as before the circuit opened, or somebody else has disabled it since it was. */
  | { do: "forget"; saved: SavedMapping; isRestored: boolean };

export interface Plan {
  steps: readonly Step[];
  /** Mappings that are not as the circuit wants them, those included that are on their way. */
  pending: number;
}

/** What the plan depends on besides the mappings; while it is the same, a plan that was made holds. */
export function wantedBy({ state, since, probe, restoring, ticks }: Circuit): string {
  const step = state === "CLOSED" ? Math.min(ticks, SHARES.length) : 0;
  return [state, since, probe?.uuid ?? "", restoring ?? false, step].join(" ");
}

/** Whether the circuit wants any mapping to be something. */
export function wantsAnything({ state, restoring = false }: Circuit): boolean {
  return state !== "CLOSED" || restoring;
}

/**
 * What is to be done so that the mappings become what the circuit wants: all disabled, but for the probe; or, where it
 * is closed, those enabled that were so before. A mapping in a transition is left alone: an update would be refused.
 *
 * @param saved Of those that were enabled.
 * @param now Epoch milliseconds.
 */
export function planFor(
  circuit: Circuit,
  mappings: readonly Mapping[],
  saved: readonly SavedMapping[],
  now: number,
): Plan {
  return circuit.state === "CLOSED"
    ? restoring(circuit.ticks, mappings, saved, now)
    : stopping(circuit.probe?.uuid, mappings, saved, now);
}

function stopping(
  probe: string | undefined,
  mappings: readonly Mapping[],
  saved: readonly SavedMapping[],
  now: number,
): Plan {
  const savedById = new Map(saved.map((item) => [item.id, item]));
  const steps: Step[] = [];
  let waiting = 0;
  for (const mapping of mappings) {
    const item = savedById.get(mapping.uuid);
    const isProbe = item !== undefined && mapping.uuid === probe;
    switch (mapping.state) {
      case "Enabled":
        if (!isProbe) steps.push({ do: "disable", mapping, saved: item });
        else if (item.scaling === undefined) steps.push({ do: "probe", saved: item });
        break;
      case "Disabled":
        if (item?.asked_at !== undefined) {
          if (isOld(item.asked_at, now)) steps.push({ do: "forget", saved: item, isRestored: false });
        } else if (isProbe) steps.push({ do: "probe", saved: item });
        break;
      case "Disabling":
        // Where nothing is saved, somebody else disables it.
        if (item !== undefined) waiting++;
        break;
      case "Deleting":
        break;
      default:
        waiting++;
    }
  }
  const probed = probe === undefined ? undefined : savedById.get(probe);
  // It is gone, or the list missed it: its update tells.
  if (probed !== undefined && !mappings.some(({ uuid }) => uuid === probe)) steps.push({ do: "probe", saved: probed });
  return { steps, pending: pendingOf(steps, waiting) };
}

/**
 * Of the mappings that are left, by the number of ticks since the circuit was closed; afterwards all. Between two steps
 * an alarm can open the circuit again, before the whole backlog has met what may not be well.
 */
const SHARES = [1 / 10, 1 / 3];
const LEAST_SHARE = 10;

function restoring(ticks: number, mappings: readonly Mapping[], saved: readonly SavedMapping[], now: number): Plan {
  const byId = new Map(mappings.map((mapping) => [mapping.uuid, mapping]));
  const share = Math.max(LEAST_SHARE, Math.ceil(saved.length * (SHARES[ticks] ?? 1)));
  const asked = saved.filter(({ asked_at }) => asked_at !== undefined);
  let left = share - asked.length;
  let waiting = 0;
  const steps: Step[] = [];
  for (const item of saved.toSorted(byUuid)) {
    const state = byId.get(item.id)?.state;
    if (item.asked_at !== undefined) {
      const isRestored = state === "Enabled";
      // Lists lag behind, so that what was asked for a moment ago may not be seen.
      const isStopped = (state === "Disabled" || state === undefined) && isOld(item.asked_at, now);
      if (isRestored || isStopped) steps.push({ do: "forget", saved: item, isRestored });
      else waiting++;
    } else if (state !== undefined && state !== "Disabled" && state !== "Enabled") waiting++;
    else if (left-- > 0) steps.push({ do: "restore", saved: item });
    else waiting++;
  }
  return { steps, pending: pendingOf(steps, waiting) };
}

function pendingOf(steps: readonly Step[], waiting: number): number {
  return steps.filter((step) => step.do !== "forget").length + waiting;
}

const LAG_MS = 30_000;

function isOld(time: string, now: number): boolean {
  return now - Date.parse(time) >= LAG_MS;
}

function byUuid(one: SavedMapping, other: SavedMapping): number {
  return one.id < other.id ? -1 : 1;
}

/** Whether the probe's concurrency is still what the circuit breaker made it: somebody may have changed it meanwhile. */
export function hasProbeConcurrency({ maximumConcurrency }: Mapping): boolean {
  return maximumConcurrency === PROBE_CONCURRENCY;
}
