import type { Caller } from "../api/service.ts";
import type { StackGraph } from "../graph/types.ts";
import { OPERATOR_KEY } from "./access-keys.ts";
import type { Context } from "./context.ts";
import { readDocument, type Statement } from "./document.ts";
import type { Role } from "./identities-from-graph.ts";
import type { Principal } from "./principal.ts";
import { type ProducerIdentity, producersOf } from "./producers.ts";

/** Who stands behind a request's signature. */
export interface KnownCaller {
  principal: Principal;
  /** ARN of the function whose process calls. */
  from: string | undefined;
  /** What every call of this caller says besides: for whom a service calls. */
  context: Context;
}

/** Where an environment's session token names its function: `FUNCTION/ENVIRONMENT`. */
export function sessionToken(functionName: string, environment: string): string {
  return `${functionName}/${environment}`;
}

/** Those who call, and are not of the stack. */
export class Outsiders {
  /** ARN of the administrator. */
  readonly operatorArn: string;
  readonly producers: readonly ProducerIdentity[];
  /** What their own account lets each do, by ARN of the user or role. */
  readonly policies: ReadonlyMap<string, readonly Statement[]>;

  constructor(graph: StackGraph) {
    this.operatorArn = `arn:aws:iam::${graph.account}:user/${OPERATOR_KEY}`;
    this.producers = producersOf(graph);
    const statements = new Map<string, readonly object[]>([
      [this.operatorArn, [{ Effect: "Allow", Action: "*", Resource: "*" }]],
    ]);
    for (const producer of this.producers) {
      const { principal } = producer;
      if (principal.kind === "service") continue;
      statements.set(principal.arn, [...(statements.get(principal.arn) ?? []), ...producer.statements]);
    }
    this.policies = new Map(Array.from(statements, ([arn, list]) => [arn, policyOf(arn, list)]));
  }

  /** @returns undefined where the key is nobody's here. */
  known(accessKeyId: string): KnownCaller | undefined {
    if (accessKeyId === OPERATOR_KEY) {
      return { principal: { kind: "user", arn: this.operatorArn }, from: undefined, context: {} };
    }
    const producer = this.producers.find((one) => one.accessKeyId === accessKeyId);
    return producer && { principal: producer.principal, from: undefined, context: producer.context };
  }
}

/**
 * By access key: a role's own name is a session of it, `operator` is the administrator, `producer` and `producer:NAME`
 * send to the topics. As on AWS, any other key is nobody's.
 *
 * @returns undefined where the key is nobody's.
 */
export function callerOf(
  { accessKeyId, sessionToken: token }: Caller,
  place: { region: string; account: string },
  known: { roles: ReadonlyMap<string, Role>; outsiders: Outsiders },
): KnownCaller | undefined {
  const role = known.roles.get(`arn:aws:iam::${place.account}:role/${accessKeyId}`);
  if (role === undefined) return known.outsiders.known(accessKeyId);
  const functionName = token?.split("/")[0];
  return {
    principal: { kind: "role", arn: role.arn, session: functionName ?? role.name },
    from: functionName && `arn:aws:lambda:${place.region}:${place.account}:function:${functionName}`,
    context: {},
  };
}

function policyOf(arn: string, statements: readonly object[]): readonly Statement[] {
  return readDocument(
    { Version: "2012-10-17", Statement: statements },
    {
      place: { urn: arn, resource: arn, property: "policy" },
      kind: "identity",
      refuse: (problem) => {
        throw new Error(`${arn}: ${problem}`);
      },
    },
  );
}
