import { Inputs, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import type { StateMachineConfiguration } from "./configuration.ts";
import { readDefinition } from "./definition/read-definition.ts";

const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
const MAX_DEFINITION_BYTES = 1_048_576;

/** Inputs of `sfn.StateMachineArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  loggingConfiguration: "executions keep their history; nothing reads their logs",
  tracingConfiguration: "there are no traces",
  encryptionConfiguration: "executions never leave this machine's memory",
  publish: "there is one version, the program's",
  versionDescription: "as publish",
  region: "the whole stack is in one region, which the ARN names",
  tags: "nothing reads them",
};

/**
 * The stack's state machines.
 *
 * @throws ResourceError with everything that AWS would refuse, and all that the local cloud does not have: Express
 *   workflows, JSONPath, and states, fields and integrations that are not in `definition/definition.ts`.
 */
export function stateMachinesOf(graph: StackGraph): StateMachineConfiguration[] {
  const problems: string[] = [];
  const machines = ofType(graph, STATE_MACHINE).map((resource) => readMachine(resource, problems));
  refuseAll(problems);
  return machines;
}

function readMachine(resource: GraphResource, problems: string[]): StateMachineConfiguration {
  const inputs = Inputs.of(resource, problems);
  inputs.only(["name", "roleArn", "definition", "type"], ignoredInputs);
  inputs.choice("type", ["STANDARD"]);
  const definitionText = inputs.text("definition");
  const bytes = Buffer.byteLength(definitionText);
  if (bytes > MAX_DEFINITION_BYTES) {
    inputs.refuse("definition", `must have at most ${MAX_DEFINITION_BYTES} bytes, has ${bytes}`);
  }
  const definition: unknown = inputs.attempt("definition", () => JSON.parse(definitionText)) ?? {};
  const parsed = { ...resource, inputs: { ...resource.inputs, definition } };
  return {
    name: inputs.text("name", /^[0-9A-Za-z_-]{1,80}$/),
    arn: String(resource.state.arn),
    roleArn: inputs.text("roleArn", /^arn:aws:iam::\d{12}:role\/.+$/),
    definitionText,
    definition: readDefinition(definition, Inputs.of(parsed, problems).object("definition")),
  };
}
