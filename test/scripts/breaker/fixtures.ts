import type { BreakerAnswer, BreakerStatus } from "../../../functions/common/circuit.ts";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";

/** What the circuit breaker says of a circuit that nothing ever happened to, unless told. */
export function statusOf(given: Partial<BreakerStatus> = {}): BreakerStatus {
  return { state: "CLOSED", mappings: { Enabled: 3 }, pending: 0, transitions: [], ...given };
}

export const NAME = "lean-ops-dev-circuit-breaker";

/** A Lambda with one function, {@link NAME}. */
export interface FakeLambda {
  endpoint: string;
  /** What it was invoked with. */
  readonly invocations: unknown[];
  /** What the function answers from now on; by default a status. */
  answer: BreakerAnswer;
  /** In place of that. */
  raw: { payload: string; functionError?: string } | undefined;
  close(): Promise<void>;
}

export async function openFakeLambda(): Promise<FakeLambda> {
  const gateway: Gateway = await openGateway();
  const lambda: FakeLambda = {
    endpoint: gateway.endpoint,
    invocations: [],
    answer: { ok: true, status: statusOf() },
    raw: undefined,
    close: () => gateway.close(),
  };
  gateway.attach([
    {
      name: "lambda",
      async handle({ method, url, headers, body }) {
        if (method !== "POST" || url !== `/2015-03-31/functions/${NAME}/invocations`) {
          const errorType = { "x-amzn-errortype": "ResourceNotFoundException" };
          return { status: 404, headers: errorType, body: JSON.stringify({ Type: "User", Message: "not found" }) };
        }
        lambda.invocations.push({ type: headers["x-amz-invocation-type"], command: JSON.parse(body) });
        const { payload, functionError } = lambda.raw ?? { payload: JSON.stringify(lambda.answer) };
        const error: Record<string, string> =
          functionError === undefined ? {} : { "x-amz-function-error": functionError };
        return { status: 200, headers: { "content-type": "application/json", ...error }, body: payload };
      },
    },
  ]);
  return lambda;
}
