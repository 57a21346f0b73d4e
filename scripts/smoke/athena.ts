import {
  type AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { type Clock, sleep } from "../../functions/common/clock.ts";
import { OperatorError } from "../common/operator-error.ts";

/** Rows by column name; what is null is absent. */
export type Row = Readonly<Record<string, string>>;

/** Runs one query to its end. */
export type Query = (sql: string) => Promise<Row[]>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Queries in a workgroup, which says where the answers go.
 *
 * @returns a function that throws OperatorError, with Athena's reason, where a query does not succeed.
 */
export function queryIn(client: AthenaClient, WorkGroup: string, clock: Clock): Query {
  return async (QueryString) => {
    const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand({ QueryString, WorkGroup }));
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason = "no reason is named" } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") break;
      if (State === "FAILED" || State === "CANCELLED") {
        throw new OperatorError(
          `Athena: query ${QueryExecutionId} in workgroup ${WorkGroup}: ${State}: ${StateChangeReason}`,
        );
      }
      await sleep(clock, pause);
    }
    const rows: Row[] = [];
    let header: readonly string[] | undefined;
    for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId })) {
      for (const { Data = [] } of ResultSet?.Rows ?? []) {
        const values = Data.map(({ VarCharValue }) => VarCharValue);
        // The first row of the first page.
        if (header === undefined) header = values.map((value) => value ?? "");
        else rows.push(rowOf(header, values));
      }
    }
    return rows;
  };
}

function rowOf(header: readonly string[], values: readonly (string | undefined)[]): Row {
  return Object.fromEntries(
    header.flatMap((name, column): [string, string][] => {
      const value = values[column];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
