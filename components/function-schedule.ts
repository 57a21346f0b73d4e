import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Placement, policyDocument } from "./policy.ts";
import { serviceRole } from "./service-role.ts";

export interface FunctionScheduleArgs {
  /** Physical names. */
  scheduleName: string;
  roleName: string;
  description: string;
  everyMinutes: number;
  function: lambda.Function;
  /** The function's event, by default EventBridge Scheduler's own; see {@link SCHEDULED_TIME}. */
  input?: object;
  placement: Placement;
}

/**
 * In the input: what EventBridge Scheduler replaces by the time of the firing, in ISO 8601
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html).
 */
export const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** Invokes a function again and again. What a firing could not do is left to the next one. */
export class FunctionSchedule extends pulumi.ComponentResource {
  readonly schedule: scheduler.Schedule;

  constructor(name: string, args: FunctionScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:FunctionSchedule", name, {}, opts);
    const { roleName, everyMinutes, input } = args;

    const { role, policy } = serviceRole(
      name,
      {
        roleName,
        trust: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "scheduler.amazonaws.com" },
            Action: "sts:AssumeRole",
            // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
            Condition: { StringEquals: { "aws:SourceAccount": args.placement.account } },
          },
        ]),
        statements: [{ Sid: "Invoke", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: args.function.arn }],
        placement: args.placement,
      },
      this,
    );

    this.schedule = new scheduler.Schedule(
      name,
      {
        name: args.scheduleName,
        description: args.description,
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
        scheduleExpression: everyMinutes === 1 ? "rate(1 minute)" : `rate(${everyMinutes} minutes)`,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: args.function.arn,
          roleArn: role.arn,
          ...(input === undefined ? {} : { input: JSON.stringify(input) }),
          retryPolicy: { maximumEventAgeInSeconds: everyMinutes * 60, maximumRetryAttempts: 3 },
        },
      },
      // Scheduler tries its role when a schedule is made.
      { parent: this, dependsOn: [policy] },
    );

    this.registerOutputs();
  }
}
