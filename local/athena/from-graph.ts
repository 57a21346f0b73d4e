import { Inputs, refuseAll } from "../graph/inputs.ts";
import { type GraphResource, ofType, type StackGraph } from "../graph/types.ts";
import { ENGINE_VERSION, outputLocation, type ResultConfiguration, type Workgroup } from "./workgroup.ts";

/** Inputs of `athena.WorkgroupArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  forceDestroy: "the workgroup ends with the run",
  region: "the whole stack is in one region",
  tags: "nothing reads them",
  "configuration.enableMinimumEncryptionConfiguration": "results never leave this machine's memory",
  "configuration.requesterPaysEnabled": "nobody pays",
  "configuration.resultConfiguration.expectedBucketOwner": "there is one account",
  "configuration.resultConfiguration.aclConfiguration": "there is one account",
};

/** The provider's bound; the API takes 10,000,000 too. */
const MIN_SCAN_LIMIT = 10 * 1024 * 1024;

/**
 * The workgroups of a stack.
 *
 * @throws ResourceError with every problem of every workgroup: what AWS would refuse, and inputs that are not known here.
 */
export function workgroupsOf(graph: StackGraph): Workgroup[] {
  const problems: string[] = [];
  const workgroups = ofType(graph, "aws:athena/workgroup:Workgroup").map((resource) => read(resource, problems));
  refuseAll(problems);
  return workgroups;
}

function read(resource: GraphResource, problems: string[]): Workgroup {
  const inputs = Inputs.of(resource, problems);
  inputs.only(["name", "description", "state", "configuration"], ignoredInputs);
  const configuration = inputs.object("configuration");
  configuration.only(
    [
      "bytesScannedCutoffPerQuery",
      "enforceWorkgroupConfiguration",
      "engineVersion",
      "publishCloudwatchMetricsEnabled",
      "resultConfiguration",
    ],
    ignoredInputs,
  );
  const engine = configuration.object("engineVersion");
  engine.only(["selectedEngineVersion"]);
  engine.choice("selectedEngineVersion", ["AUTO", ENGINE_VERSION]);
  return {
    name: inputs.text("name", /^[a-zA-Z0-9._-]{1,128}$/),
    description: inputs.optionalText("description"),
    enabled: inputs.choice("state", ["ENABLED", "DISABLED"]) === "ENABLED",
    enforced: isOn(configuration, "enforceWorkgroupConfiguration"),
    publishesMetrics: isOn(configuration, "publishCloudwatchMetricsEnabled"),
    scanLimit: configuration.optionalInteger("bytesScannedCutoffPerQuery", {
      min: MIN_SCAN_LIMIT,
      max: Number.MAX_SAFE_INTEGER,
    }),
    results: readResults(configuration.object("resultConfiguration")),
  };
}

/** A switch that is on where the program says nothing, as the provider has it. */
function isOn(configuration: Inputs, property: string): boolean {
  const value = configuration.value(property) ?? true;
  if (typeof value !== "boolean") configuration.refuse(property, `must be true or false, is ${JSON.stringify(value)}`);
  return value === true;
}

function readResults(results: Inputs): ResultConfiguration {
  results.only(["outputLocation", "encryptionConfiguration"], ignoredInputs);
  const given = results.optionalText("outputLocation");
  const location = given === undefined ? undefined : outputLocation(given);
  if (given !== undefined && location === undefined)
    results.refuse("outputLocation", `must be an S3 path, is ${given}`);
  if (results.value("encryptionConfiguration") === undefined)
    return { outputLocation: location, encryption: undefined };
  const encryption = results.object("encryptionConfiguration");
  encryption.only(["encryptionOption", "kmsKeyArn"]);
  const option = encryption.choice("encryptionOption", ["SSE_S3", "SSE_KMS", "CSE_KMS"]);
  const kmsKey = encryption.optionalText("kmsKeyArn");
  if ((option === "SSE_S3") !== (kmsKey === undefined)) {
    encryption.refuse("kmsKeyArn", option === "SSE_S3" ? "SSE_S3 has no key of yours" : `${option} needs a key`);
  }
  return { outputLocation: location, encryption: { option, kmsKey } };
}
