import type { DistributedMapState } from "../definition/definition.ts";
import { ERRORS, StateError } from "../state-error.ts";
import { unlessAborted } from "./pause.ts";
import type { Visit } from "./visit.ts";

/**
 * The items of a distributed Map: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 *
 * @throws StateError `States.ItemReaderFailed`
 */
export async function readItems({ state, frame }: Visit<DistributedMapState>, place: unknown): Promise<unknown[]> {
  const { call, caller } = frame.run;
  const { Bucket, Key } = place as { Bucket: string; Key: string };
  let body: unknown;
  try {
    body = await unlessAborted(call("s3", "GetObject", { Bucket, Key }, caller), frame.signal);
  } catch (error) {
    if (frame.signal.aborted) throw error;
    throw failed(`${state.name} cannot read s3://${Bucket}/${Key}: ${error}`);
  }
  const items = parsed(Buffer.from((body as { Body: Uint8Array }).Body).toString("utf8"));
  if (!Array.isArray(items)) throw failed("Attempting to map over non-iterable node.");
  return items;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failed(`the items are not JSON: ${(error as Error).message}`);
  }
}

function failed(cause: string): StateError {
  return new StateError(ERRORS.itemReader, cause);
}
