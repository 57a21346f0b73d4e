import { z } from "zod";
import { AWS, choice, matching, type SettingMeta, section, whole } from "./values.ts";

/** The sections of the settings that say who and what may reach a stack. */

const VPC = `${AWS}/lambda/latest/dg/configuration-vpc.html`;

const id = (kind: string) =>
  matching(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `an id such as ${kind}-0123456789abcdef0`);

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

const existing = section({
  vpcId: id("vpc").meta({
    description: "The VPC that the functions are placed in. It must resolve DNS names (enableDnsSupport).",
    page: VPC,
  } satisfies SettingMeta),
  subnetIds: z
    .array(id("subnet"), { error: "must be a list of subnets' ids" })
    .min(1, "must name at least one subnet")
    .meta({
      description: "Its subnets for the functions, in as many zones as the functions should survive the loss of.",
      page: VPC,
    } satisfies SettingMeta),
  routeTableIds: z
    .array(id("rtb"), { error: "must be a list of route tables' ids" })
    .min(1, "must name at least one route table")
    .optional()
    .meta({
      description:
        "The route tables of these subnets, where the VPC has no endpoints yet: the stack then makes them, for its own functions alone.",
      derived: "none: the VPC has its endpoints already",
      page: `${AWS}/vpc/latest/privatelink/gateway-endpoints.html`,
    } satisfies SettingMeta),
  endpointSecurityGroupId: id("sg")
    .optional()
    .meta({
      description:
        "The security group of the VPC's interface endpoints, where it has them already, as it must have the gateway endpoints of S3 and DynamoDB. It must let the stack's output `functionSecurityGroup` in on port 443.",
      derived: "none: the stack makes the endpoints",
      page: `${AWS}/vpc/latest/privatelink/create-interface-endpoint.html`,
    } satisfies SettingMeta),
});

const network = section({
  cidr: matching(new RegExp(`^${OCTET}(\\.${OCTET}){3}/(1[6-9]|2[0-6])$`), "an IPv4 range from /16 to /26")
    .default("10.64.0.0/22")
    .meta({
      description: "The addresses of the stack's own VPC, divided among the zones. Nothing else needs to reach them.",
      page: `${AWS}/vpc/latest/userguide/vpc-cidr-blocks.html`,
    } satisfies SettingMeta),
  zones: whole(1, 6)
    .default(2)
    .meta({
      description:
        "In how many availability zones the functions run and the endpoints are: each endpoint costs by the hour in each.",
      unit: "zones",
      page: `${AWS}/vpc/latest/privatelink/interface-endpoints.html`,
    } satisfies SettingMeta),
  existing: existing.optional(),
});

/** The services that send to a queue in their own name. */
const PRODUCING_SERVICES = ["events", "s3", "sns"] as const;

const QUEUE_POLICY = `${AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html`;

const producer = section({
  topics: z
    .array(z.string({ error: "must be a topic's name" }), { error: "must be a list of topics" })
    .min(1, "must name at least one topic")
    .optional()
    .meta({
      description: "The topics that the producer sends to.",
      derived: "every topic",
      page: QUEUE_POLICY,
    } satisfies SettingMeta),
  account: matching(/^\d{12}$/, "an account's 12 digits, in quotation marks")
    .optional()
    .meta({
      description: "An AWS account, which says by itself which of its roles may send.",
      derived: "none: the producer is a role or a service",
      page: QUEUE_POLICY,
    } satisfies SettingMeta),
  role: matching(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, "a role's ARN")
    .optional()
    .meta({
      description:
        "A role, of this account or another; it must exist. Of another account, that account must let it send.",
      derived: "none: the producer is an account or a service",
      page: QUEUE_POLICY,
    } satisfies SettingMeta),
  service: choice(PRODUCING_SERVICES)
    .optional()
    .meta({
      description: "A service that sends in its own name: EventBridge, S3 or SNS.",
      derived: "none: the producer is an account or a role",
      page: `${AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html`,
    } satisfies SettingMeta),
  source: matching(/^arn:aws:(events|s3|sns):\S+$/, "the ARN of an EventBridge rule, a bucket or an SNS topic")
    .optional()
    .meta({
      description:
        "For whom the service sends: the ARN of an EventBridge rule, of a bucket of this account, or of an SNS topic.",
      derived: "none: the producer is no service",
      page: `${AWS}/IAM/latest/UserGuide/confused-deputy.html`,
    } satisfies SettingMeta),
});

export type Producer = z.output<typeof producer>;

export const securitySections = {
  producers: z
    .record(z.string(), producer, { error: "must be a mapping of names to producers" })
    .default({})
    .meta({
      description: "Who sends to the topics, by names of your own, besides those whom the account's own policies let.",
      page: QUEUE_POLICY,
    } satisfies SettingMeta),
  network: network.prefault({}),
  permissionsBoundary: matching(/^arn:aws:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, "a policy's ARN")
    .optional()
    .meta({
      description: "A policy that no role of the stack may exceed, where the account asks for one.",
      derived: "none",
      page: `${AWS}/IAM/latest/UserGuide/access_policies_boundaries.html`,
    } satisfies SettingMeta),
};
