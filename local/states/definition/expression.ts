import jsonata from "jsonata";
import { ERRORS, StateError } from "../state-error.ts";
import { addOwnFunctions } from "./functions.ts";
import { type References, referencesOf } from "./references.ts";

/** What the expressions of a state see. */
export interface Evaluation {
  /** By name without the dollar sign: the variables, `states`, and functions that read the clock. */
  bindings: Readonly<Record<string, unknown>>;
  /** Begins each cause: in which state. */
  where: string;
}

/**
 * One JSONata expression, `{% … %}` (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html), of
 * JSONata 2.0.6 as AWS has it.
 */
export class Expression {
  /** What the expression refers to. */
  readonly references: References;
  readonly #source: string;
  /** In causes, as `Arguments/Payload`. */
  readonly #field: string;
  readonly #compiled: jsonata.Expression;

  /** @throws Error when the source is not JSONata. */
  constructor(source: string, field: string) {
    this.#source = source;
    this.#field = field;
    try {
      this.#compiled = jsonata(source);
    } catch (error) {
      throw new Error(`${source} is not JSONata: ${messageOf(error)}`);
    }
    this.references = referencesOf(this.#compiled.ast());
    addOwnFunctions(this.#compiled);
  }

  /** @throws StateError `States.QueryEvaluationError`, for an undefined result too: JSON cannot say it. */
  async evaluate({ bindings, where }: Evaluation): Promise<unknown> {
    let result: unknown;
    try {
      result = await this.#compiled.evaluate(undefined, bindings);
    } catch (error) {
      throw this.#failure(where, `threw an error during evaluation. ${messageOf(error)}`);
    }
    if (result === undefined) throw this.#failure(where, "returned nothing (undefined).");
    try {
      // A copy: JSONata marks its arrays, and answers parts of what it was given.
      return JSON.parse(JSON.stringify(result, refuseFunctions));
    } catch {
      throw this.#failure(where, "returned an unsupported result type.");
    }
  }

  /** @throws StateError `States.QueryEvaluationError` unless `isExpected`. */
  async evaluateAs(evaluation: Evaluation, expected: string, isExpected: (value: unknown) => boolean) {
    const value = await this.evaluate(evaluation);
    if (isExpected(value)) return value;
    const found = `was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
    throw this.#failure(evaluation.where, `returned an unexpected result type. Expected '${expected}', but ${found}`);
  }

  #failure(where: string, what: string): StateError {
    const about = `The JSONata expression '${this.#source}' specified for the field '${this.#field}'`;
    return new StateError(ERRORS.query, `${where} ${about} ${what}`);
  }
}

/** JSONata throws plain objects. */
function messageOf(error: unknown): string {
  const { code, message = String(error) } = error as { code?: string; message?: string };
  return code === undefined ? message : `${code}: ${message}`;
}

function refuseFunctions(_key: string, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null;
  if (typeof value === "function" || (isObject && ("_jsonata_lambda" in value || "_jsonata_function" in value))) {
    throw new Error("a function is not JSON");
  }
  return value;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
