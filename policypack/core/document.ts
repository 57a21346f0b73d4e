import type { Input } from "./input.ts";
import { all, any, type Truth, Unknown } from "./truth.ts";

/** Who a statement speaks of: `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everybody. */
export interface Principal {
  kind: string;
  value: Input;
}

export interface Condition {
  /** As in the document, with its qualifiers. */
  operator: string;
  key: string;
  values: Input;
}

/** One statement of a policy document (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). */
export class Statement {
  readonly input: Input;
  readonly #index: number;

  constructor(input: Input, index: number) {
    this.input = input;
    this.#index = index;
  }

  /** How a message names it. */
  get label(): string {
    const { text } = this.input.at("Sid");
    return typeof text === "string" ? `statement ${text}` : `statement ${this.#index + 1}`;
  }

  get allows(): Truth {
    return this.input.at("Effect").is("Allow");
  }

  get denies(): Truth {
    return this.input.at("Effect").is("Deny");
  }

  get actions(): Input[] | Unknown {
    return this.input.at("Action").items;
  }

  get resources(): Input[] | Unknown {
    return this.input.at("Resource").items;
  }

  get principals(): Principal[] | Unknown {
    const principal = this.input.at("Principal");
    const { text, entries } = principal;
    if (text instanceof Unknown) return text;
    if (text !== undefined) return [{ kind: text, value: principal }];
    if (entries instanceof Unknown) return entries;
    const found: Principal[] = [];
    for (const [kind, value] of entries) {
      const { items } = value;
      if (items instanceof Unknown) return items;
      found.push(...items.map((item) => ({ kind, value: item })));
    }
    return found;
  }

  get conditions(): Condition[] | Unknown {
    const operators = this.input.at("Condition").entries;
    if (operators instanceof Unknown) return operators;
    const found: Condition[] = [];
    for (const [operator, keys] of operators) {
      const { entries } = keys;
      if (entries instanceof Unknown) return entries;
      found.push(...entries.map(([key, values]) => ({ operator, key, values })));
    }
    return found;
  }

  /** Whether a condition that narrows looks at one of the keys; one that something is not so does not narrow. */
  isLimitedBy(isKey: (key: string) => boolean): Truth {
    return some(
      this.conditions,
      ({ operator, key }) => !/^Null$|Not|IfExists/.test(operator) && isKey(key.toLowerCase()),
    );
  }

  /** Whether it speaks of everybody, in whatever form. */
  get isForEverybody(): Truth {
    return some(this.principals, ({ kind, value }) => (kind === "*" ? true : kind === "AWS" ? value.is("*") : false));
  }
}

/** A document's statements, none where there is no document. */
export function statementsOf(document: Input): Statement[] | Unknown {
  const { items } = document.json.at("Statement");
  return items instanceof Unknown ? items : items.map((item, index) => new Statement(item, index));
}

/** Whether there is one of which the condition holds. */
export function some<T>(values: readonly T[] | Unknown, condition: (value: T) => Truth): Truth {
  return values instanceof Unknown ? values : any(...values.map(condition));
}

export function every<T>(values: readonly T[] | Unknown, condition: (value: T) => Truth): Truth {
  return values instanceof Unknown ? values : all(...values.map(condition));
}

/** Whether a pattern of an action, as `kms:Decrypt` or `kms:*`, covers an action. */
export function covers(pattern: string, action: string): boolean {
  const expression = pattern
    .toLowerCase()
    .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(action.toLowerCase());
}

/** Whether a statement admits a service to all of the actions. */
export function admitsService(statement: Statement, service: string, actions: readonly string[]): Truth {
  return all(
    statement.allows,
    some(statement.principals, ({ kind, value }) =>
      kind === "*" ? true : kind === "Service" ? value.is(service) : kind === "AWS" ? value.is("*") : false,
    ),
    ...actions.map((action) => some(statement.actions, (item) => item.matches((pattern) => covers(pattern, action)))),
  );
}

/** Whether the document refuses whatever comes without TLS. */
export function requiresTls(document: Input): Truth {
  return some(statementsOf(document), (statement) =>
    all(
      statement.denies,
      statement.isForEverybody,
      some(statement.conditions, ({ operator, key, values }) =>
        operator === "Bool" && key.toLowerCase() === "aws:securetransport" ? values.is("false", false) : false,
      ),
    ),
  );
}

/** Keys of conditions that narrow "everybody" to somebody. */
const NARROWING_KEYS = new Set([
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourceowner",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:vpcsourceip",
  "aws:userid",
  "kms:calleraccount",
  "kms:viaservice",
]);

/** Whether the statement gives something to everybody, with nothing that narrows it down to somebody. */
export function isPublic(statement: Statement): Truth {
  const narrowed = statement.isLimitedBy((key) => NARROWING_KEYS.has(key));
  return all(statement.allows, statement.isForEverybody, narrowed instanceof Unknown ? narrowed : !narrowed);
}
