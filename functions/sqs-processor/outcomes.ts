import { failureOf } from "./failures.ts";
import type { Message, Outcome } from "./message.ts";

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
 * Outcomes as metrics. What happens rarely is left out where it did not happen: CloudWatch charges for each metric and
 * topic by the hours in which it is written (https://aws.amazon.com/cloudwatch/pricing/).
 */
export function metricsOf(outcomes: Outcomes): Record<string, number> {
  const counts = {
    MessagesReceived: 0,
    RecordsForwarded: outcomes.forwarded ?? 0,
    MessagesDropped: outcomes.dropped ?? 0,
    /** Messages that go back because Firehose or the dead-letter queue did not take them. */
    DependencyFailures: 0,
  };
  let unknown = 0;
  for (const [outcome, messages] of entriesOf(outcomes)) {
    counts.MessagesReceived += messages;
    const errorClass = failureOf(outcome)?.errorClass;
    if (errorClass === "RETRY") counts.DependencyFailures += messages;
    if (errorClass === "UNKNOWN") unknown += messages;
  }
  return {
    ...counts,
    ...(unknown > 0 && { UnknownFailures: unknown }),
    ...(outcomes.NOT_REACHED !== undefined && { MessagesNotReached: outcomes.NOT_REACHED }),
  };
}

function entriesOf(outcomes: Outcomes): [Outcome, number][] {
  return Object.entries(outcomes) as [Outcome, number][];
}
