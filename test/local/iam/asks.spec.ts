import assert from "node:assert/strict";
import type { Ask } from "../../../local/iam/asks/ask.ts";
import { athenaAsks } from "../../../local/iam/asks/athena.ts";
import { cloudWatchAsks } from "../../../local/iam/asks/cloudwatch.ts";
import { dynamoDbAsks } from "../../../local/iam/asks/dynamodb.ts";
import { firehoseAsks } from "../../../local/iam/asks/firehose.ts";
import { glueAsks } from "../../../local/iam/asks/glue.ts";
import { lambdaAsks } from "../../../local/iam/asks/lambda.ts";
import { s3Asks } from "../../../local/iam/asks/s3.ts";
import { snsAsks } from "../../../local/iam/asks/sns.ts";
import { sqsAsks } from "../../../local/iam/asks/sqs.ts";
import { statesAsks } from "../../../local/iam/asks/states.ts";
import { graphOf } from "../../support/graph.ts";
import { ACCOUNT, REGION } from "./stacks.ts";

const place = { region: REGION, account: ACCOUNT };
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const workgroup = {
  type: "aws:athena/workgroup:Workgroup",
  name: "analysts",
  inputs: { name: "analysts", configuration: { resultConfiguration: { outputLocation: "s3://answers/all/" } } },
};
const uuid = "11111111-2222-4333-8444-555555555555";
const lambdaPlace = { ...place, functionOfMapping: new Map([[uuid, arn("lambda", "function:reads")]]) };
const json = {
  sqs: sqsAsks(place),
  firehose: firehoseAsks(place),
  dynamodb: dynamoDbAsks(place),
  monitoring: cloudWatchAsks(place),
  glue: glueAsks(place),
  athena: athenaAsks(graphOf([workgroup])),
  states: statesAsks,
};

/** As `action resource`, with what the call itself says. */
function told(asks: readonly Ask[] | undefined): string[] | undefined {
  return asks?.map(({ action, resource, context }) =>
    [action, resource, ...Object.entries(context).map(([key, value]) => `${key}=${String(value)}`)].join(" "),
  );
}

