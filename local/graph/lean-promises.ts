import * as untypedDebuggable from "@pulumi/pulumi/runtime/debuggable.js";
import * as state from "@pulumi/pulumi/runtime/state.js";

/** What the SDK's type declarations leave out as internal. */
interface Debuggable {
  debuggablePromise<T>(promise: Promise<T>, purpose: string): Promise<T>;
}
const { default: debuggable } = untypedDebuggable as unknown as { default: Debuggable };
const { getStore } = state as unknown as { getStore(): { leakCandidates: Set<Promise<unknown>> } };

/** A resource's URN and id. */
const OF_RESOURCE = /^resolve(URN|ID)/;

/**
 * Lets Pulumi's promises remember what they are for and no longer where they were made. The SDK formats and keeps a
 * stack trace for each one, for the case that it never settles: at 1,000 topics a third of the time and of the memory
 * of an evaluation. Errors keep their own stacks, and a promise that never settles is still told at the end, by its
 * purpose. Within this process, once.
 */
export function forgetWherePromisesWereMade(): void {
  const { debuggablePromise } = debuggable;
  let isFirst = true;
  const lean: Debuggable["debuggablePromise"] = (promise, purpose) => {
    // The first one has the SDK look for leaks when the process ends.
    if (isFirst) {
      isFirst = false;
      return debuggablePromise(promise, purpose);
    }
    // Of a resource whose registration is one itself: two more would be told with it.
    if (OF_RESOURCE.test(purpose)) return promise;
    const { leakCandidates } = getStore();
    Object.defineProperty(promise, "_debugCtx", { writable: true, value: purpose });
    leakCandidates.add(promise);
    // The promise that follows, since a rejection that nobody handles must still be seen.
    return promise.finally(() => leakCandidates.delete(promise));
  };
  // A CommonJS module's exports can be replaced, and the SDK looks each one up when it calls it.
  Object.assign(debuggable, { debuggablePromise: lean });
}
