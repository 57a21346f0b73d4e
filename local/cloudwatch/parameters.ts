import { AwsError } from "../api/errors.ts";
import { invalidParameterValue, missingParameter, validationError } from "./errors.ts";

/** The parameters of a request, or a structure in one, with its path: untrusted JSON, of which nothing is known yet. */
export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @param path From the request to this structure, with the separator that precedes a member's name. */
  constructor(values: unknown, path = "") {
    if (typeof values !== "object" || values === null || Array.isArray(values)) {
      throw unreadable(path.replace(/\.$/, "") || "the request", "a structure");
    }
    this.#values = values as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  /** Absent, or null. */
  lacks(name: string): boolean {
    return this.#value(name) === undefined;
  }

  /** @throws AwsError `ValidationException` for parameters that have no effect here, rather than pass over them. */
  only(known: readonly string[]): void {
    for (const name of Object.keys(this.#values)) {
      if (!known.includes(name) && !this.lacks(name)) {
        throw validationError(`${this.#path}${name}: not known to the local cloud`);
      }
    }
  }

  optionalText(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "string") return value;
    throw unreadable(this.#path + name, "a string");
  }

  text(name: string): string {
    const text = this.optionalText(name);
    if (text === undefined || text === "") throw missingParameter(this.#path + name);
    return text;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw invalidParameterValue(`${this.#path}${name}: must be one of ${choices.join(", ")}, is ${text}`);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "number") return value;
    throw unreadable(this.#path + name, "a number");
  }

  integer(name: string, { min, max }: { min: number; max: number }): number | undefined {
    const value = this.optionalNumber(name);
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw invalidParameterValue(`${this.#path}${name}: must be a whole number from ${min} to ${max}, is ${value}`);
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw unreadable(this.#path + name, "a boolean");
  }

  /** Epoch milliseconds, of the protocol's epoch seconds. */
  optionalTimestamp(name: string): number | undefined {
    const seconds = this.optionalNumber(name);
    return seconds === undefined ? undefined : Math.round(seconds * 1000);
  }

  timestamp(name: string): number {
    const timestamp = this.optionalTimestamp(name);
    if (timestamp === undefined) throw missingParameter(this.#path + name);
    return timestamp;
  }

  structure(name: string): Parameters {
    if (this.lacks(name)) throw missingParameter(this.#path + name);
    return new Parameters(this.#value(name), `${this.#path}${name}.`);
  }

  structures(name: string): Parameters[] {
    return this.#list(name, "structures").map(
      (item, index) => new Parameters(item, `${this.#path}${name}.member.${index + 1}.`),
    );
  }

  texts(name: string): string[] {
    return this.#list(name, "strings").map((item) => {
      if (typeof item === "string") return item;
      throw unreadable(this.#path + name, "a list of strings");
    });
  }

  numbers(name: string): number[] {
    return this.#list(name, "numbers").map((item) => {
      if (typeof item === "number") return item;
      throw unreadable(this.#path + name, "a list of numbers");
    });
  }

  #list(name: string, what: string): readonly unknown[] {
    const value = this.#value(name) ?? [];
    if (Array.isArray(value)) return value;
    throw unreadable(this.#path + name, `a list of ${what}`);
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }
}

/** A request that does not have the protocol's shape, whatever the service would make of it. */
function unreadable(path: string, shape: string): AwsError {
  return new AwsError("SerializationException", `${path} is not ${shape}`);
}
