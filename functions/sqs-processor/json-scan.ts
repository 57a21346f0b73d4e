import { JsonCopier, type ValueKind } from "./json-copier.ts";

interface WantedKey {
  name: string;
  bytes: Uint8Array;
  shape: Shape | undefined;
}

/** The keys of an object whose values are wanted, each with the shape wanted of its value in turn. */
export class Shape {
  private readonly byLength: WantedKey[][] = [];

  constructor(keys: Readonly<Record<string, Shape | undefined>>) {
    for (const [name, shape] of Object.entries(keys)) {
      const bytes = Buffer.from(name);
      const sameLength = this.byLength[bytes.length] ?? [];
      sameLength.push({ name, bytes, shape });
      this.byLength[bytes.length] = sameLength;
    }
  }

  /** The key that the bytes [start, end) spell. */
  find(text: Uint8Array, start: number, end: number): WantedKey | undefined {
    const candidates = this.byLength[end - start];
    if (candidates === undefined) return undefined;
    for (const key of candidates) {
      const { bytes } = key;
      let same = 0;
      while (same < bytes.length && bytes[same] === text[start + same]) same++;
      if (same === bytes.length) return key;
    }
    return undefined;
  }
}

/** A value of the text last scanned. */
export interface ScannedValue {
  kind: ValueKind;
  /** Its bytes in the text: [start, end). */
  start: number;
  end: number;
  /** Its bytes in the escaped copy. */
  escapedStart: number;
  escapedEnd: number;
  /** The wanted members, if an object was wanted here and found. Of a repeated key the last, as JSON.parse has it. */
  members: ReadonlyMap<string, ScannedValue> | undefined;
}

/**
 * One pass over a JSON text that validates it, remembers where the wanted values lie, and writes the text a second
 * time as it must stand inside a JSON string.
 *
 * JSON.parse followed by JSON.stringify reads a payload twice, builds every object in it only to write it out again,
 * and loses what its types cannot hold (numbers beyond 2^53, white space, the order of number-like keys). Here a
 * value's bytes are carried over as they stand. What is accepted is what JSON.parse accepts, less texts that are not
 * Unicode.
 *
 * A scanner holds the text last scanned; its answers are valid until the next scan.
 */
export class JsonScanner {
  private readonly copier = new JsonCopier();
  /** The text as given, while byte positions are its own: when it is ASCII. */
  private ascii: string | undefined;

  /**
   * The value that a text consists of, white space around it aside; undefined where it is not JSON or, a string that
   * holds a lone surrogate, not Unicode.
   *
   * @param text A string, or bytes that are known to be UTF-8.
   */
  scan(text: string | Uint8Array, shape: Shape): ScannedValue | undefined {
    const { copier } = this;
    if (typeof text === "string" && !text.isWellFormed()) return undefined;
    const length = copier.load(text);
    this.ascii = typeof text === "string" && text.length === length ? text : undefined;
    copier.space();
    const value = this.value(shape);
    copier.space();
    return copier.at === length ? value : undefined;
  }

  /** The byte of the text at which the last scan stopped. */
  get position(): number {
    return this.copier.at;
  }

  /** A value's own text. */
  text({ start, end }: ScannedValue): string {
    return this.ascii?.slice(start, end) ?? this.copier.input.toString("utf8", start, end);
  }

  /** What a string says. */
  content(string: ScannedValue): string {
    const literal = this.text(string);
    return hasEscapes(string) ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  /** A value's text as it stands between the quotes of a JSON string, in UTF-8. */
  escaped({ escapedStart, escapedEnd }: ScannedValue): Buffer {
    return this.copier.output.subarray(escapedStart, escapedEnd);
  }

  /** Recurses as deep as the shape goes, not as the text does. */
  private value(shape: Shape | undefined): ScannedValue | undefined {
    const { copier } = this;
    const { at: start, to: escapedStart, kind } = copier;
    let members: Map<string, ScannedValue> | undefined;
    if (shape !== undefined && kind === "object") {
      members = this.members(shape);
      if (members === undefined) return undefined;
    } else if (!copier.value()) {
      return undefined;
    }
    return { kind, start, end: copier.at, escapedStart, escapedEnd: copier.to, members };
  }

  private members(shape: Shape): Map<string, ScannedValue> | undefined {
    const { copier } = this;
    const members = new Map<string, ScannedValue>();
    if (copier.opensEmpty()) return members;
    for (;;) {
      copier.space();
      const { at: start, to: escapedStart } = copier;
      if (!copier.string()) return undefined;
      const { at: end, to: escapedEnd } = copier;
      if (!copier.colon()) return undefined;
      copier.space();
      const key = this.wantedKey(shape, { start, end, escapedStart, escapedEnd });
      if (key === undefined) {
        if (!copier.value()) return undefined;
      } else {
        const value = this.value(key.shape);
        if (value === undefined) return undefined;
        members.set(key.name, value);
      }
      const next = copier.separator(true);
      if (next === undefined) return undefined;
      if (next === "end") return members;
    }
  }

  private wantedKey(shape: Shape, key: Range): WantedKey | undefined {
    const { input } = this.copier;
    if (!hasEscapes(key)) return shape.find(input, key.start + 1, key.end - 1);
    const name = Buffer.from(JSON.parse(input.toString("utf8", key.start, key.end)) as string);
    return shape.find(name, 0, name.length);
  }
}

type Range = Pick<ScannedValue, "start" | "end" | "escapedStart" | "escapedEnd">;

/** Without one, only a string's two quotes grow in the escaped copy. */
function hasEscapes(string: Range): boolean {
  return string.escapedEnd - string.escapedStart !== string.end - string.start + 2;
}
