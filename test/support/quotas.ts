import { type GraphArchive, type GraphResource, ofType, type StackGraph } from "../../local/graph/types.ts";

/** What AWS lets an account or a resource have, at most. */
export interface Quota {
  name: string;
  limit: number;
  page: string;
  /** Whether AWS raises it on request; the limit is what an account begins with. */
  adjustable: boolean;
  /** The most of it that a stack uses, in one place. */
  used(graph: StackGraph): number;
}

const DOCS = "https://docs.aws.amazon.com";
const IAM = `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`;
const LAMBDA = `${DOCS}/lambda/latest/dg/gettingstarted-limits.html`;
const VPC = `${DOCS}/vpc/latest/userguide/amazon-vpc-limits.html`;
const ALARMS = `${DOCS}/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html`;
const GLUE = `${DOCS}/general/latest/gr/glue.html`;

const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

type Inputs = GraphResource["inputs"];

const most = (graph: StackGraph, type: string, value: (inputs: Inputs) => number) =>
  Math.max(0, ...ofType(graph, type).map(({ inputs }) => value(inputs)));
const howMany = (type: string) => (graph: StackGraph) => ofType(graph, type).length;
const longest = (type: string, property: string) => (graph: StackGraph) =>
  most(graph, type, (inputs) => String(inputs[property] ?? "").length);
/** Bytes of a JSON document, without the white space that IAM does not count. */
const documentBytes = (value: unknown) =>
  Buffer.byteLength(JSON.stringify(typeof value === "string" ? JSON.parse(value) : (value ?? "")));
const largestPolicy = (type: string, property: string) => (graph: StackGraph) =>
  most(graph, type, (inputs) => documentBytes(inputs[property]));

