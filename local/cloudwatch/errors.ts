import { AwsError } from "../api/errors.ts";

/**
 * CloudWatch's errors in its JSON protocol: the name is the type, `queryCode` the code of the older query protocol, as
 * the service's API model has them (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html).
 */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationException", message, { queryCode: "ValidationError" });
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message, { queryCode: "InvalidParameterValue" });
}

export function invalidParameterCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombinationException", message, { queryCode: "InvalidParameterCombination" });
}

export function missingParameter(parameter: string): AwsError {
  const message = `The parameter ${parameter} is required.`;
  return new AwsError("MissingRequiredParameterException", message, { queryCode: "MissingParameter" });
}

export function invalidNextToken(): AwsError {
  return new AwsError("InvalidNextToken", "The next token specified is invalid.", { queryCode: "InvalidNextToken" });
}

export function alarmNotFound(name: string): AwsError {
  return new AwsError("ResourceNotFound", `The alarm ${name} does not exist.`, {
    status: 404,
    queryCode: "ResourceNotFound",
  });
}

export function contributorsNotFound(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `The alarm ${name} does not exist.`, {
    status: 404,
    queryCode: "ResourceNotFoundException",
  });
}

export function dashboardNotFound(name: string): AwsError {
  return new AwsError("DashboardNotFoundError", `Dashboard ${name} does not exist`, {
    status: 404,
    queryCode: "ResourceNotFound",
  });
}

export function unknownAction(action: string, known: readonly string[]): AwsError {
  const message = `the local cloud's CloudWatch has no ${action}; it has: ${known.join(", ")}`;
  return new AwsError("UnknownOperationException", message, { status: 404, queryCode: "InvalidAction" });
}
