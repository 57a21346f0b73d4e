import { AwsError } from "../api/errors.ts";
import type { Clock, Timer } from "../clock.ts";
import type { MappingConfiguration } from "./configuration.ts";
import type { MappingSettings } from "./settings.ts";
import type { StreamMappingConfiguration } from "./stream-configuration.ts";

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html; the program's mappings are
 * created before anybody can ask, and are never deleted.
 */
export type MappingState = "Enabled" | "Disabling" | "Disabled" | "Enabling" | "Updating";

/** A mapping that runs, of a queue or of a stream. */
export interface ControlledMapping {
  readonly configuration: MappingConfiguration | StreamMappingConfiguration;
  setEnabled(enabled: boolean): void;
  /** Absent where nothing but {@link setEnabled} can change while it runs. */
  update?(settings: MappingSettings): void;
}

/** What an update asks for; absent is as it was. */
export interface MappingChange {
  enabled?: boolean | undefined;
  /** All of them; undefined: as they were. */
  settings?: MappingSettings | undefined;
}

export interface MappingStatus {
  /** As the last update asked for; it is in force once the state is `Enabled` or `Disabled`. */
  configuration: MappingConfiguration | StreamMappingConfiguration;
  state: MappingState;
  /** Epoch milliseconds, of the last change of the state. */
  lastModified: number;
}

interface Controlled extends MappingStatus {
  readonly mapping: ControlledMapping;
  /** Of the transition under way. */
  timer: Timer;
}

/** AWS documents no duration; "several seconds to a minute" is what users see [?]. */
const TRANSITION_MS = 15_000;

/**
 * Changes mappings as Lambda's control plane does: an update is answered at once with a transitional state, and takes
 * effect when the transition ends. So a mapping that is `Disabling` may take messages until it is `Disabled`: the latest
 * moment that AWS leaves open, since what relies on an earlier one would rely on nothing. Batches that it has taken
 * finish after that.
 */
export class MappingControl {
  readonly #mappings: ReadonlyMap<string, Controlled>;
  readonly #clock: Clock;
  readonly #transitionMs: number;
  #closed = false;

  /** @param transitionMs How long a transition takes. */
  constructor(
    mappings: readonly ControlledMapping[],
    { clock, transitionMs = TRANSITION_MS }: { clock: Clock; transitionMs?: number },
  ) {
    this.#clock = clock;
    this.#transitionMs = transitionMs;
    this.#mappings = new Map(
      mappings
        .map((mapping): Controlled => {
          const { configuration } = mapping;
          return { mapping, configuration, state: settled(configuration), lastModified: clock.now(), timer: undefined };
        })
        .sort((a, b) => (a.configuration.uuid < b.configuration.uuid ? -1 : 1))
        .map((controlled) => [controlled.configuration.uuid, controlled]),
    );
  }

  /** In the order of their UUIDs. */
  list(): MappingStatus[] {
    return Array.from(this.#mappings.values(), statusOf);
  }

  /** @throws AwsError `ResourceNotFoundException`. */
  get(uuid: string): MappingStatus {
    return statusOf(this.#controlled(uuid));
  }

  /**
   * Begins a transition: `Enabling` or `Disabling` where that changes, else `Updating`, even if nothing does [?].
   *
   * @throws AwsError `ResourceNotFoundException`, or `ResourceInUseException` while a transition is under way
   *   (https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html; `ResourceConflictException`,
   *   which the page names too, is for a second mapping of the same source and function [?]). `ServiceException` after
   *   {@link close}.
   */
  update(uuid: string, { enabled, settings }: MappingChange): MappingStatus {
    if (this.#closed) {
      throw new AwsError("ServiceException", "the local cloud has stopped", { status: 500 });
    }
    const controlled = this.#controlled(uuid);
    if (controlled.timer !== undefined) {
      throw new AwsError("ResourceInUseException", "Cannot update the event source mapping because it is in use.");
    }
    const was = controlled.configuration.enabled;
    const wanted = enabled ?? was;
    controlled.configuration = { ...controlled.configuration, ...settings, enabled: wanted };
    this.#enter(controlled, wanted === was ? "Updating" : wanted ? "Enabling" : "Disabling");
    controlled.timer = this.#clock.after(this.#transitionMs, () => {
      controlled.timer = undefined;
      this.#enter(controlled, settled(controlled.configuration));
      apply(controlled.mapping, wanted, settings);
    });
    return statusOf(controlled);
  }

  /** Leaves the mappings as they are: transitions under way come to no end, and no other begins. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#mappings.values()) this.#clock.clear(timer);
  }

  #controlled(uuid: string): Controlled {
    const controlled = this.#mappings.get(uuid);
    if (controlled === undefined) {
      throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", { status: 404 });
    }
    return controlled;
  }

  #enter(controlled: Controlled, state: MappingState): void {
    controlled.state = state;
    controlled.lastModified = this.#clock.now();
  }
}

function settled({ enabled }: { enabled: boolean }): MappingState {
  return enabled ? "Enabled" : "Disabled";
}

/** One that is to be disabled is so before new settings could make it take more, and one to be enabled afterwards. */
function apply(mapping: ControlledMapping, enabled: boolean, settings: MappingSettings | undefined): void {
  if (!enabled) mapping.setEnabled(false);
  if (settings !== undefined) mapping.update?.(settings);
  if (enabled) mapping.setEnabled(true);
}

function statusOf({ configuration, state, lastModified }: Controlled): MappingStatus {
  return { configuration, state, lastModified };
}
