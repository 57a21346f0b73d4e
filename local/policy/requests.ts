import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Registration } from "../graph/registration.ts";

/** Asks about one resource before it is made. */
export function analyzeRequest(registration: Registration): analyzer.AnalyzeRequest {
  const request = new analyzer.AnalyzeRequest();
  request.setType(registration.type);
  request.setUrn(registration.urn);
  request.setName(registration.name);
  request.setProperties(structOf(registration.inputs));
  request.setOptions(optionsOf(registration));
  return request;
}

/** Asks about a stack whose resources are all made, or previewed. */
export function analyzeStackRequest(registrations: readonly Registration[]): analyzer.AnalyzeStackRequest {
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(registrations.map(resourceOf));
  return request;
}

function resourceOf(registration: Registration): analyzer.AnalyzerResource {
  const resource = new analyzer.AnalyzerResource();
  resource.setType(registration.type);
  resource.setUrn(registration.urn);
  resource.setName(registration.name);
  resource.setProperties(structOf(registration.outputs));
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

function structOf(properties: Record<string, unknown>): structs.Struct {
  return structs.Struct.fromJavaScript(properties as Parameters<typeof structs.Struct.fromJavaScript>[0]);
}
