import assert from "node:assert/strict";
import * as glue from "@pulumi/aws/glue/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Delivery, type DeliveryArgs } from "../../components/delivery.ts";
import { namesFor } from "../../settings/names.ts";
import { inputsOf, namesByType, PLACEMENT, registrations } from "../support/mocks.ts";
import { ACCESS_LOGS, COMMON_STATEMENTS, FUNCTION_DEFAULTS, KEYS, keyStatement } from "../support/security.ts";

const FUNCTION = "aws:lambda/function:Function";
const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const PERMISSION = "aws:lambda/permission:Permission";

const names = namesFor("lean-ops", "test");
const transform = { timeoutSeconds: 40, memoryMb: 256, bufferSeconds: 0, bufferMb: 0.5 };
const settings: DeliveryArgs["settings"] = {
  topics: {
    "order-events": { maximumConcurrency: 2, columns: [], required: [], retired: false },
    payments: { maximumConcurrency: 2, columns: [], required: [], retired: false },
  },
  delivery: { bufferSeconds: 5, bufferMb: 16, retrySeconds: 3600, transform },
  logs: { retentionDays: 7 },
  deletionProtection: true,
};

function delivery(more: Partial<typeof transform> = {}, preview = false) {
  const program = () => {
    const rawDatabase = new glue.CatalogDatabase("raw", { name: names.database("raw") });
    const tableOf = (topic: string) =>
      new glue.CatalogTable(topic, { name: names.table(topic), databaseName: rawDatabase.name });
    new Delivery("delivery", {
      names,
      settings: { ...settings, delivery: { ...settings.delivery, transform: { ...transform, ...more } } },
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      keys: KEYS,
      accessLogs: ACCESS_LOGS,
      lakeBucket: new s3.Bucket("lake", { bucket: "lean-ops-test-lake" }),
      rawDatabase,
      rawTables: { "order-events": tableOf("order-events"), payments: tableOf("payments") },
    });
  };
  return registrations(program, { preview });
}

async function stream(more: Partial<typeof transform> = {}) {
  return inputsOf(await delivery(more), STREAM)["delivery-stream"];
}

