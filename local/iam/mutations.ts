import type { GraphResource, StackGraph } from "../graph/types.ts";
import { policyDocumentOf } from "./policy-documents.ts";

/** One removal from a stack's infrastructure: the graph without it, and what a person would call it. */
export interface Mutation {
  kind: "permission" | "deny" | "function permission" | "VPC endpoint" | "route" | "security-group rule";
  name: string;
  /** Of the resource that is changed or gone. */
  urn: string;
  /** What nobody may do any more, as the statement had it; undefined where that is not one action. */
  action: string | undefined;
  resource: string | undefined;
  graph: StackGraph;
}

type Document = { Statement: Statement | Statement[] };
type Statement = Record<string, unknown>;

/** Resources that are one permission as a whole. */
const WHOLE: Readonly<Record<string, Mutation["kind"]>> = {
  "aws:lambda/permission:Permission": "function permission",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "VPC endpoint",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "security-group rule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "security-group rule",
};

/**
 * Everything that can be taken away, one by one: each action on each resource that a statement allows, each Deny, each
 * function's permission, each endpoint, each of its routes and each rule of a security group.
 */
export function mutationsOf(graph: StackGraph): Mutation[] {
  return graph.resources.flatMap((resource) => [
    ...statementMutations(graph, resource),
    ...routeMutations(graph, resource),
    ...wholeMutations(graph, resource),
  ]);
}

function wholeMutations(graph: StackGraph, { type, name, urn }: GraphResource): Mutation[] {
  const kind = WHOLE[type];
  if (kind === undefined) return [];
  const rest = { ...graph, resources: graph.resources.filter((resource) => resource.urn !== urn) };
  return [{ kind, name, urn, action: undefined, resource: undefined, graph: rest }];
}

function routeMutations(graph: StackGraph, resource: GraphResource): Mutation[] {
  const tables = resource.inputs.routeTableIds;
  if (resource.type !== "aws:ec2/vpcEndpoint:VpcEndpoint" || !Array.isArray(tables)) return [];
  return tables.map((table) => ({
    kind: "route",
    name: `${resource.name} in ${table}`,
    urn: resource.urn,
    action: undefined,
    resource: undefined,
    graph: changed(graph, resource, { routeTableIds: tables.filter((one) => one !== table) }),
  }));
}

function statementMutations(graph: StackGraph, resource: GraphResource): Mutation[] {
  const held = policyDocumentOf(resource);
  if (held === undefined) return [];
  const { property } = held;
  const document = JSON.parse(held.text) as Document;
  const statements = list(document.Statement) as Statement[];
  const without = (index: number, instead: Statement[]) =>
    changed(graph, resource, {
      [property]: JSON.stringify({ ...document, Statement: statements.toSpliced(index, 1, ...instead) }),
    });
  return statements.flatMap((statement, index): Mutation[] => {
    const where = `${resource.type} "${resource.name}", ${String(statement.Sid ?? index)}`;
    const common = { urn: resource.urn };
    if (statement.Effect === "Deny") {
      const name = `${where}: Deny`;
      return [{ ...common, kind: "deny", name, action: undefined, resource: undefined, graph: without(index, []) }];
    }
    return pairsOf(statement).map(({ action, on, rest }) => ({
      ...common,
      kind: "permission",
      name: `${where}: ${action}${on === undefined ? "" : ` on ${on}`}`,
      action,
      resource: on,
      graph: without(index, rest),
    }));
  });
}

interface Pair {
  action: string;
  /** Undefined in a trust policy, whose resource is the role. */
  on: string | undefined;
  /** The statement's other pairs, as statements. */
  rest: Statement[];
}

function pairsOf(statement: Statement): Pair[] {
  const actions = list(statement.Action).map(String);
  const resources = statement.Resource === undefined ? [undefined] : list(statement.Resource).map(String);
  return actions.flatMap((action) =>
    resources.map((on) => {
      const otherActions = actions.filter((one) => one !== action);
      const otherResources = resources.filter((one) => one !== on);
      return {
        action,
        on,
        rest: [
          ...(otherActions.length === 0 ? [] : [{ ...statement, Action: otherActions }]),
          ...(otherResources.length === 0 ? [] : [{ ...statement, Action: action, Resource: otherResources }]),
        ],
      };
    }),
  );
}

function changed(graph: StackGraph, resource: GraphResource, inputs: Record<string, unknown>): StackGraph {
  const other = { ...resource, inputs: { ...resource.inputs, ...inputs }, state: { ...resource.state, ...inputs } };
  return { ...graph, resources: graph.resources.map((one) => (one === resource ? other : one)) };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
