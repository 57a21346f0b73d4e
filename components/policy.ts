import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as pulumi from "@pulumi/pulumi";

/** Where a stack lives. Both are asked of AWS, not set twice. */
export interface Placement {
  account: pulumi.Input<string>;
  region: pulumi.Input<string>;
}

/** A policy document as JSON text; unknown while one of its parts is. */
export function policyDocument(statements: readonly PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets an AWS service take a role. */
export function trustOf(service: string): pulumi.Output<string> {
  return policyDocument([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}
