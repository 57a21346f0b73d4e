import { namesFor } from "../../settings/names.ts";
import type { StackGraph } from "../graph/types.ts";
import type { FaultTargets } from "./fault.ts";

export function faultTargets({ project, stack, account }: StackGraph): FaultTargets {
  const names = namesFor(project, stack);
  return {
    sqsProcessor: names.functionName("sqs-processor"),
    archiveBucket: names.archiveBucket(account),
    errorTracker: names.errorTracker,
  };
}
