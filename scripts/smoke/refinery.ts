import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type Clock, sleep } from "../../functions/common/clock.ts";
import { OperatorError } from "../common/operator-error.ts";

/** How a run of the refinery ended. */
export type RunEnd =
  /** It did its work. */
  | "done"
  /** Another one was under way, so that it did nothing. */
  | "under way"
  /** It is still running. */
  | "too late";

export interface RefineryTools {
  start(): Promise<string>;
  describe(execution: string): Promise<{ status: string; output?: string | undefined; why: string }>;
  clock: Clock;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/**
 * Starts the refinery's machine, as its schedule does, and waits for its end. Its lock lets one run work at a time.
 *
 * @param deadline Epoch milliseconds until which it is waited for.
 * @throws OperatorError where the run failed.
 */
export async function runRefinery({ start, describe, clock }: RefineryTools, deadline: number): Promise<RunEnd> {
  const execution = await start();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    const { status, output, why } = await describe(execution);
    if (status === "SUCCEEDED") return isSkipped(output) ? "under way" : "done";
    // Step Functions has no other states that an execution can leave.
    if (status !== "RUNNING" && status !== "PENDING_REDRIVE") {
      throw new OperatorError(
        `The refinery's run ${execution} ended with ${status}${why && `: ${why}`}. docs/operations.md#refinery-failed says more.`,
      );
    }
    if (clock.now() + pause >= deadline) return "too late";
    await sleep(clock, pause);
  }
}

/** @param stateMachineArn of the refinery's machine. */
export function refineryOf(client: SFNClient, stateMachineArn: string): Omit<RefineryTools, "clock"> {
  return {
    async start() {
      const { executionArn = "" } = await client.send(new StartExecutionCommand({ stateMachineArn, input: "{}" }));
      return executionArn;
    },
    async describe(executionArn) {
      const { status = "", output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return { status, output, why: [error, cause].filter(Boolean).join(": ") };
    },
  };
}

function isSkipped(output: string | undefined): boolean {
  const answer: unknown = JSON.parse(output ?? "null");
  return typeof answer === "object" && answer !== null && "skipped" in answer && typeof answer.skipped === "string";
}
