import { refusedSql } from "../refusals.ts";
import { placeOf, type Token, tokensOf } from "./tokens.ts";

/** A call of a function, by the positions of its tokens. */
export interface Call {
  name: string;
  at: number;
  open: number;
  close: number;
}

/** One statement as tokens with matched parentheses. */
export class Script {
  readonly sql: string;
  readonly tokens: readonly Token[];
  /** By the position of an opening parenthesis. */
  readonly #closes = new Map<number, number>();
  /** The innermost parenthesis that is open at each token. */
  readonly #enclosing: (number | undefined)[] = [];

  /** @throws AwsError `InvalidRequestException` for several statements, none, or unmatched parentheses. */
  constructor(text: string) {
    const tokens = tokensOf(text);
    while (tokens.at(-1)?.value === ";" && tokens.at(-1)?.kind === "symbol") tokens.pop();
    this.sql = text.slice(0, tokens.at(-1)?.end ?? 0);
    this.tokens = tokens;
    if (tokens.length === 0) throw refusedSql("it is empty");
    const open: number[] = [];
    tokens.forEach((token, at) => {
      if (this.is(at, ";")) throw refusedSql("only one statement is allowed");
      if (this.is(at, ")")) {
        const opening = open.pop();
        if (opening === undefined) throw this.refusal(at, "nothing is open here");
        this.#closes.set(opening, at);
      }
      this.#enclosing.push(open.at(-1));
      if (this.is(at, "(")) open.push(at);
      if (token.kind === "word" && token.value.length > 255) throw this.refusal(at, "a name of more than 255 letters");
    });
    const unclosed = open.pop();
    if (unclosed !== undefined) throw this.refusal(unclosed, "is never closed");
  }

  /** True if the token is one of these words or symbols, as such and not quoted. */
  is(at: number, ...values: readonly string[]): boolean {
    const token = this.tokens[at];
    return token !== undefined && (token.kind === "word" || token.kind === "symbol") && values.includes(token.value);
  }

  isName(at: number): boolean {
    const kind = this.tokens[at]?.kind;
    return kind === "word" || kind === "quoted";
  }

  closeOf(open: number): number {
    return this.#closes.get(open) ?? this.tokens.length;
  }

  enclosing(at: number): number | undefined {
    return this.#enclosing[at];
  }

  /** Positions of a word outside every parenthesis and every CASE … END, from `from` on. */
  outer(word: string, from = 0): number[] {
    const found: number[] = [];
    let cases = 0;
    for (let at = from; at < this.tokens.length; at++) {
      if (this.#enclosing[at] !== undefined) continue;
      if (this.is(at, "case")) cases++;
      if (this.is(at, "end")) cases--;
      if (cases === 0 && this.is(at, word)) found.push(at);
    }
    return found;
  }

  /** The text from one token up to another, without it. */
  text(from: number, to = this.tokens.length): string {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]];
    return first === undefined || last === undefined || to <= from ? "" : this.sql.slice(first.start, last.end);
  }

  /** A type's name in lower case, without white space where it has no meaning: `decimal(18,2)`. */
  typeName(from: number, to: number): string {
    const values = this.tokens.slice(from, to).map(({ value }) => value);
    return values.join(" ").replace(/ ?([(),]) ?/g, "$1");
  }

  /** Pieces between commas that stand in no deeper parenthesis than `from` does, as positions [from, to). */
  pieces(from: number, to: number): [number, number][] {
    const depth = this.#enclosing[from];
    const pieces: [number, number][] = [];
    let start = from;
    for (let at = from; at <= to; at++) {
      if (at < to && !(this.is(at, ",") && this.#enclosing[at] === depth)) continue;
      pieces.push([start, at]);
      start = at + 1;
    }
    return pieces;
  }

  refusal(at: number, why: string): Error {
    const token = this.tokens[at];
    if (token === undefined) return refusedSql(`at the end: ${why}`);
    const text = this.sql.slice(token.start, Math.min(token.end, token.start + 40));
    return refusedSql(`at ${placeOf(this.sql, token.start)}: ${text}: ${why}`);
  }
}
