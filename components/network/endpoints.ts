import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../../settings/names.ts";
import { type Placement, policyDocument } from "../policy.ts";
import { calledServices, SERVICE_ENDPOINTS, type ServiceEndpoint } from "./services.ts";

export interface EndpointsArgs {
  names: Names;
  placement: Placement;
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  /** Of the subnets: gateways are reached by routes. */
  routeTableIds: pulumi.Input<string[]>;
  /** Lets the functions in. */
  securityGroupId: pulumi.Input<string>;
}

/** The endpoints, by the service's name in PrivateLink: one for each service that a function calls, and no others. */
export function vpcEndpoints(
  name: string,
  args: EndpointsArgs,
  parent: pulumi.Resource,
): Map<string, { type: ServiceEndpoint["type"]; endpoint: ec2.VpcEndpoint }> {
  const { names, placement, vpcId } = args;
  const made = [...calledServices()].map(([service, callers]) => {
    const { name: serviceName, type, actions, resources } = SERVICE_ENDPOINTS[service];
    const roles = callers.map((caller) => names.functionName(caller));
    const endpoint = new ec2.VpcEndpoint(
      `${name}-${serviceName}`,
      {
        vpcId,
        serviceName: pulumi.interpolate`com.amazonaws.${placement.region}.${serviceName}`,
        vpcEndpointType: type,
        ...(type === "Gateway"
          ? { routeTableIds: args.routeTableIds }
          : { subnetIds: args.subnetIds, securityGroupIds: [args.securityGroupId], privateDnsEnabled: true }),
        // A gateway takes no role for a principal, but a condition on it
        // (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html).
        policy: policyDocument([
          {
            Sid: "Functions",
            Effect: "Allow",
            Principal: "*",
            Action: [...actions],
            Resource: resources(names, placement),
            Condition: {
              ArnEquals: {
                "aws:PrincipalArn": roles.map(
                  (role) => pulumi.interpolate`arn:aws:iam::${placement.account}:role/${role}`,
                ),
              },
            },
          },
        ]),
        tags: { Name: `${names.prefix}-${serviceName}` },
      },
      { parent },
    );
    return [serviceName, { type, endpoint }] as const;
  });
  return new Map(made);
}
