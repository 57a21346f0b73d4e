import { AwsError } from "../api/errors.ts";
import { MAX_VISIBILITY_TIMEOUT_SECONDS } from "./limits.ts";

/**
 * SQS's errors in its JSON protocol: the name is the type, `queryCode` the code of the older query protocol, which the
 * SDKs still report. Names, codes and status of modelled errors come from the service's API model.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
const PREFIX = "AWS.SimpleQueueService.";

export function queueDoesNotExist(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.", {
    queryCode: `${PREFIX}NonExistentQueue`,
  });
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message, { queryCode: "InvalidParameterValue" });
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError("MissingRequiredParameterException", `The request must contain the parameter ${parameter}.`, {
    queryCode: "MissingParameter",
  });
}

export function invalidMessageContents(): AwsError {
  return new AwsError(
    "InvalidMessageContents",
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    { queryCode: "InvalidMessageContents" },
  );
}

export function invalidAttributeName(attribute: string): AwsError {
  return new AwsError("InvalidAttributeName", `Unknown Attribute ${attribute}.`, { queryCode: "InvalidAttributeName" });
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`, {
    status: 404,
    queryCode: "ReceiptHandleIsInvalid",
  });
}

export function handleOutOfUse(handle: string): AwsError {
  return invalidParameterValue(
    `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  );
}

export function visibilityBeyondLimit(seconds: number): AwsError {
  return invalidParameterValue(
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_TIMEOUT_SECONDS} seconds].`,
  );
}

export function unsupportedOperation(message: string): AwsError {
  return new AwsError("UnsupportedOperation", message, { queryCode: `${PREFIX}UnsupportedOperation` });
}

export function overLimit(queue: string, limit: number): AwsError {
  return new AwsError("OverLimit", `The queue ${queue} has ${limit} messages in flight, the most that SQS allows.`, {
    status: 403,
    queryCode: "OverLimit",
  });
}

export function purgeQueueInProgress(queue: string): AwsError {
  const message = `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`;
  return new AwsError("PurgeQueueInProgress", message, { status: 403, queryCode: `${PREFIX}PurgeQueueInProgress` });
}

/** An error about a batch as a whole. */
export function batchError(
  name:
    | "BatchEntryIdsNotDistinct"
    | "BatchRequestTooLong"
    | "EmptyBatchRequest"
    | "InvalidBatchEntryId"
    | "TooManyEntriesInBatchRequest",
  message: string,
): AwsError {
  return new AwsError(name, message, { queryCode: `${PREFIX}${name}` });
}
