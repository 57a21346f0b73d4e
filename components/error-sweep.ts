import type * as s3 from "@pulumi/aws/s3/index.js";
import type * as scheduler from "@pulumi/aws/scheduler/index.js";
import type * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ERROR_FILES_PREFIX } from "../functions/common/error-notification.ts";
import type { Names } from "../settings/names.ts";
import { bundle } from "./bundle.ts";
import { type FunctionDefaults, HardenedFunction } from "./hardened-function.ts";
import { ENCRYPT, keyUse, type Placement } from "./policy.ts";
import { RateSchedule } from "./rate-schedule.ts";

export interface ErrorSweepArgs {
  names: Names;
  placement: Placement;
  functionDefaults: FunctionDefaults;
  messagesKey: pulumi.Input<string>;
  errorBucket: s3.Bucket;
  deliveryErrorsQueue: sqs.Queue;
}

/** How often error files are looked for. */
export const SWEEP_MINUTES = 15;

/** The error-sweep, which tells again of the error files that are still there, and its schedule. */
export class ErrorSweep extends pulumi.ComponentResource {
  readonly sweeper: HardenedFunction;
  readonly schedule: scheduler.Schedule;

  constructor(name: string, args: ErrorSweepArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:ErrorSweep", name, {}, opts);
    const { names, placement, errorBucket, deliveryErrorsQueue } = args;

    this.sweeper = new HardenedFunction(
      name,
      {
        ...args.functionDefaults,
        functionName: names.functionName("error-sweep"),
        description: "Tells the dlq-processor of error files that it has not dealt with",
        code: bundle("functions/error-sweep/index.ts"),
        timeoutSeconds: 30,
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
          keyUse({ sid: "MessagesKey", key: args.messagesKey, actions: ENCRYPT, via: ["sqs"] }, placement),
        ],
      },
      { parent: this },
    );

    this.schedule = new RateSchedule(
      `${name}-schedule`,
      {
        scheduleName: names.sweepSchedule,
        roleName: names.sweepScheduleRole,
        description: "Has the error files looked through",
        everyMinutes: SWEEP_MINUTES,
        target: { arn: this.sweeper.function.arn, action: "lambda:InvokeFunction" },
        placement,
      },
      { parent: this },
    ).schedule;

    this.registerOutputs();
  }
}
