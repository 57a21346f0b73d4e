import { setTimeout as pause } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";

const LOOK_INTERVAL_MS = 10;

/** A query's answer: rows of texts, the names of the columns first; null where a value is NULL. */
export type Answer = readonly (readonly (string | null)[])[];

/** Asks Athena as an analyst's tool does. @throws Error where the query fails, with Athena's reason. */
export async function ask(athena: AthenaClient, WorkGroup: string, QueryString: string): Promise<Answer> {
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({ WorkGroup, QueryString }));
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") break;
    if (State !== "QUEUED" && State !== "RUNNING") throw new Error(`${State}: ${StateChangeReason}: ${QueryString}`);
    await pause(LOOK_INTERVAL_MS);
  }
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
}
