import type { RedriveAllowPolicy, RedrivePolicy } from "./configuration.ts";

/** A policy that is not the JSON that SQS takes. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** Reads a queue's `RedrivePolicy`, which is JSON text. @throws PolicyError */
export function readRedrivePolicy(text: unknown): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount, ...others } = readObject(text);
  refuse(others);
  if (typeof deadLetterTargetArn !== "string" || maxReceiveCount === undefined) {
    throw new PolicyError("needs deadLetterTargetArn and maxReceiveCount");
  }
  // SQS takes the count as text too.
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
}

/** Reads a dead-letter queue's `RedriveAllowPolicy`, which is JSON text. @throws PolicyError */
export function readRedriveAllowPolicy(text: unknown): RedriveAllowPolicy {
  const { redrivePermission, sourceQueueArns, ...others } = readObject(text);
  refuse(others);
  if (redrivePermission !== "allowAll" && redrivePermission !== "denyAll" && redrivePermission !== "byQueue") {
    throw new PolicyError(`redrivePermission ${String(redrivePermission)} is none of allowAll, denyAll, byQueue`);
  }
  if (sourceQueueArns === undefined) {
    return { redrivePermission };
  }
  if (!Array.isArray(sourceQueueArns) || !sourceQueueArns.every((arn) => typeof arn === "string")) {
    throw new PolicyError("sourceQueueArns is not a list of ARNs");
  }
  return { redrivePermission, sourceQueueArns };
}

function readObject(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below, as for any other text that is no object.
  }
  throw new PolicyError("is not a JSON object");
}

function refuse(others: Record<string, unknown>): void {
  const names = Object.keys(others);
  if (names.length > 0) {
    throw new PolicyError(`has unknown members: ${names.join(", ")}`);
  }
}
