import type { Definition } from "./definition/definition.ts";

/** A state machine, as `CreateStateMachine` would take it. */
export interface StateMachineConfiguration {
  name: string;
  arn: string;
  roleArn: string;
  /** As the program gave it: JSON text. */
  definitionText: string;
  definition: Definition;
}
