import { md5OfAttributes } from "./digest.ts";
import { invalidMessageContents, invalidParameterValue } from "./errors.ts";
import { type Input, optionalInteger, optionalString, requiredString } from "./input.ts";
import { MAX_DELAY_SECONDS } from "./limits.ts";
import { type Draft, type QueuedMessage, sizeOf } from "./message.ts";
import {
  hasOnlyAllowedCharacters,
  type MessageAttributes,
  readAttributes,
  validateAttributes,
} from "./message-attributes.ts";
import type { Queue } from "./queue.ts";

/** A message as requested: of the right shape, its contents not yet judged. */
export interface SendRequest {
  body: string;
  attributes: MessageAttributes | undefined;
  systemAttributes: MessageAttributes | undefined;
  size: number;
  input: Input;
}

/** @param entry What precedes a parameter's name in an error, for an entry of a batch. */
export function readSend(input: Input, entry = ""): SendRequest {
  const body = requiredString(input, "MessageBody", `${entry}MessageBody`);
  const attributes = readAttributes(input, "MessageAttributes");
  const systemAttributes = readAttributes(input, "MessageSystemAttributes");
  return { body, attributes, systemAttributes, size: sizeOf(body, attributes), input };
}

/**
 * Validates as SQS does, and sends.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 *
 * @throws AwsError `InvalidMessageContents`, `InvalidParameterValueException`.
 */
export function sendTo(queue: Queue, request: SendRequest): Record<string, string> {
  const { body, attributes, systemAttributes, input } = request;
  const limit = queue.configuration.maximumMessageSizeBytes;
  if (request.size > limit) {
    throw invalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  if (!hasOnlyAllowedCharacters(body)) {
    throw invalidMessageContents();
  }
  const draft: Draft = { body };
  if (attributes !== undefined) {
    validateAttributes(attributes);
    draft.messageAttributes = attributes;
  }
  const handedOut = readSystemAttributes(input, systemAttributes);
  if (handedOut !== undefined) {
    draft.systemAttributes = handedOut;
  }
  const reason = `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`;
  const delaySeconds = optionalInteger(input, "DelaySeconds", { min: 0, max: MAX_DELAY_SECONDS, reason });
  if (delaySeconds !== undefined) {
    draft.delaySeconds = delaySeconds;
  }
  return answer(queue.send(draft), request);
}

function answer(message: QueuedMessage, request: SendRequest): Record<string, string> {
  const output: Record<string, string> = { MessageId: message.messageId, MD5OfMessageBody: message.md5OfBody };
  if (message.md5OfMessageAttributes !== undefined) {
    output.MD5OfMessageAttributes = message.md5OfMessageAttributes;
  }
  if (request.systemAttributes !== undefined) {
    output.MD5OfMessageSystemAttributes = md5OfAttributes(request.systemAttributes);
  }
  return output;
}

/** What travels with a message and does not count towards its size. */
function readSystemAttributes(input: Input, attributes: MessageAttributes = {}): Record<string, string> | undefined {
  const handedOut: Record<string, string> = {};
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (name !== "AWSTraceHeader" || DataType !== "String" || !StringValue) {
      throw invalidParameterValue(
        `Message system attribute '${name}' is invalid: the only one is AWSTraceHeader, a non-empty String.`,
      );
    }
    handedOut.AWSTraceHeader = StringValue;
  }
  if (optionalString(input, "MessageDeduplicationId") !== undefined) {
    throw invalidParameterValue(
      "The request include parameter MessageDeduplicationId which is not valid for this queue type",
    );
  }
  // On a standard queue it makes the queue fair among tenants, which one consumer does not notice.
  const group = optionalString(input, "MessageGroupId");
  if (group !== undefined) {
    if (!/^[!-~]{1,128}$/.test(group)) {
      throw invalidParameterValue(
        `Value ${group} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
    handedOut.MessageGroupId = group;
  }
  return group === undefined && handedOut.AWSTraceHeader === undefined ? undefined : handedOut;
}
