import type { StackGraph } from "../graph/types.ts";
import { policyDocumentOf } from "./policy-documents.ts";

/** One statement of a stack's policies, as people read it. */
interface Row {
  principal: string;
  effect: string;
  actions: readonly string[];
  resources: readonly string[];
  why: string;
}

type Statement = Record<string, unknown>;

const KEY = "aws:kms/key:Key";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

export const BEGIN = "<!-- permissions: begin (generated) -->";
export const END = "<!-- permissions: end -->";

/** Who may do what on what in a stack, and why: a Markdown table, a row for each statement of each policy. */
export function permissionsTable(graph: StackGraph): string {
  const rows = graph.resources.flatMap((resource) => {
    const { type, name, inputs } = resource;
    if (type === "aws:lambda/permission:Permission") return [permissionRow(inputs)];
    const held = policyDocumentOf(resource);
    if (held === undefined) return [];
    const { Statement } = JSON.parse(held.text) as { Statement: Statement | Statement[] };
    const own = String(inputs.role ?? inputs.name ?? name);
    return list<Statement>(Statement).map((statement) => {
      const row = rowOf(statement, held.kind === "identity" ? own : undefined, own);
      if (type === KEY) return { ...row, resources: [`key ${name}`] };
      return type === ENDPOINT ? { ...row, why: `through the endpoint ${name}: ${row.why}` } : row;
    });
  });
  const lines = rows.map(({ principal, effect, actions, resources, why }) =>
    ["", principal, `${effect}${actions.join("<br>")}`, resources.join("<br>"), why, ""].join(" | ").trim(),
  );
  const head = ["| principal | action | resource | why |", "|---|---|---|---|"];
  // Resources are registered in an order that is not always the same.
  const shortened = [...new Set(lines.map((line) => shorten(line, graph)))].sort();
  return [...head, ...shortened].join("\n");
}

/** The document with the table in place of what stood between its marks. @throws Error where they are missing. */
export function withTable(document: string, table: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`the document lacks ${BEGIN} and ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${document.slice(end)}`;
}

function rowOf(statement: Statement, identity: string | undefined, holder: string): Row {
  const principal = identity ?? principalOf(statement.Principal);
  const condition = statement.Condition === undefined ? "" : `; ${conditionText(statement.Condition)}`;
  return {
    principal,
    effect: statement.Effect === "Deny" ? "**never** " : "",
    actions: list<string>(statement.Action ?? statement.NotAction),
    resources: statement.Resource === undefined ? [`role ${holder}`] : list<string>(statement.Resource),
    why: `${words(String(statement.Sid ?? "takes the role"))}${condition}`,
  };
}

function permissionRow({ action, principal, function: invoked, sourceArn, statementId }: Record<string, unknown>): Row {
  return {
    principal: String(principal),
    effect: "",
    actions: [String(action)],
    resources: [`function ${String(invoked)}`],
    why: `${words(String(statementId))}; from ${String(sourceArn)}`,
  };
}

function principalOf(principal: unknown): string {
  if (typeof principal !== "object" || principal === null) return "anyone";
  return Object.values(principal)
    .flatMap(list<string>)
    .join("<br>")
    .replaceAll(/^\*$/g, "anyone");
}

function conditionText(condition: unknown): string {
  return Object.entries(condition as Record<string, Record<string, unknown>>)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => `${operator} ${key}: ${list<string>(values).join(", ")}`),
    )
    .join("; ");
}

/** `DeadLetterAtOnce` as `dead letter at once`. */
function words(sid: string): string {
  return sid.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/** An account and a region say nothing in a table of one stack, and a key is known by its name. */
function shorten(line: string, { region, account, resources }: StackGraph): string {
  let text = line;
  for (const { type, name, state } of resources) {
    if (type === KEY) text = text.replaceAll(String(state.arn), `key ${name}`);
    if (type === "aws:ec2/securityGroup:SecurityGroup") text = text.replaceAll(String(state.id), name);
  }
  return text
    .replaceAll(`arn:aws:`, "")
    .replaceAll(`:${region}:`, ":")
    .replaceAll(`.${region}.`, ".")
    .replaceAll(new RegExp(`:?:${account}:`, "g"), ":")
    .replaceAll(`-${account}`, "")
    .replaceAll(account, "the account")
    .replaceAll(":::", ":");
}

function list<T>(value: unknown): T[] {
  return (Array.isArray(value) ? value : [value]) as T[];
}
