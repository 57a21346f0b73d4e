import { AwsError } from "../api/errors.ts";
import type { HttpAnswer, HttpService, RawService } from "../api/gateway.ts";
import type { Caller, JsonService } from "../api/service.ts";
import type { StackGraph } from "../graph/types.ts";
import { errorAnswer as lambdaError } from "../lambda-api/errors.ts";
import { errorAnswer as snsError } from "../sns/query.ts";
import type { Refusal, UnknownCaller } from "./access.ts";
import { type Ask, ask, type JsonAsks } from "./asks/ask.ts";
import { athenaAsks } from "./asks/athena.ts";
import { cloudWatchAsks } from "./asks/cloudwatch.ts";
import { dynamoDbAsks } from "./asks/dynamodb.ts";
import { firehoseAsks } from "./asks/firehose.ts";
import { glueAsks } from "./asks/glue.ts";
import { lambdaAsks } from "./asks/lambda.ts";
import { s3Asks } from "./asks/s3.ts";
import { snsAsks } from "./asks/sns.ts";
import { sqsAsks } from "./asks/sqs.ts";
import { statesAsks } from "./asks/states.ts";
import { type Authority, functionsOfMappings } from "./authority.ts";
import { refusalError } from "./refusal-error.ts";

/** Puts an authority before the services, so that each call is judged before it is served. */
export class Guard {
  readonly #authority: Authority;
  readonly #graph: StackGraph;
  /** By the service's name. */
  readonly #jsonAsks: Readonly<Record<string, JsonAsks>>;

  constructor(authority: Authority, graph: StackGraph) {
    this.#authority = authority;
    this.#graph = graph;
    this.#jsonAsks = {
      sqs: sqsAsks(graph),
      firehose: firehoseAsks(graph),
      dynamodb: dynamoDbAsks(graph),
      monitoring: cloudWatchAsks(graph),
      glue: glueAsks(graph),
      athena: athenaAsks(graph),
      states: statesAsks,
    };
  }

  /** Calls without a caller are the local cloud's own, and nobody's to judge. */
  json(service: JsonService): JsonService {
    const { name, contentType } = service;
    const asksOf = this.#jsonAsks[name];
    if (asksOf === undefined) throw new Error(`nobody knows what calls of ${name} need`);
    return {
      name,
      contentType,
      call: (action, input, caller) => {
        if (caller !== undefined) {
          const refusal = this.#judge(caller, asksOf(action, input), `${name}:${action}`);
          if (refusal !== undefined) return refused(name, refusal);
        }
        return service.call(action, input, caller);
      },
    };
  }

  sns(service: RawService): RawService {
    return this.#raw(service, ({ body }) => snsAsks(body), snsError);
  }

  lambda(service: RawService): RawService {
    const place = { ...placeOf(this.#graph), functionOfMapping: functionsOfMappings(this.#graph) };
    return this.#raw(service, (request) => lambdaAsks(request, place), lambdaError);
  }

  s3(service: HttpService): HttpService {
    return {
      ...service,
      name: service.name,
      port: service.port,
      intercept: (request, caller) => service.intercept?.(request, caller),
      admit: async (request, caller) => {
        const refusal = this.#judge(caller, s3Asks(request), `${request.method} ${request.url}`);
        if (refusal === undefined) return undefined;
        return refused("s3", refusal).catch((error: unknown) => s3Error(error as AwsError));
      },
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax: who may not list
      // is not told that there is nothing.
      missing: (request, caller) => {
        const [read] = s3Asks(request) ?? [];
        if (read?.action !== "s3:GetObject") return undefined;
        const bucket = read.resource.split("/")[0] ?? "";
        const refusal = this.#judge(caller, [ask("s3:ListBucket", bucket)], "");
        return refusal === undefined || refusal.kind === "network" ? undefined : s3Error(refusalError("s3", refusal));
      },
    };
  }

  /** How a state machine calls services, within the process. */
  calls<Input extends Record<string, unknown>, Output>(
    call: (service: string, action: string, input: Input, caller: Caller) => Promise<Output>,
  ): typeof call {
    return (service, action, input, caller) => {
      const asks = this.#taskAsks(service, action, input);
      const refusal = asks === undefined ? undefined : this.#judge(caller, asks, `${service}:${action}`);
      return refusal === undefined ? call(service, action, input, caller) : refused(service, refusal);
    };
  }

  /** Undefined for the JSON services, which are guarded themselves. */
  #taskAsks(service: string, action: string, input: Record<string, unknown>): readonly Ask[] | undefined {
    if (service === "lambda") {
      const path = `/2015-03-31/functions/${encodeURIComponent(String(input.FunctionName))}/invocations`;
      return lambdaAsks({ method: "POST", url: path }, { ...placeOf(this.#graph), functionOfMapping: new Map() });
    }
    if (service === "s3") return [ask(`s3:${action}`, `arn:aws:s3:::${String(input.Bucket)}/${String(input.Key)}`)];
    return undefined;
  }

  #raw(
    service: RawService,
    asksOf: (request: { method: string; url: string; body: string }) => readonly Ask[] | undefined,
    answer: (error: AwsError) => HttpAnswer,
  ): RawService {
    return {
      name: service.name,
      handle: async (request, caller) => {
        const refusal = this.#judge(caller, asksOf(request), `${service.name} ${request.method} ${request.url}`);
        if (refusal === undefined) return service.handle(request, caller);
        return refused(service.name, refusal).catch((error: unknown) => answer(error as AwsError));
      },
    };
  }

  /** What nobody here can judge goes on to the service, which knows no such call either, or is refused loudly. */
  #judge(caller: Caller, asks: readonly Ask[] | undefined, what: string): Refusal | UnknownCaller | undefined {
    if (asks !== undefined) return this.#authority.refusal(caller, asks);
    throw new AwsError("UnknownOperationException", `the local cloud does not know what ${what} needs`, {
      status: 404,
    });
  }
}

/** As AWS answers; what the network does not let through is never answered, until the client gives up. */
function refused(service: string, refusal: Refusal | UnknownCaller): Promise<never> {
  if (refusal.kind === "network") return new Promise(() => {});
  return Promise.reject(refusalError(service, refusal));
}

function s3Error({ name, message, status }: AwsError): HttpAnswer {
  const escaped = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${name}</Code><Message>${escaped}</Message></Error>`,
  };
}

function placeOf({ region, account }: StackGraph): { region: string; account: string } {
  return { region, account };
}
