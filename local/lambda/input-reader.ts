import { AwsError } from "../api/errors.ts";
import type { GraphResource } from "../graph/types.ts";

/** Reads a resource's inputs, and gathers what AWS, or the local cloud, would refuse. */
export class InputReader {
  readonly problems: string[] = [];
  readonly #resource: GraphResource;

  constructor(resource: GraphResource) {
    this.#resource = resource;
  }

  /** @param rule What is allowed, and what the value is. */
  refuse(property: string, rule: string): void {
    const { type, name, source } = this.#resource;
    const at = source === undefined ? "" : ` (${source.file}:${source.line})`;
    this.problems.push(`${type} ${name}${at}: ${property}: ${rule}`);
  }

  /** Undefined or null is absent. */
  value(property: string): unknown {
    return this.#resource.inputs[property] ?? undefined;
  }

  text(property: string): string {
    const value = this.value(property);
    if (typeof value === "string" && value !== "") {
      return value;
    }
    this.refuse(property, `must be a text, is ${JSON.stringify(value)}`);
    return "";
  }

  integer(property: string, { fallback, min, max }: { fallback: number; min: number; max: number }): number {
    return this.#integer(property, this.value(property) ?? fallback, min, max) ?? fallback;
  }

  optionalInteger(property: string, value: unknown, { min, max }: { min: number; max: number }): number | undefined {
    return value === undefined || value === null ? undefined : this.#integer(property, value, min, max);
  }

  object(property: string): Record<string, unknown> {
    const value = this.value(property);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  }

  list(property: string): readonly unknown[] {
    const value = this.value(property);
    return Array.isArray(value) ? value : [];
  }

  #integer(property: string, value: unknown, min: number, max: number): number | undefined {
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    this.refuse(property, `must be a whole number from ${min} to ${max}, is ${JSON.stringify(value)}`);
    return undefined;
  }
}

/** @throws AwsError `InvalidParameterValueException` that lists every problem. */
export function refuseAll(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new AwsError("InvalidParameterValueException", problems.join("\n"));
  }
}
