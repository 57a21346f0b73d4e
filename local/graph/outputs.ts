import { createHash } from "node:crypto";
import type { GraphResource } from "./types.ts";

/** Where the resources would live; AWS's documentation account, so that no real one can appear in a log. */
export interface Placement {
  region: string;
  account: string;
  /**
   * What queue URLs begin with, by default AWS's own host: an SDK client sends a request to its queue URL's host even
   * where `AWS_ENDPOINT_URL` names another.
   */
  queueEndpoint?: string;
}

type Inputs = GraphResource["inputs"];

/** AWS takes the time at which a stream was enabled; the same for all, so that two evaluations agree. */
const STREAM_LABEL = "2026-01-01T00:00:00.000";

/**
 * What AWS would add to a resource's inputs once it exists: its ARN, and the attributes that other resources refer to.
 * ARN formats: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function providerOutputs(type: string, name: string, inputs: Inputs, placement: Placement): Inputs {
  const { region, account, queueEndpoint = `https://sqs.${region}.amazonaws.com` } = placement;
  const physical = String(inputs.name ?? inputs.bucket ?? inputs.functionName ?? name);
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  switch (type) {
    case "aws:sqs/queue:Queue": {
      const url = `${queueEndpoint}/${account}/${physical}`;
      return { name: physical, arn: arn("sqs", physical), url, id: url };
    }
    case "aws:lambda/function:Function": {
      const functionArn = arn("lambda", `function:${String(inputs.name ?? name)}`);
      return { name: inputs.name ?? name, arn: functionArn, qualifiedArn: `${functionArn}:$LATEST` };
    }
    case "aws:lambda/eventSourceMapping:EventSourceMapping": {
      const uuid = stableUuid(name);
      return { uuid, id: uuid, arn: arn("lambda", `event-source-mapping:${uuid}`) };
    }
    case "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream":
      return { name: physical, arn: arn("firehose", `deliverystream/${physical}`) };
    case "aws:iam/role:Role":
      return { name: physical, arn: `arn:aws:iam::${account}:role/${physical}` };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { name: physical, arn: arn("logs", `log-group:${physical}`) };
    case "aws:s3/bucket:Bucket":
      return { bucket: physical, arn: `arn:aws:s3:::${physical}`, id: physical };
    case "aws:glue/catalogDatabase:CatalogDatabase":
      return { name: physical, arn: arn("glue", `database/${physical}`), catalogId: account };
    case "aws:glue/catalogTable:CatalogTable":
      return {
        name: physical,
        arn: arn("glue", `table/${String(inputs.databaseName)}/${physical}`),
        catalogId: account,
      };
    case "aws:dynamodb/table:Table": {
      const tableArn = arn("dynamodb", `table/${physical}`);
      const stream = { streamArn: `${tableArn}/stream/${STREAM_LABEL}`, streamLabel: STREAM_LABEL };
      return { name: physical, arn: tableArn, ...(inputs.streamEnabled === true ? stream : {}) };
    }
    case "aws:scheduler/schedule:Schedule": {
      const id = `${String(inputs.groupName ?? "default")}/${physical}`;
      return { name: physical, arn: arn("scheduler", `schedule/${id}`), id };
    }
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { name: physical, arn: arn("cloudwatch", `alarm:${physical}`), id: physical };
    case "aws:cloudwatch/dashboard:Dashboard":
      return { dashboardArn: `arn:aws:cloudwatch::${account}:dashboard/${String(inputs.dashboardName)}` };
    case "aws:sns/topic:Topic": {
      const topicArn = arn("sns", physical);
      return { name: physical, arn: topicArn, id: topicArn };
    }
    case "aws:sns/topicSubscription:TopicSubscription": {
      const subscriptionArn = `${String(inputs.topic)}:${stableUuid(name)}`;
      return { arn: subscriptionArn, id: subscriptionArn };
    }
    case "aws:kms/key:Key": {
      const keyId = stableUuid(name);
      return { keyId, id: keyId, arn: arn("kms", `key/${keyId}`) };
    }
    case "aws:kms/alias:Alias":
      return {
        name: physical,
        arn: arn("kms", physical),
        targetKeyArn: arn("kms", `key/${String(inputs.targetKeyId)}`),
      };
    case "aws:sfn/stateMachine:StateMachine": {
      const machineArn = arn("states", `stateMachine:${physical}`);
      return { name: physical, arn: machineArn, id: machineArn };
    }
    case "aws:athena/workgroup:Workgroup":
      return { name: physical, arn: arn("athena", `workgroup/${physical}`), id: physical };
    case "aws:s3/bucketNotification:BucketNotification":
      return { id: physical };
    case "awsx:ec2:Vpc":
      return vpcOutputs(name, inputs);
    case "aws:ec2/securityGroup:SecurityGroup": {
      const id = `sg-${shortId(name)}`;
      return { id, arn: arn("ec2", `security-group/${id}`) };
    }
    case "aws:ec2/vpcEndpoint:VpcEndpoint": {
      const id = `vpce-${shortId(name)}`;
      const gateway =
        inputs.vpcEndpointType === "Gateway" ? { prefixListId: prefixListId(String(inputs.serviceName)) } : {};
      return { id, arn: arn("ec2", `vpc-endpoint/${id}`), ...gateway };
    }
    case "aws:ec2/flowLog:FlowLog": {
      const id = `fl-${shortId(name)}`;
      return { id, arn: arn("ec2", `vpc-flow-log/${id}`) };
    }
    default:
      return {};
  }
}

/** @param serviceName such as `com.amazonaws.eu-west-1.s3`. */
export function prefixListId(serviceName: string): string {
  return `pl-${shortId(serviceName).slice(0, 8)}`;
}

/**
 * What `awsx.ec2.Vpc` gives: it is made by a provider of its own, so that nothing of it but its outputs can be seen here.
 * Of its subnets only the isolated ones, each with a route table of its own in which nothing leads out.
 */
function vpcOutputs(name: string, inputs: Inputs): Inputs {
  const zones = Array.from(
    { length: Number(inputs.numberOfAvailabilityZones ?? 3) },
    (_, zone) => `${name}-${zone + 1}`,
  );
  const tables = zones.map((zone) => ({
    subnetId: `subnet-${shortId(zone)}`,
    routeTableId: `rtb-${shortId(zone)}`,
    id: `rtbassoc-${shortId(zone)}`,
  }));
  return {
    vpcId: `vpc-${shortId(name)}`,
    isolatedSubnetIds: tables.map(({ subnetId }) => subnetId),
    privateSubnetIds: [],
    publicSubnetIds: [],
    routeTables: tables.map(({ routeTableId }) => ({ id: routeTableId })),
    routeTableAssociations: tables,
    routes: [],
    natGateways: [],
  };
}

/** What ends the ids of EC2; the same name gives the same one. */
function shortId(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 17);
}

/** AWS assigns mappings, keys and subscriptions a UUID; the same name gives the same one, so that two evaluations agree. */
function stableUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
