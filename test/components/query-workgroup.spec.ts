import assert from "node:assert/strict";
import { QueryWorkgroup } from "../../components/query-workgroup.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, PLACEMENT, registrations } from "../support/mocks.ts";
import { ACCESS_LOGS, KEYS } from "../support/security.ts";

const WORKGROUP = "aws:athena/workgroup:Workgroup";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function queries({ deletionProtection = true, preview = false } = {}) {
  const settings = { lake: { optimizers: "table" as const, scanLimitGb: 250, resultDays: 14 }, deletionProtection };
  const args = {
    names: namesFor("lean-ops", "test"),
    settings,
    placement: PLACEMENT,
    key: KEYS.data,
    accessLogs: ACCESS_LOGS,
  };
  return registrations(() => new QueryWorkgroup("queries", args), { preview });
}

describe("QueryWorkgroup", () => {
  it("holds every client to its place for answers, its key and its limit", async () => {
    assert.deepEqual(inputsOf(await queries(), WORKGROUP), {
      "queries-workgroup": {
        name: "lean-ops-test",
        description: "Queries of lean-ops-test: analysts' and the refinery's",
        forceDestroy: false,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: 250_000_000_000,
          engineVersion: { selectedEngineVersion: "Athena engine version 3" },
          resultConfiguration: {
            outputLocation: "s3://lean-ops-test-queries-123456789012/answers/",
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: KEYS.data },
          },
        },
      },
    });
  });

  it("forgets answers after as many days as the settings say, and old versions of them after one", async () => {
    const [{ rules } = { rules: [] }] = Object.values(inputsOf(await queries(), LIFECYCLE));
    const text = JSON.stringify(rules);
    assert.match(text, /"expiration":\{"days":14\}/);
    assert.match(text, /"noncurrentVersionExpiration":\{"noncurrentDays":1\}/);
  });

  it("can be deleted with its queries where the stack may", async () => {
    const found = await queries({ deletionProtection: false });
    assert.equal(inputsOf(found, WORKGROUP)["queries-workgroup"]?.forceDestroy, true);
  });

  it("knows in a preview where answers will be", async () => {
    const { configuration } = inputsOf(await queries({ preview: true }), WORKGROUP)["queries-workgroup"] ?? {};
    const { outputLocation } = configuration.resultConfiguration;
    assert.equal(outputLocation, "s3://lean-ops-test-queries-123456789012/answers/");
  });
});
