import assert from "node:assert/strict";
import * as kinesis from "@pulumi/aws/kinesis/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { WaterBalance } from "../../components/water-balance.ts";
import { namesFor } from "../../settings/names.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { completed } from "../../settings/settings.ts";
import { inputsOf, namesByType, PLACEMENT, type Registration, registrations } from "../support/mocks.ts";
import { COMMON_STATEMENTS, FUNCTION_DEFAULTS, KEYS, keyStatement } from "../support/security.ts";
import { lakeParts } from "./refinery/parts.ts";

const FUNCTION = "aws:lambda/function:Function";
const ACCOUNT = "eu-west-1:123456789012";

const names = namesFor("lean-ops", "test");

function waterBalance(preview = false): Promise<Registration[]> {
  const balance = { days: 5, graceMinutes: 40, tolerancePercent: 2 };
  const program = () => {
    const lambdaOf = (name: Parameters<typeof names.functionName>[0]) =>
      new lambda.Function(name, { name: names.functionName(name), role: "arn" });
    new WaterBalance("balance", {
      names,
      settings: completed(settingsSchema.parse({ topics: { orders: {} }, balance })),
      placement: PLACEMENT,
      functionDefaults: FUNCTION_DEFAULTS,
      dataKey: KEYS.data,
      lake: lakeParts(),
      processor: lambdaOf("sqs-processor"),
      archiver: lambdaOf("dlq-processor"),
      deliveryStream: new kinesis.FirehoseDeliveryStream("stream", {
        name: names.deliveryStream,
        destination: "iceberg",
      }),
    });
  };
  return registrations(program, { preview });
}

describe("WaterBalance", () => {
  let found: Registration[];
  before(async () => {
    found = await waterBalance();
  });

  it("makes a function, and nothing that would call it: the refinery's machine does", () => {
    const made = Object.entries(namesByType(found)).flatMap(([type, all]) =>
      all.filter((name) => name.startsWith("balance")).map((name) => `${type} ${name}`),
    );
    assert.deepEqual(made, [
      "aws:cloudwatch/logGroup:LogGroup balance-logs",
      "aws:iam/role:Role balance-role",
      "aws:iam/rolePolicy:RolePolicy balance-policy",
      `${FUNCTION} balance-function`,
      "lean-ops:index:HardenedFunction balance",
      "lean-ops:index:WaterBalance balance",
    ]);
  });

  it("tells it what it compares, and how patient and how exact it is", () => {
    const { environment, timeout, memorySize } = inputsOf(found, FUNCTION)["balance-function"] ?? {};
    assert.deepEqual([timeout, memorySize], [120, 1024]);
    assert.deepEqual(environment.variables, {
      CURATED_DATABASE: "lean_ops_test_curated",
      SEMANTIC_DATABASE: "lean_ops_test_semantic",
      REFINERY_TABLE: "lean-ops-test-refinery",
      RESULTS_BUCKET: "lean-ops-test-queries",
      GRACE_MINUTES: "40",
      TOLERANCE_PERCENT: "2",
      BALANCE_DAYS: "5",
      PROCESSOR_FUNCTION: "lean-ops-test-sqs-processor",
      ARCHIVE_FUNCTION: "lean-ops-test-dlq-processor",
      DELIVERY_STREAM: "lean-ops-test-events",
    });
  });

  it("lets it read what the run left, and remember, and no more: it runs no query", () => {
    const { policy } = inputsOf(found, "aws:iam/rolePolicy:RolePolicy")["balance-policy"] ?? {};
    const statements: { Sid: string }[] = JSON.parse(policy).Statement;
    assert.deepEqual(
      statements.filter(({ Sid }) => !COMMON_STATEMENTS.includes(Sid)),
      [
        {
          Sid: "ReadRun",
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::lean-ops-test-queries/runs/*",
        },
        {
          Sid: "TellWhatIsMissing",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::lean-ops-test-queries",
        },
        {
          Sid: "ReadCatalog",
          Effect: "Allow",
          Action: "glue:GetTables",
          Resource: [
            `arn:aws:glue:${ACCOUNT}:catalog`,
            ...["curated", "semantic"].flatMap((layer) => [
              `arn:aws:glue:${ACCOUNT}:database/lean_ops_test_${layer}`,
              `arn:aws:glue:${ACCOUNT}:table/lean_ops_test_${layer}/*`,
            ]),
          ],
        },
        {
          Sid: "Remember",
          Effect: "Allow",
          Action: ["dynamodb:Query", "dynamodb:UpdateItem"],
          Resource: `arn:aws:dynamodb:${ACCOUNT}:table/lean-ops-test-refinery`,
        },
        { Sid: "ReadMetrics", Effect: "Allow", Action: "cloudwatch:GetMetricData", Resource: "*" },
        keyStatement("DataKey", "data", ["Decrypt"], ["s3", "dynamodb"]),
      ],
    );
  });

  it("can be previewed", async () => {
    const previewed = await waterBalance(true);
    assert.equal(inputsOf(previewed, FUNCTION)["balance-function"]?.timeout, 120);
    assert(pulumi.isUnknown(inputsOf(previewed, "aws:iam/rolePolicy:RolePolicy")["balance-policy"]?.policy));
  });
});
