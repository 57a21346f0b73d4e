import { z } from "zod";
import { AWS, matching, type SettingMeta, section, whole } from "./values.ts";

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

export const securitySections = {
  network: network.prefault({}),
};
