import assert from "node:assert/strict";
import { providerOutputs } from "../../../local/graph/outputs.ts";

const placement = { region: "eu-west-1", account: "123456789012" };

describe("what AWS adds to a resource", () => {
  it("is a UUID of its own for each mapping, the same each time", () => {
    const uuid = (name: string) =>
      providerOutputs("aws:lambda/eventSourceMapping:EventSourceMapping", name, {}, placement).uuid;
    assert.notEqual(uuid("compute-eu-order-confirmations"), uuid("compute-us-order-confirmations"));
    assert.equal(uuid("compute-orders"), uuid("compute-orders"));
    assert.match(String(uuid("compute-orders")), /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it("is a subnet, a route table and what joins them for each zone of a VPC, in which nothing leads out", () => {
    const outputs = providerOutputs("awsx:ec2:Vpc", "network", { numberOfAvailabilityZones: 2 }, placement);
    const subnets = outputs.isolatedSubnetIds as string[];
    const tables = (outputs.routeTables as { id: string }[]).map(({ id }) => id);
    assert.equal(new Set([...subnets, ...tables]).size, 4);
    assert.deepEqual(
      (outputs.routeTableAssociations as Record<string, string>[]).map(({ subnetId, routeTableId }) => [
        subnetId,
        routeTableId,
      ]),
      subnets.map((subnet, zone) => [subnet, tables[zone]]),
    );
    assert.match(String(outputs.vpcId), /^vpc-[0-9a-f]{17}$/);
    assert.deepEqual([outputs.routes, outputs.publicSubnetIds, outputs.natGateways], [[], [], []]);
  });

  it("is a prefix list for an endpoint that is reached by routes, and none for another", () => {
    const of = (vpcEndpointType: string) =>
      providerOutputs("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", { vpcEndpointType, serviceName: "s3" }, placement);
    assert.match(String(of("Gateway").prefixListId), /^pl-[0-9a-f]{8}$/);
    assert.equal("prefixListId" in of("Interface"), false);
  });
});
