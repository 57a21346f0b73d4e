import { AwsError } from "../api/errors.ts";

/** SNS's errors, by the codes of its query protocol: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */

/** @param what The parameter, and why. */
export function invalidParameter(what: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${what}`);
}

/** Of a message attribute. */
export function invalidParameterValue(message: string): AwsError {
  return new AwsError("ParameterValueInvalid", message);
}

export function topicNotFound(): AwsError {
  return new AwsError("NotFound", "Topic does not exist", { status: 404 });
}
