import assert from "node:assert/strict";
import { workgroupsOf } from "../../../local/athena/from-graph.ts";
import { graphOf } from "../../support/graph.ts";

const workgroup = (inputs: Record<string, unknown>) => {
  return graphOf([
    { type: "aws:athena/workgroup:Workgroup", name: "refinery", inputs: { name: "refinery", ...inputs } },
  ]);
};

describe("workgroupsOf", () => {
  it("reads a workgroup with everything", () => {
    const graph = workgroup({
      description: "The refinery's queries",
      state: "DISABLED",
      forceDestroy: true,
      tags: { team: "data" },
      configuration: {
        bytesScannedCutoffPerQuery: 10_737_418_240,
        enforceWorkgroupConfiguration: false,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        publishCloudwatchMetricsEnabled: false,
        requesterPaysEnabled: false,
        resultConfiguration: {
          outputLocation: "s3://results/athena",
          encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: "arn:aws:kms:key" },
        },
      },
    });
    assert.deepEqual(workgroupsOf(graph), [
      {
        name: "refinery",
        description: "The refinery's queries",
        enabled: false,
        enforced: false,
        publishesMetrics: false,
        scanLimit: 10_737_418_240,
        results: {
          outputLocation: "s3://results/athena/",
          encryption: { option: "SSE_KMS", kmsKey: "arn:aws:kms:key" },
        },
      },
    ]);
  });

  it("has the provider's defaults", () => {
    assert.deepEqual(workgroupsOf(workgroup({})), [
      {
        name: "refinery",
        description: undefined,
        enabled: true,
        enforced: true,
        publishesMetrics: true,
        scanLimit: undefined,
        results: { outputLocation: undefined, encryption: undefined },
      },
    ]);
  });

  it("lists everything wrong at once, with path, rule and value", () => {
    const graph = workgroup({
      name: "the refinery",
      state: "PAUSED",
      capacity: 4,
      configuration: {
        bytesScannedCutoffPerQuery: 1000,
        enforceWorkgroupConfiguration: "yes",
        engineVersion: { selectedEngineVersion: "Athena engine version 2" },
        executionRole: "arn:aws:iam::role",
        resultConfiguration: {
          outputLocation: "results",
          encryptionConfiguration: { encryptionOption: "SSE_KMS" },
        },
      },
    });
    assert.throws(
      () => workgroupsOf(graph),
      (error: Error) => {
        const at = 'aws:athena/workgroup:Workgroup "refinery": ';
        const results = "configuration.resultConfiguration.";
        assert.deepEqual(error.message.replaceAll(at, "").split("\n").toSorted(), [
          "capacity: not known to the local cloud",
          "configuration.bytesScannedCutoffPerQuery: must be a whole number from 10485760 to 9007199254740991, is 1000",
          'configuration.enforceWorkgroupConfiguration: must be true or false, is "yes"',
          "configuration.engineVersion.selectedEngineVersion: the local cloud has AUTO, Athena engine version 3, not Athena engine version 2",
          "configuration.executionRole: not known to the local cloud",
          `${results}encryptionConfiguration.kmsKeyArn: SSE_KMS needs a key`,
          `${results}outputLocation: must be an S3 path, is results`,
          'name: must match ^[a-zA-Z0-9._-]{1,128}$, is "the refinery"',
          "state: the local cloud has ENABLED, DISABLED, not PAUSED",
        ]);
        return true;
      },
    );
  });
});
