import { AwsError } from "../api/errors.ts";
import type { Refusal, UnknownCaller } from "./access.ts";
import { UNKNOWN_KEY } from "./denied.ts";
import { wording } from "./evaluate.ts";

/**
 * The error by which a service tells of a refusal, in its own protocol:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html,
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
 * https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html; the others' are AccessDeniedException.
 *
 * @param service As in a request's credential scope.
 */
export function refusalError(service: string, refusal: (Refusal & { kind: "policy" }) | UnknownCaller): AwsError {
  if (refusal.kind === "unknown caller") return unknownCallerError(service);
  const { request, reason } = refusal;
  const message = wording(request, reason);
  const isKey = request.action.startsWith("kms:");
  switch (service) {
    case "sqs":
      return isKey
        ? new AwsError("KmsAccessDenied", message, { queryCode: "KMS.AccessDeniedException" })
        : new AwsError("AccessDeniedException", message, { status: 403, queryCode: "AccessDenied" });
    case "sns":
      return isKey
        ? new AwsError("KMSAccessDenied", message)
        : new AwsError("AuthorizationError", message, { status: 403 });
    case "s3":
      return new AwsError("AccessDenied", message, { status: 403 });
    case "lambda":
      return new AwsError("AccessDeniedException", message, { status: 403 });
    default:
      return new AwsError("AccessDeniedException", message);
  }
}

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html; which of the two names
 * a service answers that documents both is not said [?].
 */
function unknownCallerError(service: string): AwsError {
  switch (service) {
    case "s3":
      return new AwsError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {
        status: 403,
      });
    case "sqs":
    case "sns":
    case "monitoring":
      return new AwsError("InvalidClientTokenId", UNKNOWN_KEY, { status: 403, queryCode: "InvalidClientTokenId" });
    case "dynamodb":
      return new AwsError("UnrecognizedClientException", UNKNOWN_KEY);
    default:
      return new AwsError("UnrecognizedClientException", UNKNOWN_KEY, { status: 403 });
  }
}
