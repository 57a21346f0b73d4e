import { AwsError } from "../api/errors.ts";

/**
 * A call that Athena refuses: https://docs.aws.amazon.com/athena/latest/APIReference/API_InvalidRequestException.html
 *
 * @param code The finer code in the answer, for example `MALFORMED_QUERY`.
 */
export function invalidRequest(message: string, code = "INVALID_INPUT"): AwsError {
  return new AwsError("InvalidRequestException", message, { members: { AthenaErrorCode: code } });
}

/** A statement that Athena could not parse, or that the local Athena cannot be trusted to run as Athena would. */
export function refusedSql(message: string, code = "MALFORMED_QUERY"): AwsError {
  return invalidRequest(`the local Athena refuses the statement: ${message}`, code);
}

/** More queries than the account may have at once: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
export function tooManyQueries(kind: "DML" | "DDL", quota: number): AwsError {
  return new AwsError(
    "TooManyRequestsException",
    `You have exceeded the limit for the number of queries you can run concurrently: ${quota} active ${kind} queries`,
    { members: { Reason: "CONCURRENT_QUERY_LIMIT_EXCEEDED" } },
  );
}
