import { AwsError } from "../api/errors.ts";
import { batchError, missingParameter } from "./errors.ts";
import { type Input, optionalString, structureList } from "./input.ts";
import { MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from "./limits.ts";

/** One entry of a batch, and what errors call it: `SendMessageBatchRequestEntry.1.`. */
export interface BatchEntry {
  id: string;
  path: string;
  input: Input;
}

export interface BatchResult {
  Successful?: Record<string, unknown>[];
  Failed?: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
}

/**
 * The entries of a batch request, once the rules for the batch as a whole hold.
 *
 * @param action For example `SendMessageBatch`.
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`,
 *   `BatchEntryIdsNotDistinct`.
 */
export function readBatch(action: string, input: Input): BatchEntry[] {
  const structures = structureList(input, "Entries");
  if (structures.length === 0) {
    throw batchError("EmptyBatchRequest", `There should be at least one ${action}RequestEntry in the request.`);
  }
  if (structures.length > MAX_BATCH_ENTRIES) {
    throw batchError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_BATCH_ENTRIES}. You have sent ${structures.length}.`,
    );
  }
  const seen = new Set<string>();
  return structures.map((structure, index) => {
    const path = `${action}RequestEntry.${index + 1}.`;
    const id = optionalString(structure, "Id");
    if (id === undefined) {
      throw missingParameter(`${path}Id`);
    }
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(id)) {
      throw batchError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (seen.has(id)) {
      throw batchError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    }
    seen.add(id);
    return { id, path, input: structure };
  });
}

/** The limit holds for a batch whatever the queue's own maximum message size is. */
export function checkBatchSize(bytes: number): void {
  if (bytes > MAX_MESSAGE_BYTES) {
    throw batchError(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
}

/** Does each entry by itself: an AwsError fails that entry only. */
export function eachEntry<T extends { id: string }>(
  entries: readonly T[],
  run: (entry: T) => Record<string, unknown>,
): BatchResult {
  const result: BatchResult = {};
  for (const entry of entries) {
    try {
      const output = run(entry);
      result.Successful ??= [];
      result.Successful.push({ Id: entry.id, ...output });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      result.Failed ??= [];
      result.Failed.push({
        Id: entry.id,
        SenderFault: true,
        Code: error.queryCode ?? error.name,
        Message: error.message,
      });
    }
  }
  return result;
}