describe("Delivery", () => {
  it("makes a stream with its role, logs, transform and error bucket", async () => {
    const made = namesByType(await delivery());
    assert.deepEqual(made[STREAM], ["delivery-stream"]);
    assert.deepEqual(made[FUNCTION], ["delivery-firehose-transform-function"]);
    assert.deepEqual(made["aws:iam/role:Role"], ["delivery-firehose-transform-role", "delivery-role"]);
    assert.deepEqual(made["lean-ops:index:HardenedBucket"], ["delivery-errors"]);
    assert.deepEqual(made["aws:cloudwatch/logGroup:LogGroup"], ["delivery-firehose-transform-logs", "delivery-logs"]);
    assert.deepEqual(made["aws:cloudwatch/logStream:LogStream"], ["delivery-log-stream"]);
  });

  it("delivers to Iceberg, append only, and keeps what it cannot deliver", async () => {
    const role = "arn:aws:iam::123456789012:role/lean-ops-test-delivery";
    const logging = {
      enabled: true,
      logGroupName: "/aws/kinesisfirehose/lean-ops-test-events",
      logStreamName: "DestinationDelivery",
    };
    assert.deepEqual(await stream(), {
      name: "lean-ops-test-events",
      destination: "iceberg",
      serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: KEYS.data },
      icebergConfiguration: {
        appendOnly: true,
        catalogArn: "arn:aws:glue:eu-west-1:123456789012:catalog",
        roleArn: role,
        bufferingInterval: 5,
        bufferingSize: 16,
        retryDuration: 3600,
        s3BackupMode: "FailedDataOnly",
        cloudwatchLoggingOptions: logging,
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "Lambda",
              parameters: [
                {
                  parameterName: "LambdaArn",
                  parameterValue:
                    "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-firehose-transform:$LATEST",
                },
                { parameterName: "BufferSizeInMBs", parameterValue: "0.5" },
                { parameterName: "BufferIntervalInSeconds", parameterValue: "0" },
              ],
            },
          ],
        },
        s3Configuration: {
          roleArn: role,
          bucketArn: "arn:aws:s3:::lean-ops-test-errors-123456789012",
          errorOutputPrefix: "failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
          bufferingInterval: 5,
          bufferingSize: 16,
          cloudwatchLoggingOptions: logging,
        },
      },
    });
  });

  it("does not name Firehose's own defaults, which would be a change at every `pulumi up`", async () => {
    const { processors } =
      (await stream({ bufferMb: 1, bufferSeconds: 60 }))?.icebergConfiguration.processingConfiguration ?? {};
    assert.deepEqual(
      processors[0].parameters.map(({ parameterName }: { parameterName: string }) => parameterName),
      ["LambdaArn"],
    );
  });

  it("gives the transform the topics that may pass, as a file, and the RAW database", async () => {
    const inputs = inputsOf(await delivery(), FUNCTION)["delivery-firehose-transform-function"];
    assert.deepEqual(inputs?.environment.variables, {
      RAW_DATABASE: "lean_ops_test_raw",
    });
    assert.equal(inputs.timeout, 40);
    assert.equal(inputs.memorySize, 256);
    const assets = await (inputs.code as pulumi.asset.AssetArchive).assets;
    const text = await (assets["topics.json"] as pulumi.asset.StringAsset).text;
    assert.deepEqual(JSON.parse(text), { "order-events": "order_events", payments: "payments" });
  });

  it("reserves no concurrency for the transform: Firehose gives a batch up after three refusals", async () => {
    const inputs = inputsOf(await delivery(), FUNCTION)["delivery-firehose-transform-function"];
    assert.equal("reservedConcurrentExecutions" in (inputs ?? {}), false);
  });

  it("lets Firehose invoke the transform by its role, not by a permission on the function", async () => {
    assert.deepEqual(inputsOf(await delivery(), PERMISSION), {});
  });

  it("gives the transform no permission besides its logs and traces", async () => {
    const inputs = inputsOf(await delivery(), ROLE_POLICY)["delivery-firehose-transform-policy"];
    const sids = JSON.parse(inputs?.policy).Statement.map(({ Sid }: { Sid: string }) => Sid);
    assert.deepEqual(sids, COMMON_STATEMENTS);
  });

  it("trusts the stream's role to Firehose alone", async () => {
    const inputs = inputsOf(await delivery(), "aws:iam/role:Role")["delivery-role"];
    assert.deepEqual(JSON.parse(inputs?.assumeRolePolicy).Statement, [
      { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("lets the stream reach the RAW tables, their files, its error files, the transform and its log, and no more", async () => {
    const inputs = inputsOf(await delivery(), ROLE_POLICY)["delivery-policy"];
    assert.equal(inputs?.role, "lean-ops-test-delivery");
    assert.deepEqual(JSON.parse(inputs.policy).Statement, [
      {
        Sid: "RawTables",
        Effect: "Allow",
        Action: ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"],
        Resource: [
          "arn:aws:glue:eu-west-1:123456789012:catalog",
          "arn:aws:glue:eu-west-1:123456789012:database/lean_ops_test_raw",
          "arn:aws:glue:eu-west-1:123456789012:table/lean_ops_test_raw/*",
        ],
      },
      {
        Sid: "Buckets",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: ["arn:aws:s3:::lean-ops-test-lake", "arn:aws:s3:::lean-ops-test-errors-123456789012"],
      },
      {
        Sid: "TableFiles",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: "arn:aws:s3:::lean-ops-test-lake/raw/*",
      },
      {
        Sid: "ErrorFiles",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        Resource: "arn:aws:s3:::lean-ops-test-errors-123456789012/*",
      },
      {
        Sid: "Transform",
        Effect: "Allow",
        Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
        Resource: "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-test-firehose-transform:$LATEST",
      },
      keyStatement("FilesKey", "data", ["GenerateDataKey", "Decrypt"], ["s3"]),
      {
        Sid: "Logs",
        Effect: "Allow",
        Action: "logs:PutLogEvents",
        Resource:
          "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/kinesisfirehose/lean-ops-test-events:log-stream:DestinationDelivery",
      },
    ]);
  });

  it("can be previewed", async () => {
    const found = await delivery({}, true);
    assert.equal(inputsOf(found, STREAM)["delivery-stream"]?.name, "lean-ops-test-events");
    assert(pulumi.isUnknown(inputsOf(found, ROLE_POLICY)["delivery-policy"]?.policy));
  });
});
