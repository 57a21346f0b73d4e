import type { BreakerCommand, ReconcileCommand } from "../common/circuit.ts";
import { shown } from "../common/shown.ts";

const COMMANDS = ["status", "open", "close", "hold", "release", "reconcile"] as const;

type Name = (typeof COMMANDS)[number];

const LONGEST_NAME = 100;
const LONGEST_REASON = 400;

/** Reads what the schedule or an operator sent. @returns the rule that it breaks, if it breaks one. */
export function readCommand(event: unknown): BreakerCommand | ReconcileCommand | string {
  const given = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  const command = given.command as Name;
  if (!COMMANDS.includes(command)) {
    return `command: must be one of ${COMMANDS.join(", ")}, is ${shown(given.command)}`;
  }
  if (command === "status") return { command };
  if (command === "reconcile") {
    const { scheduledTime } = given;
    return typeof scheduledTime === "string" && !Number.isNaN(Date.parse(scheduledTime))
      ? { command, scheduledTime }
      : `scheduledTime: must be a time in ISO 8601, is ${shown(scheduledTime)}`;
  }
  const by = words(given.by, LONGEST_NAME);
  if (by === undefined) return `by: must be a name of 1 to ${LONGEST_NAME} characters, is ${shown(given.by)}`;
  const isOptional = command === "close" || command === "release";
  if (isOptional && given.reason === undefined) return { command, by };
  const reason = words(given.reason, LONGEST_REASON);
  if (reason === undefined) {
    return `reason: must be a text of 1 to ${LONGEST_REASON} characters, is ${shown(given.reason)}`;
  }
  if (command !== "hold" || given.minutes === undefined) return { command, by, reason };
  const { minutes } = given;
  return typeof minutes === "number" && Number.isInteger(minutes) && minutes > 0
    ? { command, by, reason, minutes }
    : `minutes: must be a whole number above 0, is ${shown(minutes)}`;
}

/** On one line: it goes into the log, the table and the notice. */
function words(value: unknown, longest: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return text === "" || text.length > longest ? undefined : text;
}
