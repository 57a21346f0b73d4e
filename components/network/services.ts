import * as pulumi from "@pulumi/pulumi";
import { FUNCTION_NAMES, type FunctionName, type Names } from "../../settings/names.ts";
import type { Placement } from "../policy.ts";

/** An AWS service that functions call, by its name in the SDK. */
export type CalledService = "cloudwatch" | "dynamodb" | "firehose" | "glue" | "lambda" | "s3" | "sns" | "sqs";

/**
 * The services that each function calls itself: those whose clients are in its bundle, as the specs check. What Lambda
 * does for a function (polling, logs, traces) and what a service does with a key comes from AWS's own network.
 */
export const CALLED_SERVICES: Readonly<Record<FunctionName, readonly CalledService[]>> = {
  "sqs-processor": ["firehose", "sqs"],
  "firehose-transform": [],
  "dlq-processor": ["dynamodb", "s3"],
  "error-sweep": ["s3", "sqs"],
  replay: ["dynamodb", "firehose", "s3", "sqs"],
  "circuit-breaker": ["cloudwatch", "dynamodb", "lambda", "sns", "sqs"],
  "refinery-plan": ["dynamodb", "glue", "s3"],
  "water-balance": ["cloudwatch", "dynamodb", "glue", "s3"],
};

export interface ServiceEndpoint {
  /** Of the service's name in PrivateLink: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
  name: string;
  type: "Gateway" | "Interface";
  /** What functions call. What only Lambda's pollers do is not among it: they are not in the VPC. */
  actions: readonly string[];
  /** On what, beginning after the service in an ARN; none where an action has no resource of its own. */
  resources(names: Names, placement: Placement): pulumi.Output<string>[];
}

const everything = () => [pulumi.output("*")];

export const SERVICE_ENDPOINTS: Readonly<Record<CalledService, ServiceEndpoint>> = {
  cloudwatch: {
    name: "monitoring",
    type: "Interface",
    actions: ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
    resources: everything,
  },
  dynamodb: {
    name: "dynamodb",
    type: "Gateway",
    actions: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"].map(
      (action) => `dynamodb:${action}`,
    ),
    resources: ({ prefix }, { account, region }) => [
      pulumi.interpolate`arn:aws:dynamodb:${region}:${account}:table/${prefix}-*`,
    ],
  },
  firehose: {
    name: "kinesis-firehose",
    type: "Interface",
    actions: ["firehose:PutRecord", "firehose:PutRecordBatch"],
    resources: ({ deliveryStream }, { account, region }) => [
      pulumi.interpolate`arn:aws:firehose:${region}:${account}:deliverystream/${deliveryStream}`,
    ],
  },
  glue: {
    name: "glue",
    type: "Interface",
    actions: ["glue:GetTables"],
    resources: ({ prefix }, { account, region }) => {
      const underscored = prefix.replaceAll("-", "_");
      return ["catalog", `database/${underscored}_*`, `table/${underscored}_*/*`].map(
        (resource) => pulumi.interpolate`arn:aws:glue:${region}:${account}:${resource}`,
      );
    },
  },
  lambda: {
    name: "lambda",
    type: "Interface",
    actions: ["GetEventSourceMapping", "ListEventSourceMappings", "UpdateEventSourceMapping"].map(
      (action) => `lambda:${action}`,
    ),
    resources: everything,
  },
  s3: {
    name: "s3",
    type: "Gateway",
    actions: ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
    resources: ({ prefix }, { account }) => [
      pulumi.interpolate`arn:aws:s3:::${prefix}-*-${account}`,
      pulumi.interpolate`arn:aws:s3:::${prefix}-*-${account}/*`,
    ],
  },
  sns: {
    name: "sns",
    type: "Interface",
    actions: ["sns:Publish"],
    resources: ({ prefix }, { account, region }) => [pulumi.interpolate`arn:aws:sns:${region}:${account}:${prefix}-*`],
  },
  sqs: {
    name: "sqs",
    type: "Interface",
    actions: ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "SendMessage"].map(
      (action) => `sqs:${action}`,
    ),
    resources: ({ prefix }, { account, region }) => [pulumi.interpolate`arn:aws:sqs:${region}:${account}:${prefix}-*`],
  },
};

/** The services that the stack's functions call, in alphabetical order, each with the functions that do. */
export function calledServices(): Map<CalledService, FunctionName[]> {
  const services = [...new Set(FUNCTION_NAMES.flatMap((name) => CALLED_SERVICES[name]))].sort();
  return new Map(
    services.map((service) => [service, FUNCTION_NAMES.filter((name) => CALLED_SERVICES[name].includes(service))]),
  );
}
