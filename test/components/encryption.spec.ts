import assert from "node:assert/strict";
import { Encryption } from "../../components/encryption.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";

function encryption(preview = false) {
  const args = {
    names: namesFor("lean-ops", "test"),
    settings: { deletionProtection: true },
    placement: PLACEMENT,
  };
  return registrations(() => new Encryption("encryption", args), { preview });
}

describe("Encryption", () => {
  it("makes a key, and a name for it", async () => {
    assert.deepEqual(namesByType(await encryption()), {
      [ALIAS]: ["encryption-notifications"],
      [KEY]: ["encryption-notifications"],
      "lean-ops:index:Encryption": ["encryption"],
    });
  });

  it("turns the key over every year, and takes a month to delete it", async () => {
    const { policy: _, ...inputs } = inputsOf(await encryption(), KEY)["encryption-notifications"] ?? {};
    assert.deepEqual(inputs, {
      description: "Encrypts what the alarms of lean-ops-test publish",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
  });

  it("lets the account's own policies say who uses the key, and its alarms publish", async () => {
    const inputs = inputsOf(await encryption(), KEY)["encryption-notifications"];
    assert.deepEqual(JSON.parse(inputs?.policy).Statement, [
      {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  });

  it("names the key after the stack", async () => {
    const { name, targetKeyId } = inputsOf(await encryption(), ALIAS)["encryption-notifications"] ?? {};
    assert.equal(name, "alias/lean-ops-test-notifications");
    assert.match(targetKeyId, /^[0-9a-f-]{36}$/);
  });

  it("knows the key's policy in a preview already", async () => {
    const inputs = inputsOf(await encryption(true), KEY)["encryption-notifications"];
    assert.equal(JSON.parse(inputs?.policy).Statement.length, 2);
  });
});
