import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { QueueConfiguration } from "./configuration.ts";
import { MAX_DELAY_SECONDS, MAX_MESSAGE_BYTES, MAX_VISIBILITY_TIMEOUT_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";
import { PolicyError, readRedriveAllowPolicy, readRedrivePolicy } from "./policies.ts";
import { QueueConfigurationError, redriveProblems } from "./redrive.ts";

const QUEUE = "aws:sqs/queue:Queue";

/** Inputs of `sqs.QueueArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  kmsMasterKeyId: "messages never leave this machine's memory; GetQueueAttributes answers it",
  kmsDataKeyReusePeriodSeconds: "as kmsMasterKeyId",
  sqsManagedSseEnabled: "as kmsMasterKeyId",
  policy: "judged where calls are authorised, not by the queue; GetQueueAttributes does not answer it",
  region: "the whole stack is in one region, which the ARN names",
  tags: "nothing reads them",
};

/** Resources that would change a queue after its creation. */
const UNSUPPORTED_RESOURCES: Readonly<Record<string, string>> = {
  "aws:sqs/redrivePolicy:RedrivePolicy": "redrivePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "redriveAllowPolicy",
};

interface Range {
  min: number;
  max: number;
  /** What the provider sends when the program says nothing. */
  fallback: number;
}

/**
 * Ranges and defaults of the AWS provider, https://www.pulumi.com/registry/packages/aws/api-docs/sqs/queue/#inputs.
 * They are SQS's own but for the message size: SQS's default is 1 MiB, the provider still asks for 256 KiB.
 */
const NUMBERS = {
  visibilityTimeoutSeconds: { min: 0, max: MAX_VISIBILITY_TIMEOUT_SECONDS, fallback: 30 },
  delaySeconds: { min: 0, max: MAX_DELAY_SECONDS, fallback: 0 },
  messageRetentionSeconds: { min: 60, max: 1_209_600, fallback: 345_600 },
  maxMessageSize: { min: 1_024, max: MAX_MESSAGE_BYTES, fallback: 262_144 },
  receiveWaitTimeSeconds: { min: 0, max: MAX_WAIT_SECONDS, fallback: 0 },
} satisfies Record<string, Range>;

const KNOWN_INPUTS: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  ...Object.keys(ignoredInputs),
  "name",
  "redrivePolicy",
  "redriveAllowPolicy",
]);

/**
 * The configurations of a stack's queues.
 *
 * @throws QueueConfigurationError with every problem of every queue: a value out of AWS's range, a FIFO queue, an input
 *   that is not known here, redrive policies that do not fit together.
 */
export function queueConfigurations(graph: StackGraph): QueueConfiguration[] {
  const problems: string[] = [];
  for (const [type, input] of Object.entries(UNSUPPORTED_RESOURCES)) {
    for (const resource of ofType(graph, type)) {
      problems.push(`${where(resource)}: not realised locally; set ${input} on the queue itself`);
    }
  }
  const configurations = ofType(graph, QUEUE).map((resource) => readQueue(resource, problems));
  problems.push(...redriveProblems(configurations));
  if (problems.length > 0) {
    throw new QueueConfigurationError(problems);
  }
  return configurations;
}

function readQueue({ state, inputs, ...resource }: GraphResource, problems: string[]): QueueConfiguration {
  const complain = (input: string, problem: string): void => {
    problems.push(`${where(resource)}: ${input}: ${problem}`);
  };
  const name = String(state.name);
  if (inputs.fifoQueue || name.endsWith(".fifo")) {
    complain("fifoQueue", "only standard queues are realised locally");
  } else if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    complain("name", `${name} is not 1 to 80 letters, digits, hyphens and underscores`);
  }
  for (const [input, value] of Object.entries(inputs)) {
    const isAbsent = value === undefined || value === null || value === false;
    if (!isAbsent && !KNOWN_INPUTS.has(input) && input !== "fifoQueue") {
      complain(input, "not known to the local cloud");
    }
  }
  const number = (input: keyof typeof NUMBERS): number => {
    const { min, max, fallback } = NUMBERS[input];
    const value = inputs[input] ?? fallback;
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      complain(input, `${String(value)} is not an integer from ${min} to ${max}`);
    }
    return value as number;
  };
  const policy = <T>(input: string, read: (text: unknown) => T): T | undefined => {
    try {
      return inputs[input] ? read(inputs[input]) : undefined;
    } catch (error) {
      if (!(error instanceof PolicyError)) {
        throw error;
      }
      complain(input, error.message);
      return undefined;
    }
  };
  const redrivePolicy = policy("redrivePolicy", readRedrivePolicy);
  const redriveAllowPolicy = policy("redriveAllowPolicy", readRedriveAllowPolicy);
  return {
    name,
    arn: String(state.arn),
    url: String(state.url),
    visibilityTimeoutSeconds: number("visibilityTimeoutSeconds"),
    delaySeconds: number("delaySeconds"),
    messageRetentionSeconds: number("messageRetentionSeconds"),
    maximumMessageSizeBytes: number("maxMessageSize"),
    receiveWaitTimeSeconds: number("receiveWaitTimeSeconds"),
    ...(redrivePolicy === undefined ? {} : { redrivePolicy }),
    ...(redriveAllowPolicy === undefined ? {} : { redriveAllowPolicy }),
    described: encryption(inputs),
  };
}

/** SQS encrypts with a key of its own unless told otherwise: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html */
function encryption(inputs: GraphResource["inputs"]): Record<string, string> {
  const { kmsMasterKeyId, kmsDataKeyReusePeriodSeconds, sqsManagedSseEnabled } = inputs;
  if (!kmsMasterKeyId) {
    return { SqsManagedSseEnabled: String(sqsManagedSseEnabled ?? true) };
  }
  return {
    KmsMasterKeyId: String(kmsMasterKeyId),
    KmsDataKeyReusePeriodSeconds: String(kmsDataKeyReusePeriodSeconds ?? 300),
    SqsManagedSseEnabled: "false",
  };
}

function where({ type, name, source }: Pick<GraphResource, "type" | "name" | "source">): string {
  return `${type} "${name}"${source === undefined ? "" : ` (${source.file}:${source.line})`}`;
}
