import { ENGINE_VERSION, type Workgroup } from "./workgroup.ts";

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroup.html */
export function describeWorkgroup(workgroup: Workgroup): unknown {
  const { name, description, enabled, enforced, results, scanLimit, publishesMetrics } = workgroup;
  const { outputLocation, encryption } = results;
  return {
    Name: name,
    State: enabled ? "ENABLED" : "DISABLED",
    Description: description,
    Configuration: {
      ResultConfiguration: {
        OutputLocation: outputLocation,
        EncryptionConfiguration: encryption && { EncryptionOption: encryption.option, KmsKey: encryption.kmsKey },
      },
      EnforceWorkGroupConfiguration: enforced,
      PublishCloudWatchMetricsEnabled: publishesMetrics,
      BytesScannedCutoffPerQuery: scanLimit,
      RequesterPaysEnabled: false,
      EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: ENGINE_VERSION },
    },
  };
}
