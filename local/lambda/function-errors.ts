import { MAX_RESPONSE_BYTES } from "./configuration.ts";
import type { Invocation } from "./invoker.ts";

/**
 * The errors that Lambda itself answers for a function, in the words of its responses
 * (https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html).
 */

export function timedOut(requestId: string, seconds: number): Invocation {
  return failure(
    "Sandbox.Timedout",
    `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  );
}

/** The process ended before it answered. */
export function exited(requestId: string, code: number | null, signal: NodeJS.Signals | null): Invocation {
  if (code === UNSETTLED_AWAIT) {
    return failure(
      "Runtime.NodeJsExit",
      `RequestId: ${requestId} Error: the event loop emptied while the handler's promise was still unsettled`,
    );
  }
  return failure("Runtime.ExitError", `RequestId: ${requestId} Error: ${exitReason(code, signal)}`);
}

export function responseTooLarge(): Invocation {
  return failure(
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  );
}

/** https://nodejs.org/api/process.html#exit-codes */
const UNSETTLED_AWAIT = 13;

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  }
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
}

const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

function failure(errorType: string, errorMessage: string): Invocation {
  return { payload: JSON.stringify({ errorType, errorMessage }), functionError: "Unhandled" };
}
