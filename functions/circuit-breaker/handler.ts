import type { Context, SNSEventRecord } from "aws-lambda";
import type { BreakerAnswer } from "../common/circuit.ts";
import { callBefore } from "../common/deadline.ts";
import { readAlarm } from "./alarm-message.ts";
import { change } from "./change.ts";
import { readCommand } from "./command.ts";
import { onAlarm } from "./decide.ts";
import type { Invocation, Within } from "./invocation.ts";
import { operate } from "./operate.ts";
import { follow, reconcile } from "./reconcile.ts";
import type { Store } from "./store.ts";

export { SERVICE } from "./invocation.ts";

export type HandlerDependencies = Pick<
  Invocation,
  "processorFunction" | "alarms" | "topicQueuePrefix" | "rules" | "clients" | "clock" | "log" | "metrics"
> & {
  /** The circuit table, as one invocation uses it. */
  storeFor(within: Within): Store;
};

/** Time kept back, of what is left: for the end of what has begun, and for the lease and the answer. */
const LAST_STEP = { longestMs: 3000, share: 0.1 };
const ANSWER = { longestMs: 1000, share: 0.03 };

/**
 * Opens the circuit on an alarm's message; counts the schedule's ticks, on which all else goes on; does what operators
 * ask for. Of an alarm's message that says nothing to it, it only writes a log line: SNS would repeat it in vain.
 *
 * @throws what the table throws: then nothing is known to have happened, and the next tick reads the alarms itself.
 */
export function createHandler(
  dependencies: HandlerDependencies,
): (event: unknown, context: Context) => Promise<BreakerAnswer | undefined> {
  return async (event, context) => {
    const invocation = invocationOf(dependencies, context);
    const records = recordsIn(event);
    if (records !== undefined) {
      await hear(records, invocation);
      return undefined;
    }
    const command = readCommand(event);
    if (typeof command === "string") {
      invocation.log.error("command refused", { rule: command });
      return { ok: false, error: command };
    }
    if (command.command !== "reconcile") return operate(command, invocation);
    await reconcile(command.scheduledTime, invocation);
    return undefined;
  };
}

function invocationOf({ storeFor, ...dependencies }: HandlerDependencies, context: Context): Invocation {
  const { clock } = dependencies;
  const remaining = context.getRemainingTimeInMillis();
  const end = clock.now() + remaining;
  const before = ({ longestMs, share }: typeof ANSWER) => end - Math.min(longestMs, remaining * share);
  const deadline = before(ANSWER);
  const within: Within = (call) => callBefore(clock, deadline, call);
  return {
    ...dependencies,
    log: dependencies.log.with({ function_request_id: context.awsRequestId }),
    store: storeFor(within),
    within,
    functionName: context.functionName,
    id: context.awsRequestId,
    stopAt: before(LAST_STEP),
    deadline,
    end,
  };
}

function recordsIn(event: unknown): readonly Partial<SNSEventRecord>[] | undefined {
  if (typeof event !== "object" || event === null || !("Records" in event)) return undefined;
  return Array.isArray(event.Records) ? event.Records : [];
}

async function hear(records: readonly (Partial<SNSEventRecord> | null)[], invocation: Invocation): Promise<void> {
  const { store, rules, alarms, clock, log, id } = invocation;
  for (const record of records) {
    const alarm = readAlarm(record?.Sns?.Message, alarms, clock.now());
    if (typeof alarm === "string") {
      log.info("message ignored", { why: alarm, messageId: record?.Sns?.MessageId });
      continue;
    }
    const { circuit, isChanged } = await change(store, id, (now) => onAlarm(now, alarm, { now: clock.now(), rules }));
    if (isChanged) await follow(circuit, invocation);
    else log.info("alarm changes nothing", { alarm: alarm.name, state: circuit.state });
  }
}
