import type {
  EventSourceMappingConfiguration,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from "@aws-sdk/client-lambda";
import type { Clock } from "../common/clock.ts";
import { callBefore } from "../common/deadline.ts";
import { errorName } from "../common/failure.ts";
import { type Mapping, mappingOf } from "./mapping.ts";
import type { Pacer } from "./pacer.ts";

/** Calls of Lambda's control plane, each made once. */
export interface LambdaCalls {
  listMappings(
    marker: string | undefined,
    signal: AbortSignal,
  ): Promise<Pick<ListEventSourceMappingsResponse, "EventSourceMappings" | "NextMarker">>;
  getMapping(uuid: string, signal: AbortSignal): Promise<EventSourceMappingConfiguration>;
  updateMapping(change: UpdateEventSourceMappingRequest, signal: AbortSignal): Promise<unknown>;
}

/** The mapping does not exist. */
export class MappingGone extends Error {
  override readonly name = "MappingGone";
}

const PASSING: readonly string[] = [
  "ResourceInUseException",
  "ResourceConflictException",
  "TooManyRequestsException",
  "ThrottlingException",
  "ServiceException",
  "TimeoutError",
  "DeadlineError",
];

/** Without one page nothing can be done; an update that fails is only one. */
const ATTEMPTS_A_PAGE = 3;

/** Whether the same call can succeed in a moment. */
export function isPassing(error: unknown): boolean {
  return PASSING.includes(errorName(error));
}

/** The sqs-processor's mappings, at the rate that the pacer allows. */
export class ControlPlane {
  readonly #calls: LambdaCalls;
  readonly #pacer: Pacer;
  readonly #clock: Clock;
  readonly #deadline: number;

  /** @param deadline Epoch milliseconds by which every call must have ended. */
  constructor(calls: LambdaCalls, { pacer, clock, deadline }: { pacer: Pacer; clock: Clock; deadline: number }) {
    this.#calls = calls;
    this.#pacer = pacer;
    this.#clock = clock;
    this.#deadline = deadline;
  }

  async list(): Promise<Mapping[]> {
    const mappings: Mapping[] = [];
    let marker: string | undefined;
    do {
      const page = await this.#page(marker);
      mappings.push(...(page.EventSourceMappings ?? []).map(mappingOf));
      // The last page may have an empty one.
      marker = page.NextMarker || undefined;
    } while (marker !== undefined);
    return mappings;
  }

  async #page(marker: string | undefined): Promise<Awaited<ReturnType<LambdaCalls["listMappings"]>>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#paced((signal) => this.#calls.listMappings(marker, signal));
      } catch (error) {
        if (attempt === ATTEMPTS_A_PAGE || !isPassing(error)) throw error;
      }
    }
  }

  /** @throws MappingGone. */
  async get(uuid: string): Promise<Mapping> {
    return mappingOf(await this.#paced((signal) => this.#calls.getMapping(uuid, signal)));
  }

  /** Begins a change, which takes effect later. @throws MappingGone. */
  async update(change: UpdateEventSourceMappingRequest): Promise<void> {
    await this.#paced((signal) => this.#calls.updateMapping(change, signal));
  }

  async #paced<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.#pacer.turn();
    try {
      return await callBefore(this.#clock, this.#deadline, call);
    } catch (error) {
      const name = errorName(error);
      if (name === "ResourceNotFoundException") throw new MappingGone();
      if (name === "TooManyRequestsException" || name === "ThrottlingException") this.#pacer.slowDown();
      throw error;
    }
  }
}
