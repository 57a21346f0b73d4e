import { Inputs } from "../graph/inputs.ts";
import type { MappingChange, MappingStatus } from "../mappings/mapping-control.ts";
import { inputsFor, settingsOf } from "../mappings/settings.ts";
import { invalidParameter } from "./errors.ts";

/** Of a queue's mapping; of a stream's, `Enabled` alone. Whether a value is in its range, `settingsOf` says. */
const MEMBERS: Readonly<Record<string, { kind: string; isA(value: unknown): boolean }>> = {
  Enabled: { kind: "true or false", isA: (value) => typeof value === "boolean" },
  BatchSize: { kind: "a number", isA: (value) => typeof value === "number" },
  MaximumBatchingWindowInSeconds: { kind: "a number", isA: (value) => typeof value === "number" },
  ScalingConfig: { kind: "an object", isA: isObject },
  FunctionResponseTypes: { kind: "a list", isA: Array.isArray },
};

/**
 * What a request of UpdateEventSourceMapping asks for, validated together with what stays as it is
 * (https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html). A member that is null is absent.
 *
 * @throws AwsError `InvalidParameterValueException` with all that AWS would refuse, and all that the local cloud cannot
 *   change: anything but a queue's batching, scaling and response types, and whether a mapping is enabled.
 */
export function readChange(body: Readonly<Record<string, unknown>>, { configuration }: MappingStatus): MappingChange {
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const changeable = "queueArn" in configuration ? Object.keys(MEMBERS) : ["Enabled"];
  const problems: string[] = [];
  for (const [member, value] of given) {
    const { kind, isA } = MEMBERS[member] ?? { kind: "", isA: () => true };
    if (!changeable.includes(member)) {
      problems.push(`${member}: the local cloud cannot change it; it can change ${changeable.join(", ")}`);
    } else if (!isA(value)) {
      problems.push(`${member}: must be ${kind}, is ${JSON.stringify(value)}`);
    }
  }
  refuse(problems);
  const { Enabled, ...changed } = Object.fromEntries(given);
  const change: MappingChange = { enabled: Enabled as boolean | undefined };
  if ("queueArn" in configuration && Object.keys(changed).length > 0) {
    const inputs = { ...inputsFor(configuration), ...(renamed(changed, lowered) as object) };
    change.settings = settingsOf(new Inputs(inputs, "", problems));
    refuse(problems.map((problem) => problem.replace(/^[^:]*/, (path) => path.split(".").map(raised).join("."))));
  }
  return change;
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw invalidParameter(problems.join("; "));
}

/** The provider's names are AWS's own, with a small first letter. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]))
    : value;
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function raised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
