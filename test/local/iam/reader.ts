import type { GraphResource, StackGraph } from "../../../local/graph/types.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT, REGION, stackOf } from "./stacks.ts";

type Part = Pick<GraphResource, "type" | "name" | "inputs">;

export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/reader`;
export const SESSION_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/reads`;
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;
export const QUEUE_URL = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/orders`;
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:reads`;

/** As the gateway reads it from a signature of the function's. */
export const READER = { accessKeyId: "reader", sessionToken: "reads/environment" };
export const OPERATOR = { accessKeyId: "operator", sessionToken: undefined };

function document(...Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

const key: Part = { type: "aws:kms/key:Key", name: "messages", inputs: {} };
export const KEY_ARN = String(graphOf([key]).resources[0]?.state.arn);

/** What a function may do, and the rest of its small stack, of which each part can be given another form. */
export interface ReaderStack {
  /** Of the role's only policy. */
  statements?: object[];
  /** Of the queue's policy; by default it has none. */
  queueStatements?: object[];
  isEncrypted?: boolean;
  /** A VPC without any endpoint. */
  isInVpc?: boolean;
}

/** A function whose role reads one queue. Every resource has a line in the program, and the component that made it another. */
export function readerStack({ statements, queueStatements, isEncrypted, isInVpc }: ReaderStack = {}): StackGraph {
  const vpc: Part = { type: "awsx:ec2:Vpc", name: "vpc", inputs: { numberOfAvailabilityZones: 1 } };
  const subnetIds = graphOf([vpc]).resources[0]?.state.isolatedSubnetIds;
  const own = statements ?? [{ Sid: "Read", Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: QUEUE_ARN }];
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const graph = stackOf([
    { type: "aws:iam/role:Role", name: "reader", inputs: { name: "reader", assumeRolePolicy: document(trust) } },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "reader-policy",
      inputs: { role: "reader", policy: document(...own) },
    },
    {
      type: "aws:sqs/queue:Queue",
      name: "orders",
      inputs: {
        name: "orders",
        ...(queueStatements === undefined ? {} : { policy: document(...queueStatements) }),
        ...(isEncrypted === true ? { kmsMasterKeyId: KEY_ARN } : {}),
      },
    },
    key,
    {
      type: "aws:lambda/function:Function",
      name: "reads",
      inputs: {
        name: "reads",
        role: ROLE_ARN,
        ...(isInVpc === true ? { vpcConfig: { subnetIds, securityGroupIds: ["sg-1"] } } : {}),
      },
    },
    ...(isInVpc === true ? [vpc] : []),
  ]);
  const component = {
    ...graph.resources[0],
    urn: "component",
    type: "lean-ops:index:Reader",
    custom: false,
  } as GraphResource;
  const resources = graph.resources.map((resource, index) => ({
    ...resource,
    parent: component.urn,
    source: { file: `components/${resource.name}.ts`, line: index + 1, column: 1 },
  }));
  const source = { file: "index.ts", line: 7, column: 1 };
  return { ...graph, resources: [...resources, { ...component, inputs: {}, state: {}, source }] };
}
