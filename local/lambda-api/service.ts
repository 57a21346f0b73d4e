import { AwsError } from "../api/errors.ts";
import type { HttpAnswer, RawRequest, RawService } from "../api/gateway.ts";
import type { Clock } from "../clock.ts";
import type { MappingControl } from "../mappings/mapping-control.ts";
import { errorAnswer, json } from "./errors.ts";
import { type Invocable, invoke } from "./invoke.ts";
import { describeMapping } from "./mapping-description.ts";
import { listMappings } from "./mapping-list.ts";
import { readChange } from "./mapping-update.ts";
import { CONTROL_PLANE_RATE, RateLimit } from "./rate-limit.ts";
import { bodyOf, decoded, type LambdaRequest, onlyParameters, readRequest } from "./request.ts";

export interface LambdaServices extends Invocable {
  mappings: MappingControl;
  clock: Clock;
}

interface Route {
  method: string;
  path: RegExp;
  /** Counts towards the control plane's rate. */
  limited: boolean;
  /** @param label What the path's group holds; empty where it has none. */
  run(request: LambdaRequest, label: string): HttpAnswer | Promise<HttpAnswer>;
}

/**
 * Lambda's HTTP API, as far as something calls it: Invoke, and ListEventSourceMappings, GetEventSourceMapping and
 * UpdateEventSourceMapping (https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html).
 */
export class LambdaService implements RawService {
  readonly name = "lambda";
  readonly #services: LambdaServices;
  readonly #controlPlane: RateLimit;
  readonly #routes: readonly Route[] = [
    {
      method: "POST",
      path: /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/,
      limited: false,
      run: (request, name) => invoke(name, request, this.#services),
    },
    {
      method: "GET",
      path: /^\/2015-03-31\/event-source-mappings\/?$/,
      limited: true,
      run: (request) => this.#list(request),
    },
    {
      method: "GET",
      path: /^\/2015-03-31\/event-source-mappings\/([^/]+)$/,
      limited: true,
      run: (request, uuid) => this.#get(request, decoded(uuid)),
    },
    {
      method: "PUT",
      path: /^\/2015-03-31\/event-source-mappings\/([^/]+)$/,
      limited: true,
      run: (request, uuid) => this.#update(request, decoded(uuid)),
    },
  ];

  constructor(services: LambdaServices) {
    this.#services = services;
    this.#controlPlane = new RateLimit(CONTROL_PLANE_RATE, services.clock);
  }

  async handle(raw: RawRequest): Promise<HttpAnswer> {
    try {
      return await this.#answer(readRequest(raw));
    } catch (error) {
      if (error instanceof AwsError) return errorAnswer(error);
      throw error;
    }
  }

  async #answer(request: LambdaRequest): Promise<HttpAnswer> {
    const { method, path } = request;
    for (const route of this.#routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (match !== null) {
        if (route.limited) this.#controlPlane.admit();
        return route.run(request, match[1] ?? "");
      }
    }
    throw new AwsError("UnknownOperationException", `the local cloud's Lambda has no ${method} ${path}`, {
      status: 404,
    });
  }

  #list({ query }: LambdaRequest): HttpAnswer {
    const { mappings, functions } = this.#services;
    return json(200, listMappings(query, mappings.list(), functions));
  }

  #get({ query }: LambdaRequest, uuid: string): HttpAnswer {
    onlyParameters(query, []);
    return json(200, describeMapping(this.#services.mappings.get(uuid)));
  }

  #update(request: LambdaRequest, uuid: string): HttpAnswer {
    const { mappings } = this.#services;
    onlyParameters(request.query, []);
    const change = readChange(bodyOf(request), mappings.get(uuid));
    return json(202, describeMapping(mappings.update(uuid, change)));
  }
}
