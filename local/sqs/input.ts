import { AwsError } from "../api/errors.ts";
import { invalidParameterValue, missingParameter } from "./errors.ts";

/** A request, or a structure in one: nothing about it is known yet. An absent member may also be null. */
export type Input = Readonly<Record<string, unknown>>;

export function optionalString(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") {
    throw unreadable(name, "a string");
  }
  return value;
}

/** An empty string is missing too, as SQS sees it. `path` names the parameter in the error. */
export function requiredString(input: Input, name: string, path = name): string {
  const value = optionalString(input, name);
  if (value === undefined || value === "") {
    throw missingParameter(path);
  }
  return value;
}

/** @param reason SQS's own words for the range, which differ from one parameter to the next. */
export function optionalInteger(
  input: Input,
  name: string,
  range: { min: number; max: number; reason: string },
): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) {
    return undefined;
  }
  if (!Number.isInteger(value)) {
    throw unreadable(name, "an integer");
  }
  const integer = value as number;
  if (integer < range.min || integer > range.max) {
    throw invalidParameterValue(`Value ${integer} for parameter ${name} is invalid. Reason: ${range.reason}`);
  }
  return integer;
}

export function stringList(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw unreadable(name, "a list of strings");
  }
  return value;
}

export function structureList(input: Input, name: string): Input[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every(isStructure)) {
    throw unreadable(name, "a list of structures");
  }
  return value;
}

export function structureMap(input: Input, name: string): Record<string, Input> {
  const value = input[name] ?? {};
  if (!isStructure(value) || !Object.values(value).every(isStructure)) {
    throw unreadable(name, "a map of structures");
  }
  return value as Record<string, Input>;
}

/** A request that does not have the protocol's shape, whatever the service would make of it. */
export function unreadable(name: string, shape: string): AwsError {
  return new AwsError("SerializationException", `${name} is not ${shape}`);
}

function isStructure(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
