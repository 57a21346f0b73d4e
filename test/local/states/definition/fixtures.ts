import { ResourceError } from "../../../../local/graph/inputs.ts";
import { INVOKE, machineOf, readMachine } from "../fixtures.ts";

export const pass = { Type: "Pass", End: true };
export const end = { Done: pass };
export const task = { Type: "Task", Resource: INVOKE, Arguments: { FunctionName: "plan" }, Next: "Done" };
export const processor = { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Inner", States: { Inner: pass } };
export const inline = { Type: "Map", Items: "{% $states.input %}", ItemProcessor: processor, Next: "Done" };

export const distributed = {
  Type: "Map",
  Label: "topics",
  ItemReader: {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSON" },
    Arguments: { Bucket: "results", Key: "{% $states.input.key %}" },
  },
  ItemProcessor: { ...processor, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
  MaxConcurrency: 4,
  ToleratedFailurePercentage: 100,
  ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Arguments: { Bucket: "results", Prefix: "runs" } },
  Next: "Done",
};

export function problemsOf(definition: unknown): readonly string[] {
  try {
    readMachine(definition);
  } catch (error) {
    if (error instanceof ResourceError) return error.problems;
    throw error;
  }
  return [];
}

/** Machines of one state and its end. */
export const withTask = (more: object) => machineOf({ Plan: { ...task, ...more }, ...end });
export const withInline = (more: object) => machineOf({ Each: { ...inline, ...more }, ...end });
export const withTopics = (more: object) => machineOf({ Topics: { ...distributed, ...more }, ...end });