describe("what a call asks for", () => {
  const queue = { QueueUrl: `https://sqs/${ACCOUNT}/orders` };
  for (const [service, action, input, expected] of [
    ["sqs", "SendMessageBatch", queue, [`sqs:SendMessage ${arn("sqs", "orders")}`]],
    ["sqs", "ChangeMessageVisibilityBatch", queue, [`sqs:ChangeMessageVisibility ${arn("sqs", "orders")}`]],
    ["sqs", "GetQueueUrl", { QueueName: "orders" }, [`sqs:GetQueueUrl ${arn("sqs", "orders")}`]],
    ["sqs", "ListQueues", {}, [`sqs:ListQueues ${arn("sqs", "*")}`]],
    ["sqs", "SendMessage", { QueueUrl: 7 }, [`sqs:SendMessage ${arn("sqs", "")}`]],
    ["sqs", "CreateQueue", {}, undefined],
    [
      "firehose",
      "PutRecordBatch",
      { DeliveryStreamName: "s" },
      [`firehose:PutRecordBatch ${arn("firehose", "deliverystream/s")}`],
    ],
    ["firehose", "DeleteDeliveryStream", {}, undefined],
    ["dynamodb", "GetItem", { TableName: "t" }, [`dynamodb:GetItem ${arn("dynamodb", "table/t")}`]],
    ["dynamodb", "Query", { TableName: "t", IndexName: "i" }, [`dynamodb:Query ${arn("dynamodb", "table/t/index/i")}`]],
    ["dynamodb", "Scan", { TableName: arn("dynamodb", "table/t") }, [`dynamodb:Scan ${arn("dynamodb", "table/t")}`]],
    [
      "dynamodb",
      "BatchWriteItem",
      { RequestItems: { a: [], b: [] } },
      [
        `dynamodb:BatchWriteItem ${arn("dynamodb", "table/a")}`,
        `dynamodb:BatchWriteItem ${arn("dynamodb", "table/b")}`,
      ],
    ],
    ["dynamodb", "TransactWriteItems", {}, undefined],
    ["monitoring", "PutMetricData", { Namespace: "n" }, ["cloudwatch:PutMetricData * cloudwatch:namespace=n"]],
    ["monitoring", "SetAlarmState", { AlarmName: "a" }, [`cloudwatch:SetAlarmState ${arn("cloudwatch", "alarm:a")}`]],
    [
      "monitoring",
      "DescribeAlarms",
      { AlarmNames: ["a"] },
      [`cloudwatch:DescribeAlarms ${arn("cloudwatch", "alarm:*")}`],
    ],
    ["monitoring", "DeleteAlarms", {}, undefined],
    [
      "glue",
      "GetTable",
      { DatabaseName: "Raw", Name: "Orders" },
      ["catalog", "database/raw", "table/raw/orders"].map((one) => `glue:GetTable ${arn("glue", one)}`),
    ],
    ["glue", "DeleteTable", {}, undefined],
    ["athena", "GetQueryExecution", {}, [`athena:GetQueryExecution ${arn("athena", "workgroup/primary")}`]],
    [
      "athena",
      "StartQueryExecution",
      { WorkGroup: "analysts", QueryString: "SELECT 1" },
      [
        `athena:StartQueryExecution ${arn("athena", "workgroup/analysts")}`,
        "s3:GetBucketLocation arn:aws:s3:::answers",
        "s3:ListBucket arn:aws:s3:::answers",
        "s3:PutObject arn:aws:s3:::answers/all/result.csv",
      ],
    ],
    ["athena", "CreateWorkGroup", {}, undefined],
    ["states", "StartExecution", { stateMachineArn: "m" }, ["states:StartExecution m"]],
    ["states", "ListExecutions", { mapRunArn: "r" }, ["states:ListExecutions r"]],
    ["states", "DeleteStateMachine", {}, undefined],
  ] as [keyof typeof json, string, Record<string, unknown>, string[] | undefined][]) {
    it(`of ${service}, ${action} with ${JSON.stringify(input)}`, () => {
      assert.deepEqual(told(json[service](action, input)), expected);
    });
  }

  const headers = {
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-copy-source": "/other/a%20b?versionId=1",
  };
  for (const [method, url, expected] of [
    ["GET", "/", ["s3:ListAllMyBuckets *"]],
    ["GET", "/b?list-type=2&prefix=p%2F", ["s3:ListBucket arn:aws:s3:::b s3:prefix=p/"]],
    ["HEAD", "/b", ["s3:ListBucket arn:aws:s3:::b"]],
    ["GET", "/b/a%20b?x-id=GetObject", ["s3:GetObject arn:aws:s3:::b/a b"]],
    ["DELETE", "/b/k", ["s3:DeleteObject arn:aws:s3:::b/k"]],
    ["DELETE", "/b/k?uploadId=1", ["s3:AbortMultipartUpload arn:aws:s3:::b/k"]],
    ["GET", "/b?policy", undefined],
    ["PUT", "/b", undefined],
    ["POST", "/b?delete", undefined],
  ] as [string, string, string[] | undefined][]) {
    it(`of S3, ${method} ${url}`, () => assert.deepEqual(told(s3Asks({ method, url, headers: {} })), expected));
  }

  it("of S3 that writes, with its encryption, and that copies", () => {
    assert.deepEqual(told(s3Asks({ method: "PUT", url: "/b/k", headers })), [
      "s3:PutObject arn:aws:s3:::b/k s3:x-amz-server-side-encryption=aws:kms",
      "s3:GetObject arn:aws:s3:::other/a b",
    ]);
  });

  for (const [method, url, expected] of [
    ["POST", "/2015-03-31/functions/reads/invocations", [`lambda:InvokeFunction ${arn("lambda", "function:reads")}`]],
    [
      "POST",
      "/2015-03-31/functions/reads/invocations?Qualifier=live",
      [`lambda:InvokeFunction ${arn("lambda", "function:reads:live")}`],
    ],
    ["GET", "/2015-03-31/event-source-mappings?FunctionName=reads", ["lambda:ListEventSourceMappings *"]],
    [
      "PUT",
      `/2015-03-31/event-source-mappings/${uuid}`,
      [
        `lambda:UpdateEventSourceMapping ${arn("lambda", `event-source-mapping:${uuid}`)} lambda:functionarn=${arn("lambda", "function:reads")}`,
      ],
    ],
    ["DELETE", `/2015-03-31/event-source-mappings/${uuid}`, undefined],
    ["GET", "/2015-03-31/functions", undefined],
  ] as [string, string, string[] | undefined][]) {
    it(`of Lambda, ${method} ${url}`, () => assert.deepEqual(told(lambdaAsks({ method, url }, lambdaPlace)), expected));
  }

  it("of SNS", () => {
    assert.deepEqual(told(snsAsks("Action=Publish&TopicArn=t")), ["sns:Publish t"]);
    assert.equal(snsAsks("Action=Subscribe&TopicArn=t"), undefined);
  });
});
