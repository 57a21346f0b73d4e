import { mathTokens, type Token } from "./math-tokens.ts";
import { QueryError } from "./query-error.ts";

/** A metric math expression. `at` is the index of the character where a part begins that can be refused. */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "text"; value: string; at: number }
  /** The id of a metric or another expression, or a word that a function takes, such as REPEAT. */
  | { kind: "name"; name: string; at: number }
  | { kind: "array"; items: readonly Expression[]; at: number }
  | { kind: "negative"; operand: Expression; at: number }
  | { kind: "binary"; operator: Operator; left: Expression; right: Expression; at: number }
  | { kind: "call"; name: string; args: readonly Expression[]; at: number };

export type Operator = "+" | "-" | "*" | "/" | "^" | "<" | ">" | "<=" | ">=" | "==" | "!=" | "AND" | "OR";

/**
 * How strongly operators bind: as in most languages, and the power from the right. AWS does not say [?], so that
 * parentheses are advisable.
 */
const OPERATORS: ReadonlyMap<string, { operator: Operator; power: number }> = new Map([
  ["OR", { operator: "OR", power: 1 }],
  ["||", { operator: "OR", power: 1 }],
  ["AND", { operator: "AND", power: 2 }],
  ["&&", { operator: "AND", power: 2 }],
  ["==", { operator: "==", power: 3 }],
  ["!=", { operator: "!=", power: 3 }],
  ["<", { operator: "<", power: 4 }],
  [">", { operator: ">", power: 4 }],
  ["<=", { operator: "<=", power: 4 }],
  [">=", { operator: ">=", power: 4 }],
  ["+", { operator: "+", power: 5 }],
  ["-", { operator: "-", power: 5 }],
  ["*", { operator: "*", power: 6 }],
  ["/", { operator: "/", power: 6 }],
  ["^", { operator: "^", power: 8 }],
]);

const UNARY_POWER = 7;

/**
 * Reads metric math (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html). What its
 * functions and names mean is not looked at here.
 *
 * @throws QueryError with what was found, and where.
 */
export function parseMath(expression: string): Expression {
  return new Parser(mathTokens(expression)).parse();
}

/** A Pratt parser: what binds more strongly is read first, by recursion. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#expression(0);
    const { kind, text, at } = this.#take();
    if (kind !== "end") throw new QueryError(`an operator is missing before ${text}`, at);
    return expression;
  }

  /** Up to the first operator that does not bind more strongly than `power`. */
  #expression(power: number): Expression {
    let left = this.#operand();
    for (;;) {
      const { kind, text, at } = this.#peek();
      const found = kind === "operator" || kind === "name" ? OPERATORS.get(text) : undefined;
      if (found === undefined || found.power <= power) return left;
      this.#take();
      const right = this.#expression(found.operator === "^" ? found.power - 1 : found.power);
      left = { kind: "binary", operator: found.operator, left, right, at };
    }
  }

  #operand(): Expression {
    const { kind, text, at } = this.#take();
    if (kind === "number") return { kind, value: Number(text) };
    if (kind === "text") return { kind, value: text, at };
    if (kind === "name" && !OPERATORS.has(text)) {
      if (!this.#accept("(")) return { kind, name: text, at };
      return { kind: "call", name: text, args: this.#list(")"), at };
    }
    if (text === "-") return { kind: "negative", operand: this.#expression(UNARY_POWER), at };
    if (text === "[") return { kind: "array", items: this.#list("]"), at };
    if (text === "(") {
      const inner = this.#expression(0);
      this.#expect(")");
      return inner;
    }
    throw new QueryError(`a value is missing before ${text}`, at);
  }

  /** Expressions between commas, possibly none. */
  #list(end: ")" | "]"): Expression[] {
    if (this.#accept(end)) return [];
    const items = [this.#expression(0)];
    while (this.#accept(",")) items.push(this.#expression(0));
    this.#expect(end);
    return items;
  }

  #expect(text: string): void {
    const { text: found, at } = this.#peek();
    if (!this.#accept(text)) throw new QueryError(`${text} is missing before ${found}`, at);
  }

  #accept(text: string): boolean {
    const { kind, text: found } = this.#peek();
    if (kind !== "operator" || found !== text) return false;
    this.#take();
    return true;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #peek(): Token {
    // The last one is the end, which is never passed.
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as Token;
  }
}
