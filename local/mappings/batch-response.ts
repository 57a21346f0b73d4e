import type { Invocation } from "../lambda/invoker.ts";

/**
 * Which messages of a batch failed, by message id. Every other one has succeeded and is deleted from the queue.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 *
 * - A function error fails the whole batch.
 * - Without `ReportBatchItemFailures` the response is not looked at.
 * - Success of the whole batch: an empty or null response, an empty or null `batchItemFailures`. A response without
 *   that key counts as one with a null list [?].
 * - Failure of the whole batch: invalid JSON; an `itemIdentifier` that is empty, null, missing (a wrong key name), not
 *   a text [?] or not in the batch; a response or a list of any other kind [?].
 */
export function failedItems(
  invocation: Invocation,
  messageIds: readonly string[],
  reportsItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (invocation.functionError !== undefined) {
    return all;
  }
  if (!reportsItemFailures) {
    return NONE;
  }
  const items = reportedItems(invocation.payload);
  const failed = new Set<string>();
  for (const item of items ?? [undefined]) {
    const id = isObject(item) ? item.itemIdentifier : undefined;
    if (typeof id !== "string" || !all.has(id)) {
      return all;
    }
    failed.add(id);
  }
  return failed;
}

const NONE: ReadonlySet<string> = new Set();

/** The list of failures; undefined where there should be one and is none. */
function reportedItems(payload: string): readonly unknown[] | undefined {
  let response: unknown;
  try {
    response = payload === "" ? null : JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (response === null || response === "" || (Array.isArray(response) && response.length === 0)) {
    return [];
  }
  if (!isObject(response)) {
    return undefined;
  }
  const list = response.batchItemFailures ?? [];
  return Array.isArray(list) ? list : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
