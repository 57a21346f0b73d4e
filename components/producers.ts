import type { PolicyStatement } from "@pulumi/aws/iam/documents.js";
import * as pulumi from "@pulumi/pulumi";
import type { Producer } from "../settings/security-schema.ts";
import type { Settings } from "../settings/settings.ts";
import { ENCRYPT, type Placement } from "./policy.ts";

type Producers = Settings["producers"];

/** Lets the producers of a topic send to its queue, and nothing else. */
export function sendersOf(
  topic: string,
  producers: Producers,
  placement: Placement,
): (queueArn: pulumi.Output<string>) => PolicyStatement[] {
  const ofTopic = Object.values(producers).filter(({ topics }) => topics === undefined || topics.includes(topic));
  return (queueArn) =>
    statements(ofTopic, { action: "sqs:SendMessage", resource: queueArn, conditions: {} }, placement);
}

/** Lets all producers use the key of messages for what they send. */
export function keyUsersAmong(producers: Producers, placement: Placement): PolicyStatement[] {
  const conditions = { "kms:ViaService": pulumi.interpolate`sqs.${placement.region}.amazonaws.com` };
  return statements(Object.values(producers), { action: ENCRYPT, resource: "*", conditions }, placement);
}

interface Right {
  action: string | string[];
  resource: pulumi.Input<string>;
  /** On roles and accounts; of a service it is its source that tells it from any other's use of the service. */
  conditions: Record<string, pulumi.Input<string>>;
}

function statements(producers: readonly Producer[], right: Right, { account }: Placement): PolicyStatement[] {
  const principals = producers.flatMap(({ role, account: of }) =>
    role !== undefined ? [role] : of !== undefined ? [`arn:aws:iam::${of}:root`] : [],
  );
  const common = { Effect: "Allow" as const, Action: right.action, Resource: right.resource };
  const ofPrincipals: PolicyStatement[] =
    principals.length === 0
      ? []
      : [
          {
            Sid: "Producers",
            ...common,
            Principal: { AWS: [...new Set(principals)] },
            ...(Object.keys(right.conditions).length === 0 ? {} : { Condition: { StringEquals: right.conditions } }),
          },
        ];
  const sources = Map.groupBy(
    producers.filter(({ service }) => service !== undefined),
    ({ service }) => service,
  );
  const ofServices = [...sources].map(([service, all]): PolicyStatement => {
    const arns = [...new Set(all.flatMap(({ source }) => source ?? []))];
    return {
      Sid: `ProducersBy${service?.toUpperCase()}`,
      ...common,
      Principal: { Service: `${service}.amazonaws.com` },
      Condition: {
        ArnEquals: { "aws:SourceArn": arns },
        // A bucket's ARN names no account, and whoever takes over a name that was given up could send.
        ...(service === "s3" ? { StringEquals: { "aws:SourceAccount": account } } : {}),
      },
    };
  });
  return [...ofPrincipals, ...ofServices];
}
