import { Inputs, type RangeWithDefault, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { QueueConfiguration } from "./configuration.ts";
import { MAX_DELAY_SECONDS, MAX_MESSAGE_BYTES, MAX_VISIBILITY_TIMEOUT_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";
import { readRedriveAllowPolicy, readRedrivePolicy } from "./policies.ts";
import { redriveProblems } from "./redrive.ts";

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
} satisfies Record<string, RangeWithDefault>;

/** What makes a queue a FIFO queue, or is for those only. */
const FIFO_INPUTS = ["fifoQueue", "contentBasedDeduplication"];

/**
 * The configurations of a stack's queues.
 *
 * @throws ResourceError with every problem of every queue: a value out of AWS's range, a FIFO queue, an input
 *   that is not known here, redrive policies that do not fit together.
 */
export function queueConfigurations(graph: StackGraph): QueueConfiguration[] {
  const problems: string[] = [];
  for (const [type, input] of Object.entries(UNSUPPORTED_RESOURCES)) {
    for (const resource of ofType(graph, type)) {
      Inputs.of(resource, problems).refuse(input, `not realised locally; set ${input} on the queue itself`);
    }
  }
  const inputsOf = new Map<QueueConfiguration, Inputs>();
  for (const resource of ofType(graph, QUEUE)) {
    const inputs = Inputs.of(resource, problems);
    inputsOf.set(readQueue(inputs, resource.state), inputs);
  }
  const configurations = [...inputsOf.keys()];
  for (const { queue, property, rule } of redriveProblems(configurations)) {
    inputsOf.get(queue)?.refuse(property, rule);
  }
  refuseAll(problems);
  return configurations;
}

function readQueue(inputs: Inputs, state: GraphResource["state"]): QueueConfiguration {
  inputs.only(["name", ...Object.keys(NUMBERS), "redrivePolicy", "redriveAllowPolicy", ...FIFO_INPUTS], ignoredInputs);
  const name = readName(inputs);
  const redrivePolicy = readPolicy(inputs, "redrivePolicy", readRedrivePolicy);
  const redriveAllowPolicy = readPolicy(inputs, "redriveAllowPolicy", readRedriveAllowPolicy);
  const number = (input: keyof typeof NUMBERS): number => inputs.integer(input, NUMBERS[input]);
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

function readName(inputs: Inputs): string {
  const name = inputs.optionalText("name") ?? "";
  const fifo = FIFO_INPUTS.find((input) => inputs.value(input)) ?? (name.endsWith(".fifo") ? "name" : undefined);
  if (fifo === undefined) return inputs.text("name", /^[A-Za-z0-9_-]{1,80}$/);
  inputs.refuse(fifo, "only standard queues are realised locally");
  return name;
}

/** An empty text is no policy. */
function readPolicy<T>(inputs: Inputs, property: string, read: (text: unknown) => T): T | undefined {
  const text = inputs.value(property);
  return text ? inputs.attempt(property, () => read(text)) : undefined;
}

/** SQS encrypts with a key of its own unless told otherwise: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html */
function encryption(inputs: Inputs): Record<string, string> {
  const kmsMasterKeyId = inputs.optionalText("kmsMasterKeyId");
  if (!kmsMasterKeyId) {
    return { SqsManagedSseEnabled: String(inputs.value("sqsManagedSseEnabled") ?? true) };
  }
  return {
    KmsMasterKeyId: kmsMasterKeyId,
    KmsDataKeyReusePeriodSeconds: String(inputs.value("kmsDataKeyReusePeriodSeconds") ?? 300),
    SqsManagedSseEnabled: "false",
  };
}