/** Of AWS's quotas those that a stack's size can come near to. */
export const QUOTAS: readonly Quota[] = [
  {
    name: "IAM: characters of a role's inline policies",
    limit: 10_240,
    page: IAM,
    adjustable: false,
    used: (graph) => {
      const byRole = new Map<string, number>();
      for (const { inputs } of ofType(graph, "aws:iam/rolePolicy:RolePolicy")) {
        const role = String(inputs.role);
        byRole.set(role, (byRole.get(role) ?? 0) + documentBytes(inputs.policy));
      }
      return Math.max(0, ...byRole.values());
    },
  },
  {
    name: "IAM: characters of a trust policy",
    limit: 2048,
    page: IAM,
    adjustable: true,
    used: largestPolicy("aws:iam/role:Role", "assumeRolePolicy"),
  },
  { name: "IAM: roles", limit: 1000, page: IAM, adjustable: true, used: howMany("aws:iam/role:Role") },
  {
    name: "IAM: characters of a role's name",
    limit: 64,
    page: IAM,
    adjustable: false,
    used: longest("aws:iam/role:Role", "name"),
  },
  {
    name: "Lambda: bytes of a function's environment",
    limit: 4096,
    page: LAMBDA,
    adjustable: false,
    used: (graph) =>
      most(graph, FUNCTION, ({ environment }) =>
        Buffer.byteLength(JSON.stringify((environment as { variables?: object } | undefined)?.variables ?? {})),
      ),
  },
  {
    name: "Lambda: bytes of a function's code, unzipped",
    limit: 250 * 2 ** 20,
    page: LAMBDA,
    adjustable: false,
    used: (graph) =>
      most(graph, FUNCTION, ({ code }) =>
        Object.values((code as GraphArchive).files).reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      ),
  },
  {
    name: "Lambda: executions that the functions reserve, of what the stack's settings say the account has, less 100",
    limit: 2400,
    page: LAMBDA,
    adjustable: true,
    used: (graph) =>
      ofType(graph, FUNCTION).reduce((sum, { inputs }) => sum + Number(inputs.reservedConcurrentExecutions ?? 0), 0),
  },
  {
    name: "Lambda: maximum concurrency of a mapping",
    limit: 1000,
    page: `${DOCS}/lambda/latest/dg/services-sqs-scaling.html`,
    adjustable: false,
    used: (graph) =>
      most(graph, MAPPING, ({ scalingConfig }) =>
        Number((scalingConfig as { maximumConcurrency?: number } | undefined)?.maximumConcurrency ?? 0),
      ),
  },
  {
    name: "SQS: characters of a queue's name",
    limit: 80,
    page: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html`,
    adjustable: false,
    used: longest("aws:sqs/queue:Queue", "name"),
  },
  {
    name: "SQS: bytes of a queue's policy",
    limit: 8192,
    page: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html`,
    adjustable: false,
    used: (graph) =>
      Math.max(
        largestPolicy("aws:sqs/queue:Queue", "policy")(graph),
        largestPolicy("aws:sqs/queuePolicy:QueuePolicy", "policy")(graph),
      ),
  },
  {
    name: "KMS: bytes of a key's policy",
    limit: 32_768,
    page: `${DOCS}/kms/latest/developerguide/resource-limits.html`,
    adjustable: false,
    used: largestPolicy("aws:kms/key:Key", "policy"),
  },
  {
    name: "S3: bytes of a bucket's policy",
    limit: 20_480,
    page: `${DOCS}/AmazonS3/latest/userguide/add-bucket-policy.html`,
    adjustable: false,
    used: largestPolicy("aws:s3/bucketPolicy:BucketPolicy", "policy"),
  },
  {
    name: "SNS: bytes of a topic's policy",
    limit: 30_720,
    page: `${DOCS}/general/latest/gr/sns.html`,
    adjustable: false,
    used: largestPolicy("aws:sns/topicPolicy:TopicPolicy", "policy"),
  },
  {
    name: "VPC: bytes of an endpoint's policy",
    limit: 20_480,
    page: `${DOCS}/vpc/latest/privatelink/vpc-limits-endpoints.html`,
    adjustable: false,
    used: largestPolicy("aws:ec2/vpcEndpoint:VpcEndpoint", "policy"),
  },
  {
    name: "VPC: interface endpoints of a VPC",
    limit: 50,
    page: `${DOCS}/vpc/latest/privatelink/vpc-limits-endpoints.html`,
    adjustable: true,
    used: (graph) =>
      ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
        .length,
  },
  {
    name: "VPC: outbound rules of the security groups together, a group may have 60",
    limit: 60,
    page: VPC,
    adjustable: true,
    used: howMany("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
  },
  { name: "CloudWatch: alarms", limit: 5000, page: ALARMS, adjustable: true, used: howMany(ALARM) },
  {
    name: "CloudWatch: metrics of an alarm",
    limit: 10,
    page: `${DOCS}/AmazonCloudWatch/latest/monitoring/alarm-limits.html`,
    adjustable: false,
    used: (graph) =>
      most(
        graph,
        ALARM,
        ({ metricQueries }) =>
          ((metricQueries ?? []) as readonly { metric?: object }[]).filter(({ metric }) => metric !== undefined).length,
      ),
  },
  {
    name: "CloudWatch: bytes of a dashboard",
    limit: 2 ** 20,
    page: `${DOCS}/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html`,
    adjustable: false,
    used: (graph) =>
      most(graph, "aws:cloudwatch/dashboard:Dashboard", ({ dashboardBody }) => documentBytes(dashboardBody)),
  },
  {
    name: "CloudWatch: widgets of a dashboard",
    limit: 500,
    page: ALARMS,
    adjustable: false,
    used: (graph) =>
      most(
        graph,
        "aws:cloudwatch/dashboard:Dashboard",
        ({ dashboardBody }) => (JSON.parse(String(dashboardBody)) as { widgets: unknown[] }).widgets.length,
      ),
  },
  {
    name: "Step Functions: bytes of a machine's definition",
    limit: 2 ** 20,
    page: `${DOCS}/step-functions/latest/dg/service-quotas.html`,
    adjustable: false,
    used: (graph) => most(graph, "aws:sfn/stateMachine:StateMachine", ({ definition }) => documentBytes(definition)),
  },
  {
    name: "Athena: active queries of the refinery, of what the stack's settings say the account has",
    limit: 20,
    page: `${DOCS}/general/latest/gr/athena.html`,
    adjustable: true,
    used: (graph) =>
      most(graph, "aws:sfn/stateMachine:StateMachine", ({ definition }) => {
        const { States } = JSON.parse(String(definition)) as { States: { Topics: { MaxConcurrency: number } } };
        return States.Topics.MaxConcurrency;
      }),
  },
  {
    name: "Glue: tables",
    limit: 200_000,
    page: GLUE,
    adjustable: true,
    used: howMany("aws:glue/catalogTable:CatalogTable"),
  },
  {
    name: "Firehose: delivery streams",
    limit: 50,
    page: `${DOCS}/firehose/latest/dev/limits.html`,
    adjustable: true,
    used: howMany("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"),
  },
  {
    name: "tags of a resource",
    limit: 50,
    page: `${DOCS}/tag-editor/latest/userguide/tagging.html`,
    adjustable: false,
    used: (graph) =>
      Math.max(0, ...graph.resources.map(({ inputs }) => Object.keys((inputs.tags as object) ?? {}).length)),
  },
];
