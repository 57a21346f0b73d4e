import assert from "node:assert/strict";
import { Encryption, type EncryptionArgs } from "../../components/encryption.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";
const PURPOSES = ["data", "messages", "notifications", "operations"];

/** Leaves the rest to the account's own policies. */
const ACCOUNT = {
  Sid: "Account",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:root" },
  Action: "kms:*",
  Resource: "*",
};

function encryption(preview = false, producers: EncryptionArgs["settings"]["producers"] = {}) {
  const args = {
    names: namesFor("lean-ops", "test"),
    settings: { deletionProtection: true, producers },
    placement: PLACEMENT,
  };
  return registrations(() => new Encryption("encryption", args), { preview });
}

async function statementsOf(purpose: string, preview = false): Promise<object[]> {
  return JSON.parse(inputsOf(await encryption(preview), KEY)[`encryption-${purpose}`]?.policy).Statement;
}

describe("Encryption", () => {
  it("makes a key for each group that shares one, a name for it, and nothing else", async () => {
    const made = PURPOSES.map((purpose) => `encryption-${purpose}`);
    assert.deepEqual(namesByType(await encryption()), {
      [ALIAS]: made,
      [KEY]: made,
      "lean-ops:index:Encryption": ["encryption"],
    });
  });

  it("turns each key over every year, and takes a month to delete it", async () => {
    const keys = inputsOf(await encryption(), KEY);
    const descriptions = new Set(Object.values(keys).map(({ description }) => description));
    assert.equal(descriptions.size, PURPOSES.length);
    for (const { policy: _, description, ...inputs } of Object.values(keys)) {
      assert.match(description, /of lean-ops-test/);
      assert.deepEqual(inputs, { enableKeyRotation: true, deletionWindowInDays: 30 });
    }
  });

  it("lets the account's own policies say who uses the key of data, and of services the delivery of the machine's logs", async () => {
    assert.deepEqual(await statementsOf("data"), [
      ACCOUNT,
      {
        Sid: "MachineLogs",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["kms:Decrypt"],
        Resource: "*",
        Condition: { StringLike: { "kms:EncryptionContext:SourceArn": "arn:aws:logs:eu-west-1:123456789012:*" } },
      },
    ]);
  });

  it("lets the error bucket of this account tell the queue of its files", async () => {
    assert.deepEqual(await statementsOf("messages"), [
      ACCOUNT,
      {
        Sid: "ErrorBucketTells",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:SourceArn": "arn:aws:s3:::lean-ops-test-errors-123456789012" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });

  it("lets producers encrypt what they send, through SQS or for their source, and nothing else", async () => {
    const found = await encryption(false, {
      shop: { role: "arn:aws:iam::210987654321:role/shop" },
      drop: { service: "s3", source: "arn:aws:s3:::drop" },
    });
    const right = { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: "*" };
    assert.deepEqual(JSON.parse(inputsOf(found, KEY)["encryption-messages"]?.policy).Statement.slice(2), [
      {
        ...right,
        Sid: "Producers",
        Principal: { AWS: ["arn:aws:iam::210987654321:role/shop"] },
        Condition: { StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" } },
      },
      {
        ...right,
        Sid: "ProducersByS3",
        Principal: { Service: "s3.amazonaws.com" },
        Condition: {
          ArnEquals: { "aws:SourceArn": ["arn:aws:s3:::drop"] },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });

  it("lets this account's alarms publish", async () => {
    assert.deepEqual(await statementsOf("notifications"), [
      ACCOUNT,
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

  it("lets CloudWatch Logs encrypt this stack's log groups, and no others", async () => {
    const logs = "arn:aws:logs:eu-west-1:123456789012:log-group:";
    assert.deepEqual(await statementsOf("operations"), [
      ACCOUNT,
      {
        Sid: "Logs",
        Effect: "Allow",
        Principal: { Service: "logs.eu-west-1.amazonaws.com" },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": [
              `${logs}/aws/lambda/lean-ops-test-*`,
              `${logs}/aws/kinesisfirehose/lean-ops-test-*`,
              `${logs}/aws/vpc/lean-ops-test-*`,
              `${logs}/aws/vendedlogs/states/lean-ops-test-*`,
            ],
          },
        },
      },
    ]);
  });

  it("names each key after the stack and what it encrypts", async () => {
    const aliases = inputsOf(await encryption(), ALIAS);
    for (const purpose of PURPOSES) {
      const { name, targetKeyId } = aliases[`encryption-${purpose}`] ?? {};
      assert.equal(name, `alias/lean-ops-test-${purpose}`);
      assert.match(targetKeyId, /^[0-9a-f-]{36}$/);
    }
  });

  it("knows the keys' policies in a preview already", async () => {
    assert.equal((await statementsOf("messages", true)).length, 2);
    assert.equal((await statementsOf("operations", true)).length, 2);
  });
});
