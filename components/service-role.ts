import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as iam from "@pulumi/aws/iam/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Placement, policyDocument } from "./policy.ts";

export interface ServiceRoleArgs {
  /** Physical name of the role, and of its policy. */
  roleName: string;
  /** Who may take the role: a policy document. */
  trust: pulumi.Input<string>;
  statements: readonly PolicyStatement[];
  placement: Placement;
}

export interface ServiceRole {
  role: iam.Role;
  /** What the role may do: services try a role when they are given it, so that they wait for this as well. */
  policy: iam.RolePolicy;
}

/** A role that a service takes, with a policy of its own, within what the account lets any role do. */
export function serviceRole(
  name: string,
  { roleName, trust, statements, placement }: ServiceRoleArgs,
  parent: pulumi.Resource,
): ServiceRole {
  const { permissionsBoundary } = placement;
  const role = new iam.Role(
    `${name}-role`,
    {
      name: roleName,
      assumeRolePolicy: trust,
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    },
    { parent },
  );
  const policy = new iam.RolePolicy(
    `${name}-policy`,
    { name: roleName, role: role.name, policy: policyDocument(statements) },
    { parent },
  );
  return { role, policy };
}
