import * as iam from "@pulumi/aws/iam/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as scheduler from "@pulumi/aws/scheduler/index.js";
import type * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ERROR_FILES_PREFIX } from "../functions/common/error-notification.ts";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { bundle } from "./bundle.ts";
import { HardenedFunction } from "./hardened-function.ts";
import { type Placement, policyDocument } from "./policy.ts";

export interface ErrorSweepArgs {
  names: Names;
  settings: Pick<Settings, "logs">;
  placement: Placement;
  errorBucket: s3.Bucket;
  deliveryErrorsQueue: sqs.Queue;
}

const EVERY_MINUTES = 15;

/** The error-sweep, which tells again of the error files that are still there, and its schedule. */
export class ErrorSweep extends pulumi.ComponentResource {
  readonly sweeper: HardenedFunction;
  readonly schedule: scheduler.Schedule;

  constructor(name: string, args: ErrorSweepArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:ErrorSweep", name, {}, opts);
    const { names, settings, placement, errorBucket, deliveryErrorsQueue } = args;

    this.sweeper = new HardenedFunction(
      name,
      {
        functionName: names.functionName("error-sweep"),
        description: "Tells the dlq-processor of error files that it has not dealt with",
        code: bundle("functions/error-sweep/index.ts"),
        timeoutSeconds: 60,
        memoryMb: 256,
        environment: {
          ERROR_BUCKET: errorBucket.bucket,
          DELIVERY_ERRORS_QUEUE_URL: deliveryErrorsQueue.url,
        },
        statements: [
          {
            Sid: "FindErrorFiles",
            Effect: "Allow",
            Action: "s3:ListBucket",
            Resource: errorBucket.arn,
            Condition: { StringEquals: { "s3:prefix": ERROR_FILES_PREFIX } },
          },
          { Sid: "TellOfThem", Effect: "Allow", Action: "sqs:SendMessage", Resource: deliveryErrorsQueue.arn },
        ],
        logRetentionDays: settings.logs.retentionDays,
      },
      { parent: this },
    );

    const role = new iam.Role(
      `${name}-schedule-role`,
      {
        name: names.sweepScheduleRole,
        assumeRolePolicy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "scheduler.amazonaws.com" },
            Action: "sts:AssumeRole",
            // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
            Condition: { StringEquals: { "aws:SourceAccount": placement.account } },
          },
        ]),
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-schedule-policy`,
      {
        name: names.sweepScheduleRole,
        role: role.name,
        policy: policyDocument([
          {
            Sid: "InvokeSweep",
            Effect: "Allow",
            Action: "lambda:InvokeFunction",
            Resource: this.sweeper.function.arn,
          },
        ]),
      },
      { parent: this },
    );

    this.schedule = new scheduler.Schedule(
      `${name}-schedule`,
      {
        name: names.sweepSchedule,
        description: "Has the error files looked through",
        scheduleExpression: `rate(${EVERY_MINUTES} minutes)`,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: this.sweeper.function.arn,
          roleArn: role.arn,
          // The next sweep does what this one could not.
          retryPolicy: { maximumEventAgeInSeconds: EVERY_MINUTES * 60, maximumRetryAttempts: 3 },
        },
      },
      // Scheduler tries its role when a schedule is made.
      { parent: this, dependsOn: [policy] },
    );

    this.registerOutputs();
  }
}
