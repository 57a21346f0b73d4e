const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
/** Set in the code of a lower-case letter. */
const LOWER_CASE = 0x20;

const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
/** The letter that stands for a white-space control after a backslash: tab, line feed, carriage return. */
const WHITE_SPACE_LETTER: Readonly<Record<number, number>> = { 9: 0x74, 10: 0x6e, 13: 0x72 };
/** By first letter. */
const LITERALS: readonly Uint8Array[] = byFirstByte(["true", "false", "null"]);

export type ValueKind = "object" | "array" | "string" | "number" | "literal";

/**
 * Reads the tokens of a JSON text and writes each a second time as it must stand inside a JSON string: quotes and
 * backslashes doubled up, line breaks and tabs between tokens as `\n`, `\r`, `\t`.
 *
 * Every reading method starts at `at`, moves `at` and `to` past what it read, and answers false where the text is not
 * JSON. Nesting costs memory, not stack, so that no depth of it can crash the process.
 */
export class JsonCopier {
  /** Position in the text, in bytes. */
  at = 0;
  /** Position in the escaped copy, in bytes. */
  to = 0;
  input: Buffer = Buffer.alloc(0);
  output: Buffer = Buffer.alloc(0);
  private inputWords = new DataView(this.input.buffer);
  private outputWords = new DataView(this.output.buffer);
  /** The containers around the present value: 1 for an object, 0 for an array. */
  private nesting = new Uint8Array(0);

  /** Takes a text over, and answers its length in bytes. */
  load(text: string | Uint8Array): number {
    this.at = 0;
    this.to = 0;
    let length = text.length;
    if (typeof text === "string") {
      this.reserve(3 * length);
      length = this.input.write(text);
    } else {
      this.reserve(length);
      this.input.set(text);
    }
    // A zero ends every loop over the text, so that none has to look at the length.
    this.input[length] = 0;
    return length;
  }

  private reserve(bytes: number): void {
    if (bytes < this.nesting.length) return;
    const capacity = 2 ** Math.max(16, Math.ceil(Math.log2(bytes + 1)));
    // Eight more for the zero, and for reading and writing whole words at the end.
    this.input = Buffer.allocUnsafeSlow(capacity + 8);
    this.output = Buffer.allocUnsafeSlow(2 * capacity + 8);
    this.inputWords = new DataView(this.input.buffer);
    this.outputWords = new DataView(this.output.buffer);
    this.nesting = new Uint8Array(capacity);
  }

  /** What kind of value begins here, if one does. */
  get kind(): ValueKind {
    const first = this.input[this.at];
    if (first === OPEN_BRACE) return "object";
    if (first === OPEN_BRACKET) return "array";
    if (first === QUOTE) return "string";
    return first === MINUS || isDigit(first) ? "number" : "literal";
  }

