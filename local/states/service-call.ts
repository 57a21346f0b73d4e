import { AwsError } from "../api/errors.ts";
import type { Caller, JsonService } from "../api/service.ts";
import type { FunctionConfiguration } from "../lambda/configuration.ts";
import { functionNamed } from "../lambda/function-name.ts";
import type { FunctionInvoker } from "../lambda/invoker.ts";
import type { ObjectStorage } from "../objects/store.ts";

/**
 * How a state machine calls a service: input and output are the API's own, with members in PascalCase.
 *
 * @param service As in a request's credential scope; besides the JSON services, `lambda` with the action Invoke
 *   (`Payload` is JSON text, there and back), and `s3` with GetObject and PutObject (`Body` is bytes or text).
 * @param caller Known by the machine's role, as a function is by its own.
 * @throws AwsError, or anything that the service throws.
 */
export type ServiceCall = (
  service: string,
  action: string,
  input: Record<string, unknown>,
  caller: Caller,
) => Promise<unknown>;

export interface CallableServices {
  json: readonly JsonService[];
  functions: readonly Pick<FunctionConfiguration, "arn" | "name">[];
  invoker: FunctionInvoker;
  objects: Pick<ObjectStorage, "get" | "put">;
}

/** Calls the services of the local cloud, within the process. */
export function serviceCalls({ json, functions, invoker, objects }: CallableServices): ServiceCall {
  const services = new Map(json.map((service) => [service.name, service]));
  return async (name, action, input, caller) => {
    switch (`${name}:${action}`) {
      case "lambda:Invoke": {
        const named = String(input.FunctionName);
        const found = functionNamed(functions, named);
        if (found === undefined) {
          throw new AwsError("ResourceNotFoundException", `Function not found: ${named}`, { status: 404 });
        }
        const { payload, functionError } = await invoker.invoke(found.arn, String(input.Payload));
        const failure = functionError === undefined ? {} : { FunctionError: functionError };
        return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: payload, ...failure };
      }
      case "s3:GetObject":
        return { Body: await objects.get(String(input.Bucket), String(input.Key)) };
      case "s3:PutObject":
        await objects.put(String(input.Bucket), String(input.Key), input.Body as string | Uint8Array);
        return {};
    }
    const service = services.get(name);
    if (service === undefined) throw new Error(`the local cloud's state machines cannot call ${name}:${action}`);
    return service.call(action, input, caller);
  };
}
