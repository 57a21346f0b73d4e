import { randomUUID } from "node:crypto";
import type { DistributedMapState, InlineMapState, States } from "./definition.ts";
import type { Place } from "./place.ts";
import { readArray, readInteger, readNumber, readObjectTemplate, readTemplate, type Template } from "./template.ts";
import { VariableScope } from "./variable-scope.ts";

/** Of inline Maps: "up to 40 concurrent iterations", https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export const MAX_ITERATIONS = 40;

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const MAX_CHILDREN = 10_000;
const LABEL = /^[^\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]{1,40}$/u;

const PROCESSOR = ["ProcessorConfig", "StartAt", "States"];

const NOTHING: Template = { evaluate: async () => ({}) };

type MapFields<M> = Omit<M, "name" | "next" | "output" | "assign" | "retriers" | "catchers">;

export interface MapReaders {
  /** Reads the states of a processor. */
  states(processor: Place): States;
  /** Properties that every task and Map has. */
  common: readonly string[];
}

/** What a Map has of its own, in either mode. */
export function readMap(state: Place, readers: MapReaders): MapFields<InlineMapState> | MapFields<DistributedMapState> {
  const config = state.object("ItemProcessor").object("ProcessorConfig");
  return config.inputs.choice("Mode", ["INLINE", "DISTRIBUTED"]) === "DISTRIBUTED"
    ? readDistributed(state, readers)
    : readInline(state, readers);
}

function readInline(state: Place, { states, common }: MapReaders): MapFields<InlineMapState> {
  state.only([...common, "Items", "ItemSelector", "ItemProcessor", "MaxConcurrency"]);
  if (!state.has("Items")) state.refuse("Items", "is required");
  const processor = state.object("ItemProcessor", new VariableScope(state.scope));
  processor.only(PROCESSOR);
  processor.object("ProcessorConfig").only(["Mode"]);
  return {
    type: "Map",
    mode: "INLINE",
    items: readArray(state, "Items") ?? { evaluate: async () => [] },
    itemSelector: readTemplate(state, "ItemSelector", ["input", "context"]),
    maxConcurrency: readInteger(state, "MaxConcurrency", { min: 0, max: MAX_ITERATIONS }),
    processor: states(processor),
  };
}

function readDistributed(state: Place, { states, common }: MapReaders): MapFields<DistributedMapState> {
  const own = ["ItemReader", "ItemSelector", "ItemProcessor", "ResultWriter", "MaxConcurrency", "Label"];
  state.only([...common, ...own, "ToleratedFailurePercentage", "ToleratedFailureCount"]);
  // Its states are executions of their own, which see no variables from outside.
  const processor = state.object("ItemProcessor", new VariableScope());
  processor.only(PROCESSOR);
  const config = processor.object("ProcessorConfig");
  config.only(["Mode", "ExecutionType"]);
  config.inputs.text("ExecutionType", /^STANDARD$/);
  const read = {
    type: "Map",
    mode: "DISTRIBUTED",
    label: state.has("Label") ? state.inputs.text("Label", LABEL) : randomUUID(),
    reader: readReader(state),
    writer: readS3(state.object("ResultWriter"), "putObject", "Prefix"),
    itemSelector: readTemplate(state, "ItemSelector", ["input", "context"]),
    maxConcurrency: readInteger(state, "MaxConcurrency", { min: 0, max: MAX_CHILDREN }),
    toleratedFailurePercentage: readNumber(state, "ToleratedFailurePercentage", { min: 0, max: 100 }),
    toleratedFailureCount: readInteger(state, "ToleratedFailureCount", { min: 0, max: Number.MAX_SAFE_INTEGER }),
    processor: states(processor),
  } as const;
  processor.scope.check();
  return read;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html: one JSON array. */
function readReader(state: Place): Template {
  const reader = state.object("ItemReader");
  const config = reader.object("ReaderConfig");
  config.only(["InputType"]);
  config.inputs.text("InputType", /^JSON$/);
  return readS3(reader, "getObject", "Key", ["ReaderConfig"]);
}

function readS3(place: Place, action: string, member: "Key" | "Prefix", more: readonly string[] = []): Template {
  place.only(["Resource", "Arguments", ...more]);
  place.inputs.text("Resource", new RegExp(`^arn:aws:states:::s3:${action}$`));
  const template = readObjectTemplate(place, "Arguments", ["input", "context"]);
  const given = place.object("Arguments");
  given.only(["Bucket", member]);
  for (const name of ["Bucket", member]) {
    if (!given.has(name)) given.refuse(name, "is required");
  }
  return template ?? NOTHING;
}
