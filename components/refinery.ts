import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import * as pulumi from "@pulumi/pulumi";
import { RUNS_PREFIX } from "../functions/refinery-plan/plan-item.ts";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import type { Lake } from "./lake.ts";
import { DECRYPT, ENCRYPT, keyUse, type Placement, policyDocument } from "./policy.ts";
import { RateSchedule } from "./rate-schedule.ts";
import { refineryDefinition } from "./refinery/definition.ts";
import { machineStatements } from "./refinery/permissions.ts";
import { serviceRole } from "./service-role.ts";

export interface RefineryArgs {
  names: Names;
  settings: Pick<Settings, "topics" | "refinery" | "balance">;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  /** Of data. */
  dataKey: pulumi.Input<string>;
  lake: Pick<Lake, "bucket" | "databases" | "queries" | "progress">;
  waterBalance: lambda.Function;
}

/** Glue answers 100 tables at a time, so that 1,000 topics take some 50 calls, three at the same time. */
const PLAN_TIMEOUT_SECONDS = 120;

/** The longest that Step Functions allows: fewer calls of KMS. */
const DATA_KEY_REUSE_SECONDS = 900;

/**
 * What brings RAW to CURATED and SEMANTIC, and counts: a state machine on a schedule, and the function that plans its
 * runs.
 */
export class Refinery extends pulumi.ComponentResource {
  readonly plan: HardenedFunction;
  readonly machine: sfn.StateMachine;

  constructor(name: string, args: RefineryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Refinery", name, {}, opts);
    const { names, settings, placement, lake } = args;

    this.plan = this.#planFunction(name, args);

    const logGroup = new cloudwatch.LogGroup(
      `${name}-machine-logs`,
      {
        name: `/aws/vendedlogs/states/${names.refineryMachine}`,
        retentionInDays: args.functionDefaults.logRetentionDays,
        kmsKeyId: args.functionDefaults.key,
      },
      { parent: this },
    );
    const { role, policy } = serviceRole(
      name,
      {
        roleName: names.refineryMachine,
        trust: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "states.amazonaws.com" },
            Action: "sts:AssumeRole",
            // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy
            Condition: { StringEquals: { "aws:SourceAccount": placement.account } },
          },
        ]),
        statements: machineStatements({ ...args, functions: [this.plan.function, args.waterBalance], logGroup }),
        placement,
      },
      this,
    );

    this.machine = new sfn.StateMachine(
      `${name}-machine`,
      {
        name: names.refineryMachine,
        roleArn: role.arn,
        type: "STANDARD",
        definition: pulumi.jsonStringify(
          refineryDefinition({
            progressTable: lake.progress.name,
            planFunction: this.plan.function.name,
            balanceFunction: args.waterBalance.name,
            workgroup: lake.queries.workgroup.name,
            bucket: lake.queries.bucket.bucket,
            concurrency: settings.refinery.concurrency,
          }),
        ),
        loggingConfiguration: {
          level: "ALL",
          // Statements are long, and in the plan.
          includeExecutionData: false,
          logDestination: pulumi.interpolate`${logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
        encryptionConfiguration: {
          type: "CUSTOMER_MANAGED_KMS_KEY",
          kmsKeyId: args.dataKey,
          kmsDataKeyReusePeriodSeconds: DATA_KEY_REUSE_SECONDS,
        },
      },
      // Step Functions tries the role's right to write logs when a machine is made.
      { parent: this, dependsOn: [policy] },
    );

    new RateSchedule(
      `${name}-schedule`,
      {
        scheduleName: names.refinerySchedule,
        roleName: names.refineryScheduleRole,
        description: "Has the tables refined and counted",
        everyMinutes: settings.refinery.everyMinutes,
        target: { arn: this.machine.arn, action: "states:StartExecution" },
        input: {},
        placement,
      },
      { parent: this },
    );

    this.registerOutputs();
  }

  #planFunction(name: string, { names, settings, placement, lake, ...args }: RefineryArgs): HardenedFunction {
    const { refinery, balance } = settings;
    const { raw, curated, semantic } = lake.databases;
    const glueArn = pulumi.interpolate`arn:aws:glue:${placement.region}:${placement.account}`;
    return new HardenedFunction(
      `${name}-plan`,
      {
        ...args.functionDefaults,
        functionName: names.functionName("refinery-plan"),
        description: "Plans a run of the refinery: which topics have news, and the statements for each",
        code: bundle("functions/refinery-plan/index.ts", { extraFiles: { "topics.json": declaredColumns(settings) } }),
        timeoutSeconds: PLAN_TIMEOUT_SECONDS,
        memoryMb: 512,
        environment: {
          RAW_DATABASE: raw.name,
          CURATED_DATABASE: curated.name,
          SEMANTIC_DATABASE: semantic.name,
          REFINERY_TABLE: lake.progress.name,
          RESULTS_BUCKET: lake.queries.bucket.bucket,
          MARGIN_SECONDS: String(refinery.marginSeconds),
          BALANCE_DAYS: String(balance.days),
          ...(refinery.deduplicationDays === undefined
            ? {}
            : { DEDUPLICATION_DAYS: String(refinery.deduplicationDays) }),
        },
        statements: [
          {
            Sid: "ReadCatalog",
            Effect: "Allow",
            Action: "glue:GetTables",
            Resource: [
              pulumi.interpolate`${glueArn}:catalog`,
              ...[raw, curated, semantic].flatMap((database) => [
                database.arn,
                pulumi.interpolate`${glueArn}:table/${database.name}/*`,
              ]),
            ],
          },
          { Sid: "ReadProgress", Effect: "Allow", Action: "dynamodb:Query", Resource: lake.progress.arn },
          {
            Sid: "WritePlan",
            Effect: "Allow",
            Action: "s3:PutObject",
            Resource: pulumi.interpolate`${lake.queries.bucket.arn}/${RUNS_PREFIX}*`,
          },
          keyUse({ sid: "PlanKey", key: args.dataKey, actions: ENCRYPT, via: ["s3"] }, placement),
          keyUse({ sid: "ProgressKey", key: args.dataKey, actions: DECRYPT, via: ["dynamodb"] }, placement),
        ],
      },
      { parent: this },
    );
  }
}

/** By topic what its SEMANTIC table shall have: too long for the environment's 4 KB. */
function declaredColumns({ topics }: Pick<Settings, "topics">): string {
  return JSON.stringify(Object.entries(topics).map(([topic, { columns }]) => ({ topic, columns })));
}
