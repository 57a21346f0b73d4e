import { AwsError } from "../api/errors.ts";
import { invalidRequest } from "./refusals.ts";
import { MAX_PAGE_ROWS } from "./results.ts";
import { CATALOG } from "./sql/names.ts";
import { outputLocation, type ResultConfiguration } from "./workgroup.ts";

type Input = Readonly<Record<string, unknown>>;

/** A StartQueryExecution: https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html */
export interface StartInput {
  query: string;
  workgroup: string | undefined;
  database: string | undefined;
  catalog: string | undefined;
  results: ResultConfiguration;
  token: string | undefined;
}

/** https://docs.aws.amazon.com/athena/latest/ug/service-limits.html#service-limits-query-string-length */
const MAX_QUERY_BYTES = 262_144;

const TOKEN_LENGTH = { min: 32, max: 128 };

/** @throws AwsError `InvalidRequestException`, `SerializationException` */
export function readStart(input: Input): StartInput {
  refuseOthers(input, [
    "ClientRequestToken",
    "ExecutionParameters",
    "QueryExecutionContext",
    "QueryString",
    "ResultConfiguration",
    "ResultReuseConfiguration",
    "WorkGroup",
  ]);
  const query = text(input, "QueryString") ?? "";
  if (query === "") throw invalidRequest("queryString is null or empty");
  if (Buffer.byteLength(query) > MAX_QUERY_BYTES) {
    throw invalidRequest(`Query string length (${Buffer.byteLength(query)}) is greater than ${MAX_QUERY_BYTES} bytes`);
  }
  if (Array.isArray(input.ExecutionParameters) && input.ExecutionParameters.length > 0) {
    throw invalidRequest("the local Athena takes no ExecutionParameters: write the values into the query");
  }
  const reuse = structure(structure(input, "ResultReuseConfiguration"), "ResultReuseByAgeConfiguration");
  if (reuse.Enabled === true) throw invalidRequest("the local Athena reuses no results");
  return {
    query,
    workgroup: text(input, "WorkGroup"),
    ...readContext(structure(input, "QueryExecutionContext")),
    results: readResults(structure(input, "ResultConfiguration")),
    token: readToken(text(input, "ClientRequestToken")),
  };
}

/** @throws AwsError `InvalidRequestException`, `SerializationException` */
export function readId(input: Input, others: readonly string[] = []): string {
  refuseOthers(input, ["QueryExecutionId", ...others]);
  const id = text(input, "QueryExecutionId") ?? "";
  if (id === "") throw invalidRequest("queryExecutionId is null or empty");
  return id;
}

/** Which page GetQueryResults is asked for. @throws AwsError `InvalidRequestException`, `SerializationException` */
export function readPage(input: Input): { id: string; size: number; token: string | undefined } {
  const id = readId(input, ["MaxResults", "NextToken", "QueryResultType"]);
  const size = input.MaxResults ?? MAX_PAGE_ROWS;
  if (!Number.isInteger(size)) throw unreadable("MaxResults", "an integer");
  if (Number(size) < 1 || Number(size) > MAX_PAGE_ROWS) {
    throw invalidRequest(`MaxResults is ${size}: it must be from 1 to ${MAX_PAGE_ROWS}`);
  }
  if ((input.QueryResultType ?? "DATA_ROWS") !== "DATA_ROWS") throw invalidRequest("QueryResultType must be DATA_ROWS");
  return { id, size: Number(size), token: text(input, "NextToken") };
}

/** @throws AwsError `InvalidRequestException`, `SerializationException` */
export function readWorkgroupName(input: Input): string {
  refuseOthers(input, ["WorkGroup"]);
  return text(input, "WorkGroup") ?? "";
}

function readContext(context: Input): { database: string | undefined; catalog: string | undefined } {
  refuseOthers(context, ["Catalog", "Database"]);
  const catalog = text(context, "Catalog");
  if (catalog !== undefined && catalog.toLowerCase() !== CATALOG) {
    throw invalidRequest(`the local Athena has no catalog ${catalog}, only AwsDataCatalog`);
  }
  return { catalog, database: text(context, "Database") };
}

function readResults(results: Input): ResultConfiguration {
  refuseOthers(results, ["EncryptionConfiguration", "OutputLocation"]);
  const given = text(results, "OutputLocation");
  const location = given === undefined ? undefined : outputLocation(given);
  if (given !== undefined && location === undefined) throw invalidRequest("outputLocation is not a valid S3 path.");
  const encryption = structure(results, "EncryptionConfiguration");
  const option = text(encryption, "EncryptionOption");
  return {
    outputLocation: location,
    encryption: option === undefined ? undefined : { option, kmsKey: text(encryption, "KmsKey") },
  };
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined || (token.length >= TOKEN_LENGTH.min && token.length <= TOKEN_LENGTH.max)) return token;
  const bound =
    token.length < TOKEN_LENGTH.min
      ? `greater than or equal to ${TOKEN_LENGTH.min}`
      : `less than or equal to ${TOKEN_LENGTH.max}`;
  throw invalidRequest(
    `1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

function refuseOthers(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((key) => !known.includes(key) && (input[key] ?? undefined) !== undefined);
  if (unknown !== undefined) throw invalidRequest(`the local Athena does not know ${unknown}`);
}

function text(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw unreadable(name, "a string");
  return value;
}

function structure(input: Input, name: string): Input {
  const value = input[name] ?? {};
  if (typeof value !== "object" || Array.isArray(value)) throw unreadable(name, "a structure");
  return value as Input;
}

function unreadable(name: string, shape: string): AwsError {
  return new AwsError("SerializationException", `${name} is not ${shape}`);
}
