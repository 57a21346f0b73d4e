import type { Execution } from "../execution.ts";
import { ERRORS, StateError } from "../state-error.ts";
import { unlessAborted } from "./pause.ts";
import type { Frame } from "./visit.ts";

/** What the children of a Map Run came to. */
export interface MapResults {
  /** In the order in which they ended. */
  ended: readonly Execution[];
  /** JSON texts of the inputs for which no child was started. */
  pending: readonly string[];
}

type Files = Record<"FAILED" | "PENDING" | "SUCCEEDED", { Key: string; Size: number }[]>;

/**
 * Writes what a Map Run came to, as AWS does without a `WriterConfig`
 * (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html): `SUCCEEDED_0.json`,
 * `FAILED_0.json` (timed out and aborted ones too) and `PENDING_0.json`, of which those without an entry are left out,
 * and `manifest.json`. AWS begins another file at 5 GB.
 *
 * @param place Evaluated `Arguments`.
 * @returns where the manifest is.
 * @throws StateError `States.ResultWriterFailed`
 */
export async function writeResults(
  { run, signal }: Frame,
  place: unknown,
  mapRunArn: string,
  { ended, pending }: MapResults,
): Promise<{ Bucket: string; Key: string }> {
  const { Bucket, Prefix } = place as { Bucket: string; Prefix: string };
  // Whether a prefix that ends with a slash gets a second one is not documented [?].
  const folder = `${Prefix.replace(/\/$/, "")}/${mapRunArn.split(":").at(-1)}`;
  const put = async (name: string, body: string): Promise<string> => {
    const Key = `${folder}/${name}`;
    try {
      await unlessAborted(run.call("s3", "PutObject", { Bucket, Key, Body: body }, run.caller), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new StateError(ERRORS.resultWriter, `s3://${Bucket}/${Key} cannot be written: ${error}`);
    }
    return Key;
  };
  const files: Files = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  const write = async (status: keyof Files, entries: readonly unknown[]): Promise<void> => {
    if (entries.length === 0) return;
    const body = JSON.stringify(entries);
    files[status].push({ Key: await put(`${status}_0.json`, body), Size: Buffer.byteLength(body) });
  };
  await write("SUCCEEDED", ended.filter(({ status }) => status === "SUCCEEDED").map(described));
  await write("FAILED", ended.filter(({ status }) => status !== "SUCCEEDED").map(described));
  const INCLUDED = { Included: true };
  await write(
    "PENDING",
    pending.map((Input) => ({ Input, InputDetails: INCLUDED, Status: "PENDING" })),
  );
  const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles: files };
  return { Bucket, Key: await put("manifest.json", JSON.stringify(manifest)) };
}

/** Inputs and outputs are JSON texts. What AWS says of redriving is left out: nothing is redriven here. */
function described(execution: Execution): Record<string, unknown> {
  const { arn, name, input, output, error, cause, plan, status, startedAt, stoppedAt } = execution;
  return {
    ExecutionArn: arn,
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    StartDate: new Date(startedAt).toISOString(),
    StateMachineArn: plan.machineArn,
    Status: status,
    ...(stoppedAt === undefined ? {} : { StopDate: new Date(stoppedAt).toISOString() }),
  };
}
