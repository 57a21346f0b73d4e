import type { Log } from "../common/log.ts";
import { failureOf } from "./failures.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Tally } from "./tally.ts";

/** What an invocation has found besides how many messages went where. */
export interface Findings {
  /** Messages that are bad in themselves, by reason. */
  readonly dropReasons: Tally;
  /** Records that Firehose refused, by error, over all tries. */
  readonly putErrors: Tally;
  /** Messages that the dead-letter queue refused, by error. */
  readonly deadLetterErrors: Tally;
  /** Messages whose visibility could not be changed, by error. */
  readonly visibilityErrors: Tally;
  /** Messages that could not be deleted before the next step, by error. */
  readonly deleteErrors: Tally;
  /** Messages with a replay attribute that says nothing. */
  malformedReplays: number;
}

export function noFindings(): Findings {
  return {
    dropReasons: {},
    putErrors: {},
    deadLetterErrors: {},
    visibilityErrors: {},
    deleteErrors: {},
    malformedReplays: 0,
  };
}

/**
 * Writes one line for each kind of thing that did not go well, and none where all did.
 *
 * @param ended How many messages had each outcome.
 */
export function logFindings(log: Log, findings: Findings, ended: Readonly<Outcomes>): void {
  const { dropReasons, malformedReplays, putErrors, deadLetterErrors, visibilityErrors, deleteErrors } = findings;
  const refusedBy = (dependency: string) =>
    total(Object.fromEntries(Object.entries(ended).filter(([type]) => failureOf(type)?.dependency === dependency)));
  const line = (level: "warn" | "error", message: string, messages: number, fields: object = {}) => {
    if (messages > 0) log[level](message, { messages, ...fields });
  };

  if (total(dropReasons) > 0) log.warn("messages dropped", { reasons: dropReasons });
  line("warn", "replay attributes ignored, since they say nothing", malformedReplays);
  const unfit = "no room for the reason in messages to be dropped: left to the queue's redrive policy";
  line("warn", unfit, ended.NO_ROOM_FOR_REASON ?? 0);
  line("error", "dead letters not taken", refusedBy("dead-letter queue"), { errors: deadLetterErrors });
  line("error", "records not taken", refusedBy("Firehose"), { errors: putErrors });
  line("warn", "messages not reached in time", ended.NOT_REACHED ?? 0);
  line("warn", "visibility not changed", total(visibilityErrors), { errors: visibilityErrors });
  line("warn", "messages not deleted between steps", total(deleteErrors), { errors: deleteErrors });
}

function total(tally: Tally): number {
  return Object.values(tally).reduce((sum, count) => sum + count, 0);
}
