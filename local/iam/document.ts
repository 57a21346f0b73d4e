import { type Conditions, readConditions } from "./conditions.ts";
import { type Context, valuesOfKey } from "./context.ts";
import { actionPattern, arnPattern, type Pattern, variablesIn } from "./pattern.ts";
import { type Naming, type Principal, type PrincipalPattern, readPrincipal } from "./principal.ts";

/** What a call asks for. */
export interface AccessRequest {
  principal: Principal;
  /** As the service authorization reference writes it, for example `sqs:SendMessage`. */
  action: string;
  /** An ARN, or `*` where the action has no resource. */
  resource: string;
  context: Context;
}

/** Where a policy document stands: which resource of the graph holds it, and in which property. */
export interface DocumentPlace {
  urn: string;
  /** As a person knows the resource, for example `aws:iam/rolePolicy:RolePolicy "archive-policy"`. */
  resource: string;
  property: string;
}

/** One statement of a policy document. */
export interface Statement {
  place: DocumentPlace;
  /** From 0, in its document. */
  index: number;
  sid: string | undefined;
  effect: "Allow" | "Deny";
  /** Absent in identity-based policies. */
  principal: ((principal: Principal) => Naming | undefined) | undefined;
  actions: Element;
  resources: Element;
  conditions: Conditions;
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Element {
  /** As the document has them. */
  texts: readonly string[];
  negated: boolean;
  patterns: readonly Pattern[];
}

const ELEMENTS = new Set([
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
]);

export interface DocumentOptions {
  place: DocumentPlace;
  /** `identity` policies have no principal; `resource` policies have one; in a `trust` policy the role is the resource. */
  kind: "identity" | "resource" | "trust";
  /** Hears of everything that is not understood: a policy that is only half understood proves nothing. */
  refuse(problem: string): void;
}

/**
 * Reads a policy document
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html), JSON text or an object.
 */
export function readDocument(document: unknown, { place, kind, refuse }: DocumentOptions): Statement[] {
  const parsed = parse(document, refuse);
  const { Version, Id: _, Statement: list, ...others } = parsed;
  if (Version !== "2012-10-17") refuse(`Version must be "2012-10-17", is ${JSON.stringify(Version)}`);
  if (Object.keys(others).length > 0) refuse(`unknown elements: ${Object.keys(others).join(", ")}`);
  const statements = Array.isArray(list) ? list : [list];
  return statements.map((statement: Record<string, unknown>, index) => {
    const name = typeof statement.Sid === "string" ? statement.Sid : String(index);
    return readStatement(statement, {
      place,
      kind,
      index,
      refuse: (problem) => refuse(`statement ${name}: ${problem}`),
    });
  });
}

function parse(document: unknown, refuse: (problem: string) => void): Record<string, unknown> {
  try {
    const value: unknown = typeof document === "string" ? JSON.parse(document) : document;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, as for any other text that is no object.
  }
  refuse("is no JSON object");
  return { Version: "2012-10-17", Statement: [] };
}

function readStatement(
  statement: Record<string, unknown>,
  { place, kind, index, refuse }: DocumentOptions & { index: number },
): Statement {
  const unknown = Object.keys(statement).filter((name) => !ELEMENTS.has(name));
  if (unknown.length > 0) refuse(`unknown elements: ${unknown.join(", ")}`);
  const { Sid, Effect, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") refuse(`Effect must be Allow or Deny, is ${JSON.stringify(Effect)}`);
  return {
    place,
    index,
    sid: typeof Sid === "string" ? Sid : undefined,
    effect: Effect === "Deny" ? "Deny" : "Allow",
    principal: principalOf(statement, kind, refuse),
    actions: readElement(statement, "Action", actionPattern, refuse),
    resources:
      kind === "trust"
        ? { texts: ["*"], negated: false, patterns: [() => true] }
        : readElement(statement, "Resource", arnPattern, refuse),
    conditions: readConditions(Condition, refuse),
  };
}

function principalOf(
  { Principal, NotPrincipal }: Record<string, unknown>,
  kind: DocumentOptions["kind"],
  refuse: (problem: string) => void,
): PrincipalPattern | undefined {
  if (kind === "identity") {
    if ((Principal ?? NotPrincipal) !== undefined) refuse("an identity-based policy has no Principal");
    return undefined;
  }
  if ((Principal === undefined) === (NotPrincipal === undefined)) refuse("must have either Principal or NotPrincipal");
  if (Principal !== undefined) return readPrincipal(Principal, (problem) => refuse(`Principal: ${problem}`));
  const others = readPrincipal(NotPrincipal, (problem) => refuse(`NotPrincipal: ${problem}`));
  return (principal) => (others(principal) === undefined ? "anyone" : undefined);
}

function readElement(
  statement: Record<string, unknown>,
  name: "Action" | "Resource",
  pattern: (text: string) => Pattern,
  refuse: (problem: string) => void,
): Element {
  const negative = statement[`Not${name}`];
  const element = statement[name];
  if ((element === undefined) === (negative === undefined)) refuse(`must have either ${name} or Not${name}`);
  const value = element ?? negative ?? [];
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  if (texts.length === 0) refuse(`${name} is empty`);
  if (name === "Action") {
    for (const text of texts) {
      if (text !== "*" && !/^[a-z0-9-]+:[a-z0-9*?]+$/i.test(text)) refuse(`${JSON.stringify(text)} is no action`);
    }
  }
  for (const variable of texts.flatMap(variablesIn)) {
    if (valuesOfKey(variable) !== "one")
      refuse(`${name}: the variable \${${variable}} is not known to the local cloud`);
  }
  return { texts, negated: element === undefined, patterns: texts.map(pattern) };
}

/** Whether a statement speaks of a request; how it names the caller where it names any. */
export function speaksOf(statement: Statement, request: AccessRequest): Naming | "identity" | undefined {
  const { actions, resources, conditions, principal } = statement;
  if (!fits(actions, request.action, request.context)) return undefined;
  if (!fits(resources, request.resource, request.context)) return undefined;
  const naming = principal === undefined ? "identity" : principal(request.principal);
  return naming !== undefined && conditions(request.context) ? naming : undefined;
}

function fits({ patterns, negated }: Element, text: string, context: Context): boolean {
  return patterns.some((pattern) => pattern(text, context)) !== negated;
}
