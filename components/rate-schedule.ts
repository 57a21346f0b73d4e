import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Placement, policyDocument } from "./policy.ts";
import { serviceRole } from "./service-role.ts";

export interface RateScheduleArgs {
  /** Physical names. */
  scheduleName: string;
  roleName: string;
  description: string;
  everyMinutes: number;
  target: ScheduleTarget;
  /** The target's event, by default EventBridge Scheduler's own; see {@link SCHEDULED_TIME}. */
  input?: object;
  /** What the call needs besides the right to make it. */
  statements?: readonly PolicyStatement[];
  placement: Placement;
}

/** A function that is invoked, or a state machine of which an execution is started. */
export interface ScheduleTarget {
  arn: pulumi.Input<string>;
  action: "lambda:InvokeFunction" | "states:StartExecution";
}

/**
 * In the input: what EventBridge Scheduler replaces by the time of the firing, in ISO 8601
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html).
 */
export const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** Calls a function or a state machine again and again. What a firing could not do is left to the next one. */
export class RateSchedule extends pulumi.ComponentResource {
  readonly schedule: scheduler.Schedule;

  constructor(name: string, args: RateScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:RateSchedule", name, {}, opts);
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
        statements: [
          { Sid: "Call", Effect: "Allow", Action: args.target.action, Resource: args.target.arn },
          ...(args.statements ?? []),
        ],
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
          arn: args.target.arn,
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
