import { type Truth, Unknown } from "./truth.ts";

/** A value, undefined where there is none, or what is not known of it. */
export type Reading<T> = T | undefined | Unknown;

const UNKNOWN = Symbol("unknown");

/**
 * One property of a resource as a policy sees it: known, unknown or absent. Nothing here throws.
 *
 * The engine hands a policy objects that throw when an unknown property is touched, and a policy that throws counts as
 * an advisory: so every property is read here, each by itself, and a neighbour that is unknown changes nothing.
 */
export class Input {
  /** From the resource to this property, as `rules[0].status`. */
  readonly path: string;
  readonly #value: unknown;

  constructor(value: unknown, path = "") {
    this.#value = value;
    this.path = path;
  }

  get isUnknown(): boolean {
    return this.#value === UNKNOWN;
  }

  /** Null and the empty text are what providers write where nothing was given. */
  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null || this.#value === "";
  }

  /** As an unknown value, for a policy that needs this property to be known. */
  get unknown(): Unknown {
    return new Unknown([this.path]);
  }

  /** What is at a path under this property: unknown if this is, absent if this has no such thing. */
  at(...path: readonly (string | number)[]): Input {
    let input: Input = this;
    for (const key of path) input = input.#child(key);
    return input;
  }

  /** Whether something is there. */
  get isSet(): Truth {
    return this.isUnknown ? this.unknown : !this.isAbsent;
  }

  get text(): Reading<string> {
    return this.#read((value) => typeof value === "string");
  }

  get number(): Reading<number> {
    return this.#read((value) => typeof value === "number");
  }

  /** Whether it is one of the values; an absent one is none. */
  is(...values: readonly (string | number | boolean)[]): Truth {
    return this.isUnknown ? this.unknown : values.includes(this.#value as string);
  }

  /** Whether a text is there that passes the test. */
  matches(test: RegExp | ((text: string) => boolean)): Truth {
    const { text } = this;
    if (text instanceof Unknown) return text;
    return text !== undefined && (typeof test === "function" ? test(text) : test.test(text));
  }

  /** A list's items; one value that is no list is a list of one, as in policy documents; absent is empty. */
  get items(): Input[] | Unknown {
    if (this.isUnknown) return this.unknown;
    if (this.isAbsent) return [];
    if (!Array.isArray(this.#value)) return [this];
    return Array.from({ length: this.#value.length }, (_, index) => this.#child(index));
  }

  /** The names of an object's properties, none where this is no object. */
  get keys(): string[] | Unknown {
    if (this.isUnknown) return this.unknown;
    return this.#isObject ? Object.keys(this.#value as object) : [];
  }

  /** An object's properties by their names. */
  get entries(): [string, Input][] | Unknown {
    const { keys } = this;
    return keys instanceof Unknown ? keys : keys.map((key) => [key, this.#child(key)]);
  }

  /** A JSON text's content, or the object itself where the program wrote no text; absent where it is no JSON. */
  get json(): Input {
    const { text } = this;
    if (typeof text !== "string") return this;
    try {
      return new Input(JSON.parse(text), this.path);
    } catch {
      return new Input(undefined, this.path);
    }
  }

  get #isObject(): boolean {
    return typeof this.#value === "object" && this.#value !== null;
  }

  #read<T>(test: (value: unknown) => boolean): Reading<T> {
    if (this.isUnknown) return this.unknown;
    return !this.isAbsent && test(this.#value) ? (this.#value as T) : undefined;
  }

  #child(key: string | number): Input {
    const path = typeof key === "number" ? `${this.path}[${key}]` : this.path === "" ? key : `${this.path}.${key}`;
    if (this.isUnknown) return new Input(UNKNOWN, path);
    if (!this.#isObject) return new Input(undefined, path);
    try {
      return new Input((this.#value as Record<string, unknown>)[key], path);
    } catch {
      // Nothing but the engine's guard of unknown values throws here: the values are data.
      return new Input(UNKNOWN, path);
    }
  }
}
