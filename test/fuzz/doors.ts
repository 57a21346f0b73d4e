import type { Door } from "./door.ts";
import { circuitBreaker } from "./doors/circuit-breaker.ts";
import { dlqProcessor } from "./doors/dlq-processor.ts";
import { errorSweep } from "./doors/error-sweep.ts";
import { firehoseTransform } from "./doors/firehose-transform.ts";
import { refineryPlan } from "./doors/refinery-plan.ts";
import { replay } from "./doors/replay.ts";
import { sqsProcessor } from "./doors/sqs-processor.ts";
import { waterBalance } from "./doors/water-balance.ts";

/** Of every Lambda function. */
export const DOORS: readonly Door[] = [
  sqsProcessor,
  firehoseTransform,
  dlqProcessor,
  errorSweep,
  replay,
  circuitBreaker,
  refineryPlan,
  waterBalance,
];
