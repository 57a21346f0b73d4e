import type { Context } from "aws-lambda";
import type { Bucket } from "../common/bucket.ts";
import type { Clock } from "../common/clock.ts";
import { callBefore } from "../common/deadline.ts";
import type { LakeTopic } from "../common/lake-topic.ts";
import type { Log } from "../common/log.ts";
import { shown } from "../common/shown.ts";
import { readDatabase, type TablesPage } from "./catalog.ts";
import { type PlanOptions, planTopic } from "./plan.ts";
import { type PlanAnswer, runPrefix } from "./plan-item.ts";
import type { ProgressStore } from "./progress.ts";

export const SERVICE = "refinery-plan";

/** What the state machine says of its execution. */
export interface RunEvent {
  /** Its name. */
  execution: string;
  /** When it began: ISO 8601. */
  startedAt: string;
}

export interface HandlerDependencies extends Omit<PlanOptions, "startedAt"> {
  topics: readonly LakeTopic[];
  clients: {
    /** Calls Glue's GetTables once. */
    getTables(database: string, nextToken: string | undefined, signal: AbortSignal): Promise<TablesPage>;
  };
  progress: Pick<ProgressStore, "read">;
  results: Pick<Bucket, "name" | "put">;
  clock: Clock;
  log: Log;
}

const ANSWER_MARGIN_MS = 1000;

/** What may stand in a key; AWS's rule is a little narrower: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const EXECUTION_NAME = /^[^/\s\p{Cc}]{1,80}$/u;

/**
 * Plans a run of the refinery: which topics have something new, and the statements for each. A topic that cannot be
 * refined is in the plan with the reason, and holds up no other.
 *
 * @throws Error where Glue, DynamoDB or S3 fails: the state machine begins again.
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: RunEvent, context: Context) => Promise<PlanAnswer> {
  const { topics, clients, progress, results, clock, databases } = dependencies;

  return async (event, context) => {
    const startedAt = readStart(event);
    const deadline = clock.now() + context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS;
    const log = dependencies.log.with({ function_request_id: context.awsRequestId, execution: event.execution });
    const tablesIn = (database: string) => {
      return readDatabase(
        (name, token) => callBefore(clock, deadline, (signal) => clients.getTables(name, token, signal)),
        database,
      );
    };
    const [raw, curated, semantic, known] = await Promise.all([
      tablesIn(databases.raw),
      tablesIn(databases.curated),
      tablesIn(databases.semantic),
      callBefore(clock, deadline, (signal) => progress.read(signal)),
    ]);

    const items = topics.flatMap((topic) => {
      const state = { raw, curated, semantic, progress: known.get(topic.topic) };
      return planTopic(topic, state, { ...dependencies, startedAt }) ?? [];
    });
    const key = `${runPrefix(event.execution)}plan.json`;
    await callBefore(clock, deadline, (signal) => results.put(key, JSON.stringify(items), signal));

    for (const { refused } of items) {
      if (refused !== null) log.error("topic not refined", { reason: refused });
    }
    const answer = { bucket: results.name, key, topics: items.length, skipped: topics.length - items.length };
    log.info("planned", { topics: answer.topics, skipped: answer.skipped });
    return answer;
  };
}

/** @returns epoch milliseconds. @throws Error where the event is not what the state machine sends. */
export function readStart(event: Partial<RunEvent> | null): number {
  const { execution, startedAt } = event ?? {};
  if (typeof execution !== "string" || !EXECUTION_NAME.test(execution))
    throw new Error(`event: execution: no execution's name: ${shown(execution)}`);
  const time = typeof startedAt === "string" ? Date.parse(startedAt) : Number.NaN;
  if (!Number.isFinite(time)) throw new Error(`event: startedAt: no ISO 8601 time: ${shown(startedAt)}`);
  return time;
}
