import { AwsError } from "../../api/errors.ts";
import { pause } from "../interpreter/pause.ts";
import { ERRORS, StateError } from "../state-error.ts";
import { type ErrorNaming, type Integration, serviceError, type TaskServices } from "./integration.ts";

const NAMING: ErrorNaming = { prefix: "Athena", common: "AmazonAthenaException", service: "AmazonAthena" };

/**
 * How often a query is looked at; AWS gets an event as well, and says nothing of its intervals. From short ones on, so
 * that a query that ends at once costs no wait, and each a quarter longer, so that one seems to take a quarter more at
 * most.
 */
const POLL_MS = { first: 10, longest: 1_000, growth: 1.25 };

interface QueryExecution {
  Status: { State: "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED" };
}

/** Members and results are the API's own: https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html */
export const athenaIntegrations: readonly Integration[] = [
  {
    service: "athena",
    action: "startQueryExecution.sync",
    required: ["QueryString"],
    optional: [
      "ClientRequestToken",
      "ExecutionParameters",
      "QueryExecutionContext",
      "ResultConfiguration",
      "ResultReuseConfiguration",
      "WorkGroup",
    ],
    async run(input, task) {
      const { QueryExecutionId } = (await callAthena("StartQueryExecution", input, task)) as {
        QueryExecutionId: string;
      };
      try {
        return await untilEnded(QueryExecutionId, task);
      } catch (error) {
        // "Step Functions makes a best-effort attempt to cancel":
        // https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
        if (task.signal.aborted) await task.call("StopQueryExecution", { QueryExecutionId }).catch(() => {});
        throw error;
      }
    },
  },
  {
    service: "athena",
    action: "getQueryResults",
    required: ["QueryExecutionId"],
    optional: ["MaxResults", "NextToken"],
    run: (input, task) => callAthena("GetQueryResults", input, task),
  },
];

/** @throws StateError `States.TaskFailed` with the query's execution as cause, as other jobs' tasks have theirs [?]. */
async function untilEnded(QueryExecutionId: string, task: TaskServices): Promise<unknown> {
  for (let wait = POLL_MS.first; ; wait = Math.min(wait * POLL_MS.growth, POLL_MS.longest)) {
    const output = await lookAt(QueryExecutionId, task);
    const state = output?.QueryExecution.Status.State;
    if (state === "SUCCEEDED") return output;
    if (state === "FAILED" || state === "CANCELLED") throw new StateError(ERRORS.taskFailed, JSON.stringify(output));
    await pause(task.clock, wait, task.signal);
  }
}

/** Undefined: throttled, which the next look makes up for. */
async function lookAt(
  QueryExecutionId: string,
  task: TaskServices,
): Promise<{ QueryExecution: QueryExecution } | undefined> {
  try {
    return (await task.call("GetQueryExecution", { QueryExecutionId })) as { QueryExecution: QueryExecution };
  } catch (error) {
    const throttled =
      error instanceof AwsError && ["ThrottlingException", "TooManyRequestsException"].includes(error.name);
    if (throttled) return undefined;
    throw serviceError(error, NAMING);
  }
}

async function callAthena(action: string, input: Record<string, unknown>, { call }: TaskServices): Promise<unknown> {
  try {
    return await call(action, input);
  } catch (error) {
    throw serviceError(error, NAMING);
  }
}
