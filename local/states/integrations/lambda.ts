import { ERRORS, StateError } from "../state-error.ts";
import { type ErrorNaming, type Integration, serviceError, type TaskServices } from "./integration.ts";

const NAMING: ErrorNaming = { prefix: "Lambda", common: "AWSLambdaException", service: "AWSLambda" };

/** A function fails with its error's type as name, and with all that it answered as cause. */
export const invokeFunction: Integration = {
  service: "lambda",
  action: "invoke",
  required: ["FunctionName"],
  optional: ["Payload"],
  async run({ FunctionName, Payload = {} }, task) {
    const answer = await invoke({ FunctionName, Payload: JSON.stringify(Payload) }, task);
    const payload = parsed(answer.Payload);
    if (answer.FunctionError !== undefined) {
      const errorType = (payload as { errorType?: unknown } | null)?.errorType;
      // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: unhandled errors.
      throw new StateError(typeof errorType === "string" ? errorType : "Lambda.Unknown", answer.Payload);
    }
    return { ExecutedVersion: answer.ExecutedVersion, Payload: payload, StatusCode: answer.StatusCode };
  },
};

interface Answer {
  StatusCode: number;
  ExecutedVersion: string;
  FunctionError?: string;
  /** JSON text. */
  Payload: string;
}

async function invoke(input: Record<string, unknown>, { call }: TaskServices): Promise<Answer> {
  try {
    return (await call("Invoke", input)) as Answer;
  } catch (error) {
    throw serviceError(error, NAMING);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StateError(ERRORS.runtime, `the function answered what is no JSON: ${text}`);
  }
}
