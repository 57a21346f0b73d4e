import { ofType, type StackGraph } from "../graph/types.ts";
import { Access, type Refusal } from "./access.ts";
import type { Call } from "./call.ts";
import { deniedCall } from "./denied.ts";
import { type Mutation, mutationsOf } from "./mutations.ts";
import type { Principal } from "./principal.ts";
import { wiredCalls } from "./wiring.ts";

/** What became of one removal. */
export interface Outcome {
  mutation: Mutation;
  /** How it was noticed, in the words of a report; undefined: nobody noticed. */
  caught: string | undefined;
}

/**
 * Takes everything away from a stack, one by one, and judges again what a run has needed: a removal is caught where a
 * call is refused that was admitted, or, of a Deny, where one is admitted that was refused. A policy is judged from the
 * call and the graph alone, so that a second run would be refused the same.
 *
 * @param trace Every kind of call of a run, or of several.
 */
export function outcomes(graph: StackGraph, trace: readonly Call[]): Outcome[] {
  const whole = new Access(graph);
  const users = usersOf(whole, trace);
  const probes = refusedByDeny(graph);
  return mutationsOf(graph).map((mutation) => {
    const access = new Access(mutation.graph, whole.outsiders);
    return { mutation, caught: noticed(mutation, access, users.get(mutation.urn) ?? [], probes) };
  });
}

/**
 * The calls by what they were admitted with: by the URN of each policy's and each rule's resource. Less of any other
 * resource's cannot refuse them.
 */
function usersOf(access: Access, trace: readonly Call[]): ReadonlyMap<string, readonly Call[]> {
  const users = new Map<string, Call[]>();
  for (const call of trace) {
    const verdict = access.judge(call);
    if (!verdict.allowed) throw new Error(`${call.action} on ${call.resource} is in the trace, and refused`);
    const grants = verdict.grants.map(({ statement }) => statement.place.urn);
    for (const urn of new Set([...grants, ...verdict.rules.map((rule) => rule.urn)])) {
      users.set(urn, [...(users.get(urn) ?? []), call]);
    }
  }
  return users;
}

function noticed(
  { graph, kind }: Mutation,
  access: Access,
  trace: readonly Call[],
  probes: readonly Call[],
): string | undefined {
  if (kind === "deny") {
    const admitted = probes.find((call) => access.judge(call).allowed);
    return admitted && `${admitted.action} on ${admitted.resource} is admitted`;
  }
  for (const call of trace) {
    const verdict = access.judge(call);
    if (!verdict.allowed) return textOf(verdict, graph);
  }
  return undefined;
}

function textOf(refusal: Refusal, graph: StackGraph): string {
  const { reason } = deniedCall(refusal, graph);
  return refusal.kind === "network" ? `${refusal.request.action}: ${reason}` : reason;
}

/** Calls that a Deny, and nothing else, refuses: of an administrator, and of every role's own code. */
export function refusedByDeny(graph: StackGraph): Call[] {
  const access = new Access(graph);
  return candidates(graph).filter((call) => {
    const verdict = access.judge(call);
    return !verdict.allowed && verdict.kind === "policy" && verdict.reason.kind === "explicit deny";
  });
}

function candidates(graph: StackGraph): Call[] {
  const { region, account } = graph;
  const operator: Principal = { kind: "user", arn: `arn:aws:iam::${account}:user/operator` };
  const call = (principal: Principal, action: string, resource: unknown, context: Call["context"]): Call => ({
    principal,
    from: undefined,
    action,
    resource: String(resource),
    context,
  });
  const inTheClear = { "aws:securetransport": "false" };
  const buckets = ofType(graph, "aws:s3/bucket:Bucket").map(({ state }) => String(state.arn));
  const queues = ofType(graph, "aws:sqs/queue:Queue").map(({ state }) => state.arn);
  const topics = ofType(graph, "aws:sns/topic:Topic").map(({ state }) => state.arn);
  const functions = ofType(graph, "aws:lambda/function:Function");
  return [
    ...buckets.flatMap((arn) => [
      call(operator, "s3:GetObject", `${arn}/key`, inTheClear),
      call(operator, "s3:ListBucket", arn, inTheClear),
      call(operator, "s3:PutObject", `${arn}/key`, { "s3:x-amz-server-side-encryption": "AES256" }),
      call(operator, "s3:PutObject", `${arn}/key`, {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:${region}:${account}:key/another`,
      }),
    ]),
    ...queues.map((arn) => call(operator, "sqs:SendMessage", arn, inTheClear)),
    ...topics.flatMap((arn) => [
      call(operator, "sns:Publish", arn, inTheClear),
      call(operator, "sns:Publish", arn, {}),
    ]),
    // An alarm may publish, but not so.
    ...wiredCalls(graph)
      .filter(({ action }) => action === "sns:Publish")
      .map(({ principal, action, resource, context }) =>
        call(principal, action, resource, { ...context, ...inTheClear }),
      ),
    ...functions.map(({ state, inputs }) =>
      call(
        { kind: "role", arn: String(inputs.role), session: String(state.name) },
        "ec2:CreateNetworkInterface",
        `arn:aws:ec2:${region}:${account}:network-interface/*`,
        { "lambda:sourcefunctionarn": String(state.arn) },
      ),
    ),
  ];
}
