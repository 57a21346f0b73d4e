import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { errorName } from "../common/failure.ts";
import { type DependencyFailure, entryFailure, thrownFailure } from "./dependency-failure.ts";

/** What an SQS batch call answers: each entry by its id. */
export interface BatchResult {
  Successful?: readonly { Id: string | undefined }[] | undefined;
  Failed?: readonly BatchResultErrorEntry[] | undefined;
}

/** An item whose entry SQS did not acknowledge, and why. */
export interface Unacknowledged<T> {
  item: T;
  /** SQS's code, or the name of the error thrown. */
  error: string;
  failure: DependencyFailure;
}

/**
 * Makes a batch call whose entries have their items' positions for ids, and answers the items whose own entry it did
 * not acknowledge: all of them where the call throws.
 */
export async function unacknowledged<T>(
  items: readonly T[],
  call: () => Promise<BatchResult>,
): Promise<Unacknowledged<T>[]> {
  try {
    const { Successful, Failed } = await call();
    const done = new Set(Successful?.map(({ Id }) => Id));
    if (done.size === items.length) return [];
    const failed = new Map(Failed?.map((entry) => [entry.Id, entry]));
    return items.flatMap((item, position) => {
      const id = String(position);
      if (done.has(id)) return [];
      const { Code, SenderFault } = failed.get(id) ?? {};
      return [{ item, error: Code ?? "NoResponse", failure: entryFailure(Code, SenderFault) }];
    });
  } catch (error) {
    const failure = { error: errorName(error), failure: thrownFailure(error) };
    return items.map((item) => ({ item, ...failure }));
  }
}
