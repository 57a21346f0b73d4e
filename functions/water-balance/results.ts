import type { Bucket } from "../common/bucket.ts";
import { shown } from "../common/shown.ts";
import type { StepFailure } from "../refinery-plan/progress.ts";

/** What the state machine's Map answers for a topic. */
export type Outcome = Counted | NotChecked;

/** Every statement succeeded. */
interface Counted {
  status: "counted";
  /** Rows of the count as GetQueryResults has them, the header included: texts. */
  rows: unknown;
  /** The same of the query for lost rows, where the plan has one. */
  lost?: unknown;
}

interface NotChecked extends StepFailure {
  status: "not_checked";
}

/** Where the Map has written its results, as its ResultWriterDetails say. */
export interface ResultsLocation {
  Bucket: string;
  /** Of the manifest. */
  Key: string;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
interface Manifest {
  ResultFiles: Partial<Record<"SUCCEEDED" | "FAILED" | "PENDING", readonly { Key: string }[]>>;
}

/** One child execution in a result file. Input and Output are JSON as text; a large one may be left out [?]. */
interface Child {
  Input?: string;
  Output?: string;
  Status?: string;
  Error?: string;
  Cause?: string;
}

/** As much of an error as is kept. */
const ERROR_LENGTH = 300;

/**
 * The outcome of each topic that the Map's result files tell of.
 *
 * @param get reads an object of the results bucket.
 * @throws Error where a file is missing or is not what the ResultWriter writes.
 */
export async function readResults(
  get: (key: string) => ReturnType<Bucket["get"]>,
  { Key }: ResultsLocation,
): Promise<Map<string, Outcome>> {
  const read = async (key: string): Promise<unknown> => {
    const text = await get(key);
    if (text === undefined) throw new Error(`results: there is no object ${key}`);
    return JSON.parse(text);
  };
  const { ResultFiles } = (await read(Key)) as Manifest;
  if (typeof ResultFiles !== "object" || ResultFiles === null) throw new Error(`results: ${Key} is no manifest`);
  const outcomes = new Map<string, Outcome>();
  // One after the other: each holds the statements of its topics as well.
  for (const file of [...(ResultFiles.FAILED ?? []), ...(ResultFiles.SUCCEEDED ?? [])]) {
    const children = await read(file.Key);
    if (!Array.isArray(children)) throw new Error(`results: ${file.Key} is no list`);
    for (const child of children as Child[]) {
      const [topic, outcome] = readChild(child);
      if (topic !== undefined) outcomes.set(topic, outcome);
    }
  }
  return outcomes;
}

export function notChecked(step: string, error: unknown): NotChecked {
  return { status: "not_checked", step, error: error === undefined ? "" : errorText(error) };
}

/** As much of an error as is kept, whatever it is: the state machine, or a file of its, may hold anything in its place. */
export function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : error;
  return typeof message === "string" ? message.slice(0, ERROR_LENGTH) : shown(message, ERROR_LENGTH);
}

function readChild({ Input, Output, Status, Error: error, Cause }: Child): [string | undefined, Outcome] {
  const topic = textOf(parsed(Input)?.topic);
  const output = parsed(Output);
  if (output === undefined) {
    const what = [Status, error, Cause].filter((part) => part !== undefined).join(": ");
    return [topic, notChecked("topic", what || "no output")];
  }
  const named = textOf(output.topic) ?? topic;
  if (output.status === "counted") return [named, { status: "counted", rows: output.rows, lost: output.lost }];
  return [named, notChecked(textOf(output.step) ?? "topic", reasonOf(output))];
}

/** A query that failed says why in the description of its execution, which is the state's cause. */
function reasonOf({ error = "no error is named", cause }: Readonly<Record<string, unknown>>): unknown {
  const execution = parsed(textOf(cause))?.QueryExecution as { Status?: { StateChangeReason?: unknown } } | undefined;
  const reason = textOf(execution?.Status?.StateChangeReason) ?? textOf(cause);
  return reason === undefined || reason === "" ? error : `${errorText(error)}: ${reason}`;
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
