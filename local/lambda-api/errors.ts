import { randomUUID } from "node:crypto";
import { AwsError } from "../api/errors.ts";
import type { HttpAnswer } from "../api/gateway.ts";

/** Whose model calls the text `Message` and not `message`: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const CAPITAL_MESSAGE = new Set(["ResourceInUseException", "ResourceNotFoundException", "ServiceException"]);

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

export function functionNotFound(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Function not found: ${name}`, { status: 404 });
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return answer(status, JSON.stringify(body), headers);
}

/** @param body JSON text, or none. */
export function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": randomUUID(), ...headers },
    body,
  };
}

/** As Lambda answers it: the name in a header, `Type` (whose fault it is) and the text in the body. */
export function errorAnswer({ name, message, status, members }: AwsError): HttpAnswer {
  const text = CAPITAL_MESSAGE.has(name) ? { Message: message } : { message };
  const body = { ...members, Type: status < 500 ? "User" : "Service", ...text };
  return json(status, body, { "x-amzn-errortype": name });
}
