import { randomUUID } from "node:crypto";

/** One firing of a schedule. */
export interface Firing {
  scheduleArn: string;
  /** Epoch milliseconds. */
  scheduledAt: number;
}

/**
 * What the target gets: the schedule's input with its context attributes filled in
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html), or the default
 * notification where there is none. The latter's form is not documented; this is what has been seen in the field [?].
 */
export function payloadOf(input: string | undefined, { scheduleArn, scheduledAt }: Firing): string {
  const time = `${new Date(scheduledAt).toISOString().slice(0, 19)}Z`;
  const id = randomUUID();
  if (input !== undefined) {
    return input
      .replaceAll("<aws.scheduler.schedule-arn>", scheduleArn)
      .replaceAll("<aws.scheduler.scheduled-time>", time)
      .replaceAll("<aws.scheduler.execution-id>", id)
      .replaceAll("<aws.scheduler.attempt-number>", "1");
  }
  const [, , , region, account] = scheduleArn.split(":");
  return JSON.stringify({
    version: "0",
    id,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time,
    region,
    resources: [scheduleArn],
    detail: "{}",
  });
}
