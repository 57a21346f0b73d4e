import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import protobuf from "protobufjs/minimal.js";
import type { Registration } from "../graph/registration.ts";
import { writeStruct } from "./struct.ts";

/** Of the properties in AnalyzeRequest and in AnalyzerResource, as a length-delimited field. */
const PROPERTIES = (2 << 3) | 2;
/** Of each resource in AnalyzeStackRequest. */
const RESOURCE = (1 << 3) | 2;

/**
 * Asks about one resource before it is made: an AnalyzeRequest in protobuf's encoding, in which a message's fields may
 * follow each other in any order, and in parts.
 */
export function analyzeRequest(registration: Registration): Uint8Array {
  const request = new analyzer.AnalyzeRequest();
  request.setType(registration.type);
  request.setUrn(registration.urn);
  request.setName(registration.name);
  request.setOptions(optionsOf(registration));
  return withProperties(request, registration.inputs);
}

/** Asks about a stack whose resources are all made, or previewed: an AnalyzeStackRequest in protobuf's encoding. */
export function analyzeStackRequest(registrations: readonly Registration[]): Uint8Array {
  const writer = new protobuf.Writer();
  for (const registration of registrations) {
    writer.uint32(RESOURCE).bytes(withProperties(resourceOf(registration), registration.outputs));
  }
  return writer.finish();
}

/** The message without its properties, and these after it: Pulumi's own classes take ten times as long for them. */
function withProperties(message: { serializeBinary(): Uint8Array }, properties: object): Uint8Array {
  const writer = new protobuf.Writer().uint32(PROPERTIES).fork();
  writeStruct(writer, properties);
  return Buffer.concat([message.serializeBinary(), writer.ldelim().finish()]);
}

function resourceOf(registration: Registration): analyzer.AnalyzerResource {
  const resource = new analyzer.AnalyzerResource();
  resource.setType(registration.type);
  resource.setUrn(registration.urn);
  resource.setName(registration.name);
  resource.setOptions(optionsOf(registration));
  resource.setParent(registration.parent ?? "");
  resource.setDependenciesList([...registration.dependencies]);
  for (const [property, urns] of Object.entries(registration.propertyDependencies)) {
    const dependencies = new analyzer.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    resource.getPropertydependenciesMap().set(property, dependencies);
  }
  return resource;
}

function optionsOf(registration: Registration): analyzer.AnalyzerResourceOptions {
  const options = new analyzer.AnalyzerResourceOptions();
  options.setProtect(registration.protect);
  options.setIgnorechangesList([...registration.ignoreChanges]);
  options.setAliasesList([...registration.aliases]);
  options.setParent(registration.parent ?? "");
  return options;
}
