import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
// Not the package's index, which would load ECS, load balancers and Docker as well.
import { Vpc } from "@pulumi/awsx/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { vpcEndpoints } from "./network/endpoints.ts";
import { flowLogs } from "./network/flow-logs.ts";
import { calledServices, SERVICE_ENDPOINTS } from "./network/services.ts";
import type { Placement } from "./policy.ts";

export interface NetworkArgs {
  names: Names;
  settings: Pick<Settings, "network" | "logs">;
  placement: Placement;
  /** ARN of the key of logs. */
  key: pulumi.Input<string>;
}

/** Where functions are placed. */
export interface FunctionNetwork {
  subnetIds: pulumi.Input<string[]>;
  securityGroupId: pulumi.Input<string>;
  /** What must exist before a function can call anything. */
  ways: readonly pulumi.Resource[];
}

/** A VPC, the stack's own or a given one, as far as endpoints and functions need it. */
interface Place {
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  /** Where the stack makes the endpoints. */
  routeTableIds?: pulumi.Input<string[]>;
  /** Where they are there already. */
  endpointSecurityGroupId?: pulumi.Input<string>;
}

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/**
 * Subnets from which nothing leads anywhere but to the services that the functions call, each through an endpoint of its
 * own: no NAT, and no route to the internet.
 */
export class Network extends pulumi.ComponentResource {
  readonly functions: FunctionNetwork;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lean-ops:index:Network", name, {}, opts);
    const { names, settings, placement } = args;

    const place = settings.network.existing ?? this.#ownVpc(name, args);
    const { vpcId, subnetIds } = place;

    // Without rules inside it, so that a rule can name another group, and be made and removed by itself.
    const securityGroup = (kind: string, description: string) =>
      new ec2.SecurityGroup(
        `${name}-${kind}`,
        { name: `${names.prefix}-${kind}`, description, vpcId, tags: { Name: `${names.prefix}-${kind}` } },
        { parent: this },
      );
    const functions = securityGroup("functions", "The functions: they call AWS by HTTPS, and nobody calls them");
    const mayCall = (what: string, to: Partial<vpc.SecurityGroupEgressRuleArgs>) =>
      new vpc.SecurityGroupEgressRule(
        `${name}-to-${what}`,
        { securityGroupId: functions.id, description: `HTTPS to ${what}`, ...HTTPS, ...to },
        { parent: this },
      );

    const ways: pulumi.Resource[] = [];
    if (place.endpointSecurityGroupId !== undefined) {
      ways.push(mayCall("endpoints", { referencedSecurityGroupId: place.endpointSecurityGroupId }));
      for (const service of calledServices().keys()) {
        const { name: serviceName, type } = SERVICE_ENDPOINTS[service];
        if (type === "Gateway") {
          const list = ec2.getPrefixListOutput({
            name: pulumi.interpolate`com.amazonaws.${placement.region}.${serviceName}`,
          });
          ways.push(mayCall(serviceName, { prefixListId: list.id }));
        }
      }
    } else {
      const endpointGroup = securityGroup("endpoints", "The interface endpoints: the functions call them by HTTPS");
      ways.push(mayCall("endpoints", { referencedSecurityGroupId: endpointGroup.id }));
      ways.push(
        new vpc.SecurityGroupIngressRule(
          `${name}-from-functions`,
          {
            securityGroupId: endpointGroup.id,
            description: "HTTPS from the functions",
            ...HTTPS,
            referencedSecurityGroupId: functions.id,
          },
          { parent: this },
        ),
      );
      const endpoints = vpcEndpoints(
        name,
        {
          names,
          placement,
          vpcId,
          subnetIds,
          routeTableIds: place.routeTableIds ?? [],
          securityGroupId: endpointGroup.id,
        },
        this,
      );
      for (const [serviceName, { type, endpoint }] of endpoints) {
        ways.push(endpoint);
        if (type === "Gateway") {
          ways.push(mayCall(serviceName, { prefixListId: endpoint.prefixListId }));
        }
      }
    }
    this.functions = { subnetIds, securityGroupId: functions.id, ways };

    this.registerOutputs();
  }

  #ownVpc(name: string, { names, settings, placement, key }: NetworkArgs): Place {
    const { cidr, zones } = settings.network;
    const own = new Vpc(
      name,
      {
        cidrBlock: cidr,
        numberOfAvailabilityZones: zones,
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Isolated" }],
        natGateways: { strategy: "None" },
        // The endpoints' private names need both.
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: { Name: names.prefix },
      },
      { parent: this },
    );
    // AWS makes one that lets everything out, and its members reach each other; with no rule it is of no use to anyone.
    new ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: own.vpcId }, { parent: this });
    flowLogs(name, { names, settings, placement, key, vpcId: own.vpcId }, this);
    return {
      vpcId: own.vpcId,
      subnetIds: own.isolatedSubnetIds,
      routeTableIds: own.routeTables.apply((tables) => pulumi.all(tables.map((table) => table.id))),
    };
  }
}
