import type { QueueConfiguration } from "./configuration.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const MAX_SOURCE_QUEUES = 10;
const MAX_RECEIVE_COUNT = 1_000;

/** Something about a queue that AWS would refuse. */
export interface RedriveProblem {
  queue: QueueConfiguration;
  /** With its path, for example `redrivePolicy.maxReceiveCount`. */
  property: string;
  /** What is allowed, and what the value is. */
  rule: string;
}

/**
 * What is wrong with the redrive policies of queues among themselves. AWS refuses such a policy when it is set; here
 * all of them are looked at together, whatever the order in which they would be set.
 */
export function redriveProblems(configurations: readonly QueueConfiguration[]): RedriveProblem[] {
  const byArn = new Map(configurations.map((configuration) => [configuration.arn, configuration]));
  return configurations.flatMap((queue) => {
    const problems: RedriveProblem[] = [];
    const refuse = (property: string, rule: string): void => {
      problems.push({ queue, property, rule });
    };
    checkRedrivePolicy(queue, byArn, refuse);
    checkAllowPolicy(queue, refuse);
    return problems;
  });
}

type Refuse = (property: string, rule: string) => void;

function checkRedrivePolicy(
  source: QueueConfiguration,
  byArn: ReadonlyMap<string, QueueConfiguration>,
  refuse: Refuse,
): void {
  if (source.redrivePolicy === undefined) return;
  const { maxReceiveCount, deadLetterTargetArn } = source.redrivePolicy;
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > MAX_RECEIVE_COUNT) {
    const rule = `must be a whole number from 1 to ${MAX_RECEIVE_COUNT}, is ${maxReceiveCount}`;
    refuse("redrivePolicy.maxReceiveCount", rule);
  }
  const target = byArn.get(deadLetterTargetArn);
  if (target === undefined) {
    refuse("redrivePolicy.deadLetterTargetArn", `${deadLetterTargetArn} is no queue of this stack`);
  } else if (target === source) {
    refuse("redrivePolicy.deadLetterTargetArn", "a queue cannot be its own dead-letter queue");
  } else if (!allows(target, source)) {
    const permission = target.redriveAllowPolicy?.redrivePermission;
    const rule = `${target.name} does not allow it (redrivePermission ${permission})`;
    refuse("redrivePolicy.deadLetterTargetArn", rule);
  }
}

function checkAllowPolicy({ redriveAllowPolicy }: QueueConfiguration, refuse: Refuse): void {
  if (redriveAllowPolicy === undefined) return;
  const { redrivePermission, sourceQueueArns } = redriveAllowPolicy;
  const path = "redriveAllowPolicy.sourceQueueArns";
  if (redrivePermission !== "byQueue") {
    if (sourceQueueArns !== undefined) refuse(path, "only byQueue takes a list of queues");
    return;
  }
  const count = sourceQueueArns?.length ?? 0;
  if (count < 1 || count > MAX_SOURCE_QUEUES) {
    refuse(path, `${count} queues, byQueue takes 1 to ${MAX_SOURCE_QUEUES}; allowAll takes any number`);
  }
}

function allows(target: QueueConfiguration, source: QueueConfiguration): boolean {
  switch (target.redriveAllowPolicy?.redrivePermission ?? "allowAll") {
    case "allowAll":
      return true;
    case "byQueue":
      return target.redriveAllowPolicy?.sourceQueueArns?.includes(source.arn) ?? false;
    default:
      return false;
  }
}