  /** A value of any depth. */
  value(): boolean {
    let depth = 0;
    for (;;) {
      this.space();
      const first = this.input[this.at];
      if (first === QUOTE) {
        if (!this.string()) return false;
      } else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        if (!this.opensEmpty()) {
          this.nesting[depth++] = first === OPEN_BRACE ? 1 : 0;
          if (first === OPEN_BRACE && !this.key()) return false;
          continue;
        }
      } else if (!(first === MINUS || isDigit(first) ? this.number() : this.literal())) {
        return false;
      }
      // A value has ended: on with what encloses it.
      for (;;) {
        if (depth === 0) return true;
        const inObject = this.nesting[depth - 1] === 1;
        const next = this.separator(inObject);
        if (next === undefined) return false;
        if (next === "end") {
          depth--;
          continue;
        }
        if (inObject && !this.key()) return false;
        break;
      }
    }
  }

  /** The opening bracket of a container, and the closing one if nothing is between them: whether so. */
  opensEmpty(): boolean {
    const first = this.input[this.at] as number;
    this.copy();
    this.space();
    // `]` and `}` are two codes above `[` and `{`.
    if (this.input[this.at] !== first + 2) return false;
    this.copy();
    return true;
  }

  /** What follows a value in a container: another one, or the container's end. */
  separator(inObject: boolean): "next" | "end" | undefined {
    this.space();
    const byte = this.input[this.at];
    if (byte !== COMMA && byte !== (inObject ? CLOSE_BRACE : CLOSE_BRACKET)) return undefined;
    this.copy();
    return byte === COMMA ? "next" : "end";
  }

  /** An object's key and its colon. */
  key(): boolean {
    this.space();
    return this.string() && this.colon();
  }

  colon(): boolean {
    this.space();
    if (this.input[this.at] !== COLON) return false;
    this.copy();
    return true;
  }

  string(): boolean {
    const { input, output, inputWords, outputWords } = this;
    let { at, to } = this;
    if (input[at] !== QUOTE) return false;
    at++;
    output[to++] = BACKSLASH;
    output[to++] = QUOTE;
    for (;;) {
      // Four bytes at a time. A zero byte of a word w shows as a high bit in (w - 0x01010101) & ~w; bits above the
      // lowest may be false, the lowest never is. What was copied beyond it is overwritten.
      const word = inputWords.getInt32(at, true);
      outputWords.setInt32(to, word, true);
      const quotes = word ^ 0x22222222;
      const backslashes = word ^ 0x5c5c5c5c;
      const stops =
        (((quotes - 0x01010101) & ~quotes) |
          ((backslashes - 0x01010101) & ~backslashes) |
          ((word - 0x20202020) & ~word)) &
        0x80808080;
      if (stops === 0) {
        at += 4;
        to += 4;
        continue;
      }
      const before = (31 - Math.clz32(stops & -stops)) >> 3;
      at += before;
      to += before;
      const byte = input[at] as number;
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) return this.stop(at);
      at++;
      const letter = input[at] as number;
      if (letter === 0x75 ? !this.hexDigits(at + 1) : !SIMPLE_ESCAPES.has(letter)) return this.stop(at);
      at++;
      output[to++] = BACKSLASH;
      output[to++] = BACKSLASH;
      if (letter === QUOTE || letter === BACKSLASH) output[to++] = BACKSLASH;
      output[to++] = letter;
    }
    output[to++] = BACKSLASH;
    output[to++] = QUOTE;
    this.at = at + 1;
    this.to = to;
    return true;
  }

  private stop(at: number): false {
    this.at = at;
    return false;
  }

  private hexDigits(start: number): boolean {
    for (let at = start; at < start + 4; at++) {
      const byte = this.input[at] as number;
      const letter = byte | LOWER_CASE;
      if (!isDigit(byte) && (letter < 0x61 || letter > 0x66)) return false;
    }
    return true;
  }

  private number(): boolean {
    if (this.input[this.at] === MINUS) this.copy();
    if (this.input[this.at] === ZERO) this.copy();
    else if (!this.digits()) return false;
    if (this.input[this.at] === POINT) {
      this.copy();
      if (!this.digits()) return false;
    }
    if (((this.input[this.at] as number) | LOWER_CASE) === 0x65) {
      this.copy();
      const sign = this.input[this.at];
      if (sign === PLUS || sign === MINUS) this.copy();
      if (!this.digits()) return false;
    }
    return true;
  }

  private digits(): boolean {
    const { input, output, at: start } = this;
    let { at, to } = this;
    for (let byte = input[at] as number; byte >= ZERO && byte <= NINE; byte = input[++at] as number)
      output[to++] = byte;
    this.at = at;
    this.to = to;
    return at > start;
  }

  private literal(): boolean {
    const word = LITERALS[this.input[this.at] as number];
    if (word === undefined) return false;
    for (let i = 0; i < word.length; i++) {
      if (this.input[this.at] !== word[i]) return false;
      this.copy();
    }
    return true;
  }

  /** White space, which most texts have none of: the test is apart, so that it is inlined. */
  space(): void {
    if ((this.input[this.at] as number) <= SPACE) this.someSpace();
  }

  private someSpace(): void {
    for (;;) {
      const byte = this.input[this.at] as number;
      const letter = WHITE_SPACE_LETTER[byte];
      if (letter !== undefined) {
        this.output[this.to++] = BACKSLASH;
        this.output[this.to++] = letter;
        this.at++;
      } else if (byte === SPACE) {
        this.copy();
      } else {
        return;
      }
    }
  }

  private copy(): void {
    this.output[this.to++] = this.input[this.at++] as number;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function byFirstByte(words: readonly string[]): Uint8Array[] {
  const table: Uint8Array[] = [];
  for (const word of words) table[word.charCodeAt(0)] = Buffer.from(word);
  return table;
}
