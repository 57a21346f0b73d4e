import type { Caller } from "../api/service.ts";
import { readDocument, type Statement } from "./document.ts";
import type { Role } from "./identities-from-graph.ts";
import type { Principal } from "./principal.ts";

/** Who stands behind a request's signature. */
export interface KnownCaller {
  principal: Principal;
  /** ARN of the function whose process calls. */
  from: string | undefined;
}

/** How `npm start` signs what it sends. */
export const PRODUCER_KEY = "producer";

/** Where an environment's session token names its function: `FUNCTION/ENVIRONMENT`. */
export function sessionToken(functionName: string, environment: string): string {
  return `${functionName}/${environment}`;
}

/**
 * By access key: a role's own name is a session of it, `producer` may send to the topics' queues and use their key, and
 * any other is an administrator of the account, as an operator with a shell is.
 */
export function callerOf(
  { accessKeyId, sessionToken: token }: Caller,
  place: { region: string; account: string },
  roles: ReadonlyMap<string, Role>,
): KnownCaller {
  const role = roles.get(`arn:aws:iam::${place.account}:role/${accessKeyId}`);
  if (role === undefined) {
    const arns = userArns(place.account);
    return {
      principal: { kind: "user", arn: accessKeyId === PRODUCER_KEY ? arns.producer : arns.operator },
      from: undefined,
    };
  }
  const functionName = token?.split("/")[0];
  return {
    principal: { kind: "role", arn: role.arn, session: functionName ?? role.name },
    from: functionName && `arn:aws:lambda:${place.region}:${place.account}:function:${functionName}`,
  };
}

function userArns(account: string): { operator: string; producer: string } {
  return { operator: `arn:aws:iam::${account}:user/operator`, producer: `arn:aws:iam::${account}:user/producer` };
}

/** The policies of those who are not of the stack. @param topicQueues ARN of the topics' queues, with a wildcard. */
export function userPolicies(
  { region, account }: { region: string; account: string },
  topicQueues: string,
): ReadonlyMap<string, readonly Statement[]> {
  const { operator, producer } = userArns(account);
  const viaSqs = { StringEquals: { "kms:ViaService": `sqs.${region}.amazonaws.com` } };
  const statements: Record<string, readonly object[]> = {
    [operator]: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    [producer]: [
      { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:GetQueueUrl"], Resource: topicQueues },
      { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: "*", Condition: viaSqs },
    ],
  };
  return new Map(
    Object.entries(statements).map(([arn, list]) => {
      const place = { urn: arn, resource: arn, property: "policy" };
      const refuse = (problem: string) => {
        throw new Error(`${arn}: ${problem}`);
      };
      return [arn, readDocument({ Version: "2012-10-17", Statement: list }, { place, kind: "identity", refuse })];
    }),
  );
}
