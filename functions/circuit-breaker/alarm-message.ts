import type { RaisedAlarm } from "./decide.ts";

/**
 * The alarm of which a message of CloudWatch's tells
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html).
 *
 * @param text body of the SNS message: anything at all.
 * @param alarms Names of those that count.
 * @param now Epoch milliseconds, where the message does not say when.
 * @returns why it does not count, if it does not.
 */
export function readAlarm(text: unknown, alarms: readonly string[], now: number): RaisedAlarm | string {
  const message = parsed(text);
  if (message === undefined) return "it is no JSON object";
  const { AlarmName: name, NewStateValue: state, NewStateReason: reason, StateChangeTime: time } = message;
  if (typeof name !== "string" || !alarms.includes(name)) return "it is of no alarm that opens the circuit";
  if (state !== "ALARM") return `the alarm ${name} is ${typeof state === "string" ? state : "in no state"}`;
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return { name, reason: typeof reason === "string" ? reason : "", at: Number.isNaN(at) ? now : at };
}

function parsed(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
