import { SIGNALS } from "../common/signals.ts";
import { FAILURES } from "./failures.ts";
import type { Message, Outcome } from "./message.ts";
import { count, type Tally } from "./tally.ts";

/** How many messages had each outcome; absent where none had it. */
export type Outcomes = Partial<Record<Outcome, number>>;

export function outcomesByTopic(messages: readonly Message[]): Map<string, Outcomes> {
  const all = new Map<string, Outcomes>();
  for (const { topic, outcome } of messages) {
    let outcomes = all.get(topic);
    if (outcomes === undefined) {
      outcomes = {};
      all.set(topic, outcomes);
    }
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return all;
}

export function sumOf(all: Iterable<Outcomes>): Outcomes {
  const sum: Outcomes = {};
  for (const outcomes of all) {
    for (const [outcome, messages] of entriesOf(outcomes)) sum[outcome] = (sum[outcome] ?? 0) + messages;
  }
  return sum;
}

/**
 * Written where they are zero too, so that an alarm's expression always has its terms. What happens rarely is left out
 * where it did not happen: CloudWatch charges for each metric by the hours in which it is written
 * (https://aws.amazon.com/cloudwatch/pricing/).
 */
const ZEROS: Readonly<Tally> = {
  [SIGNALS.received]: 0,
  [SIGNALS.forwarded]: 0,
  [SIGNALS.dropped]: 0,
  [SIGNALS.dependencyFailures]: 0,
  [SIGNALS.dependencyThrottles]: 0,
};

/** Outcomes as metrics: each message is in `MessagesReceived`, and in exactly one of the others. */
export function metricsOf(outcomes: Outcomes): Tally {
  const counts = { ...ZEROS };
  for (const [outcome, messages] of entriesOf(outcomes)) {
    count(counts, SIGNALS.received, messages);
    count(counts, metricOf(outcome), messages);
  }
  return counts;
}

function metricOf(outcome: Outcome): string {
  if (outcome === "forwarded") return SIGNALS.forwarded;
  if (outcome === "dropped") return SIGNALS.dropped;
  return FAILURES[outcome].metric;
}

function entriesOf(outcomes: Outcomes): [Outcome, number][] {
  return Object.entries(outcomes) as [Outcome, number][];
}
