import type { QueueConfiguration } from "./configuration.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const MAX_SOURCE_QUEUES = 10;
const MAX_RECEIVE_COUNT = 1_000;

/** Queue configurations that AWS would refuse; all reasons at once. */
export class QueueConfigurationError extends Error {
  override readonly name = "QueueConfigurationError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the stack's queues cannot exist as configured:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/**
 * What is wrong with the redrive policies of queues among themselves. AWS refuses such a policy when it is set; here
 * all of them are looked at together, whatever the order in which they would be set.
 */
export function redriveProblems(configurations: readonly QueueConfiguration[]): string[] {
  const byArn = new Map(configurations.map((configuration) => [configuration.arn, configuration]));
  return configurations.flatMap((source) => {
    const problems = allowPolicyProblems(source);
    const policy = source.redrivePolicy;
    if (policy === undefined) {
      return problems;
    }
    const where = `${source.name}.redrivePolicy`;
    const { maxReceiveCount, deadLetterTargetArn } = policy;
    if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > MAX_RECEIVE_COUNT) {
      problems.push(`${where}.maxReceiveCount: ${maxReceiveCount} is not an integer from 1 to ${MAX_RECEIVE_COUNT}`);
    }
    const target = byArn.get(deadLetterTargetArn);
    if (target === undefined) {
      problems.push(`${where}.deadLetterTargetArn: ${deadLetterTargetArn} is no queue of this stack`);
    } else if (target === source) {
      problems.push(`${where}.deadLetterTargetArn: a queue cannot be its own dead-letter queue`);
    } else if (!allows(target, source)) {
      const permission = target.redriveAllowPolicy?.redrivePermission;
      problems.push(`${where}.deadLetterTargetArn: ${target.name} does not allow it (redrivePermission ${permission})`);
    }
    return problems;
  });
}

function allowPolicyProblems({ name, redriveAllowPolicy }: QueueConfiguration): string[] {
  if (redriveAllowPolicy === undefined) {
    return [];
  }
  const { redrivePermission, sourceQueueArns } = redriveAllowPolicy;
  const where = `${name}.redriveAllowPolicy`;
  if (redrivePermission !== "byQueue") {
    return sourceQueueArns === undefined ? [] : [`${where}.sourceQueueArns: only byQueue takes a list of queues`];
  }
  const count = sourceQueueArns?.length ?? 0;
  return count >= 1 && count <= MAX_SOURCE_QUEUES
    ? []
    : [`${where}.sourceQueueArns: ${count} queues, byQueue takes 1 to ${MAX_SOURCE_QUEUES}; allowAll takes any number`];
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
