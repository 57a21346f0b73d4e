import type { Integration } from "../integrations/integration.ts";
import type { Template, Typed } from "./template.ts";

/**
 * A state machine as it was read: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html.
 * What is not here, the local cloud does not have.
 */
export interface Definition extends States {
  /** For a whole execution; undefined: no limit. */
  timeoutSeconds: number | undefined;
}

/** The states of a machine, or of a Map's processor. */
export interface States {
  startAt: string;
  byName: ReadonlyMap<string, State>;
}

/** What a state hands on. */
export interface Outcome {
  /** Undefined: the result of a task or a Map, the input of any other state. */
  output: Template | undefined;
  /** Evaluates to an object, variables by their name. */
  assign: Template | undefined;
}

interface Flow extends Outcome {
  /** Undefined: the end. */
  next: string | undefined;
}

export interface Retrier {
  errors: readonly string[];
  intervalSeconds: number;
  maxAttempts: number;
  backoffRate: number;
  maxDelaySeconds: number;
  /** Full jitter, or none. */
  jitter: boolean;
}

export interface Catcher extends Outcome {
  errors: readonly string[];
  next: string;
}

/** What a state does about its errors. */
export interface Recovery {
  retriers: readonly Retrier[];
  catchers: readonly Catcher[];
}

export interface TaskState extends Flow, Recovery {
  type: "Task";
  name: string;
  integration: Integration;
  arguments: Template;
  timeoutSeconds: Typed<number> | undefined;
}

interface AnyMap extends Flow, Recovery {
  type: "Map";
  name: string;
  processor: States;
  itemSelector: Template | undefined;
  /** 0: as many as there may be. */
  maxConcurrency: Typed<number> | undefined;
}

export interface InlineMapState extends AnyMap {
  mode: "INLINE";
  items: Typed<readonly unknown[]>;
}

/** Items come from a JSON array in S3, and results go to S3. */
export interface DistributedMapState extends AnyMap {
  mode: "DISTRIBUTED";
  /** In the names of its Map Runs. */
  label: string;
  /** Evaluates to an object with `Bucket` and `Key`. */
  reader: Template;
  /** Evaluates to an object with `Bucket` and `Prefix`. */
  writer: Template;
  toleratedFailurePercentage: Typed<number> | undefined;
  toleratedFailureCount: Typed<number> | undefined;
}

export interface ChoiceState {
  type: "Choice";
  name: string;
  rules: readonly (Outcome & { condition: Typed<boolean>; next: string })[];
  /** Where no rule holds. */
  otherwise: (Outcome & { next: string }) | undefined;
}

export interface PassState extends Flow {
  type: "Pass";
  name: string;
}

export interface WaitState extends Flow {
  type: "Wait";
  name: string;
  wait: { seconds: Typed<number> } | { timestamp: Typed<string> };
}

export interface SucceedState {
  type: "Succeed";
  name: string;
  output: Template | undefined;
}

export interface FailState {
  type: "Fail";
  name: string;
  error: Typed<string> | undefined;
  cause: Typed<string> | undefined;
}

export type State =
  | TaskState
  | InlineMapState
  | DistributedMapState
  | ChoiceState
  | PassState
  | WaitState
  | SucceedState
  | FailState;
