import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context } from "aws-lambda";
import type { BreakerAnswer } from "../../../functions/common/circuit.ts";
import { systemClock } from "../../../functions/common/clock.ts";
import { createCircuitTable } from "../../scripts/common/circuit-table.ts";
import { openTrackerTable, type TrackerTable } from "../support/dynamodb.ts";
import { setEnvironment } from "../support/environment.ts";
import { withOutput } from "../support/output.ts";
import { lambdaContext } from "../support/sqs.ts";
import { alarmEvent } from "./support/world.ts";

const UUID = "14e0db71-5d35-4eb5-b481-8945cf9d10c2";
const MAPPINGS = "/2015-03-31/event-source-mappings";

describe("the circuit breaker's entry", () => {
  let database: TrackerTable;
  let restore: () => void;
  let handler: (event: unknown, context: Context) => Promise<BreakerAnswer | undefined>;

  // Lambda, CloudWatch, SNS and SQS; one mapping, of the topic "orders".
  const calls: { name: string; input: Record<string, unknown> }[] = [];
  const mapping = { State: "Enabled", ScalingConfig: { MaximumConcurrency: 10 } as object };
  const describeMapping = () => ({
    UUID,
    EventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:lean-ops-dev-topic-orders",
    FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:lean-ops-dev-sqs-processor",
    ...mapping,
  });
  const answers: Record<string, (input: Record<string, unknown>) => object> = {
    [`GET ${MAPPINGS}`]: () => ({ EventSourceMappings: [describeMapping()] }),
    [`GET ${MAPPINGS}/${UUID}`]: describeMapping,
    [`PUT ${MAPPINGS}/${UUID}`]: ({ Enabled, ScalingConfig }) => {
      mapping.State = Enabled ? "Enabled" : "Disabled";
      if (ScalingConfig !== undefined) mapping.ScalingConfig = ScalingConfig as object;
      return { ...describeMapping(), State: Enabled ? "Enabling" : "Disabling" };
    },
    DescribeAlarms: () => ({ MetricAlarms: [] }),
    GetMetricData: () => ({
      MetricDataResults: [
        { Id: "forwarded", Label: "x", StatusCode: "Complete", Timestamps: [Date.now() / 1000 + 1], Values: [5] },
      ],
    }),
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: "3" } }),
  };
  const server: Server = createServer(async (request, response) => {
    const { name, input } = await read(request);
    calls.push({ name, input });
    if (name === "Publish") {
      const result = "<PublishResult><MessageId>m</MessageId></PublishResult>";
      response.writeHead(200, { "content-type": "text/xml" }).end(`<PublishResponse>${result}</PublishResponse>`);
      return;
    }
    const answer = answers[name];
    const type = { "content-type": "application/x-amz-json-1.0" };
    if (answer === undefined) response.writeHead(400, type).end(JSON.stringify({ __type: `Unknown: ${name}` }));
    else response.writeHead(200, type).end(JSON.stringify(answer(input)));
  });

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    database = await openTrackerTable();
    await createCircuitTable(database.client, "circuit");
    restore = setEnvironment({
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      PROCESSOR_FUNCTION: "lean-ops-dev-sqs-processor",
      CIRCUIT_TABLE: "circuit",
      ALERT_TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:lean-ops-dev-alerts",
      BREAKER_ALARMS: "lean-ops-dev-circuit-a,lean-ops-dev-circuit-b",
      TOPIC_QUEUE_PREFIX: "lean-ops-dev-topic-",
      TOPIC_QUEUE_URL_PREFIX: `${endpoint}/123456789012/lean-ops-dev-topic-`,
      COOL_DOWN_MINUTES: "1",
      MAXIMUM_COOL_DOWN_MINUTES: "15",
      PROBE_MINUTES: "1",
      ERROR_PERCENT: "50",
      MAXIMUM_HOLD_HOURS: "48",
    });
    ({ handler } = await import("../../../functions/circuit-breaker/index.ts"));
  });
  after(async () => {
    restore();
    server.closeAllConnections();
    server.close();
    await database.close();
  });

  let requests = 0;
  async function invoke(event: unknown): Promise<BreakerAnswer | undefined> {
    calls.length = 0;
    const context = { ...lambdaContext(systemClock), awsRequestId: `request-${requests++}` };
    return (await withOutput(() => handler(event, context))).result;
  }
  const tick = (minute: number) =>
    invoke({ command: "reconcile", scheduledTime: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() });
  const inputOf = (name: string) => calls.find((call) => call.name === name)?.input;

  it("reads the alarms by their names", async () => {
    await tick(0);
    assert.deepEqual(inputOf("DescribeAlarms"), {
      AlarmNames: ["lean-ops-dev-circuit-a", "lean-ops-dev-circuit-b"],
      AlarmTypes: ["MetricAlarm"],
    });
  });

  it("disables the processor's mappings on an alarm, and publishes a notice", async () => {
    await invoke(alarmEvent("lean-ops-dev-circuit-b", Date.now()));
    assert.equal(inputOf(`GET ${MAPPINGS}`)?.FunctionName, "lean-ops-dev-sqs-processor");
    assert.deepEqual(inputOf(`PUT ${MAPPINGS}/${UUID}`), { Enabled: false });
    const { TopicArn, Subject, Message } = inputOf("Publish") ?? {};
    assert.equal(TopicArn, "arn:aws:sns:eu-west-1:123456789012:lean-ops-dev-alerts");
    assert.equal(Subject, "Circuit OPEN: lean-ops-dev-sqs-processor");
    assert.match(String(Message), /alarm lean-ops-dev-circuit-b: 51 %/);
  });

  it("measures the backlog, and enables a probe", async () => {
    await tick(1);
    assert.match(String(inputOf("GetQueueAttributes")?.QueueUrl), /\/123456789012\/lean-ops-dev-topic-orders$/);
    assert.deepEqual(inputOf(`PUT ${MAPPINGS}/${UUID}`), { Enabled: true, ScalingConfig: { MaximumConcurrency: 2 } });
  });

  it("reads the probe's metrics, closes the circuit and restores the mapping", async () => {
    await tick(2);
    const { MetricDataQueries } = inputOf("GetMetricData") ?? assert.fail();
    assert.equal((MetricDataQueries as unknown[]).length, 7);
    assert.deepEqual(inputOf(`PUT ${MAPPINGS}/${UUID}`), { Enabled: true, ScalingConfig: { MaximumConcurrency: 10 } });
    await tick(3);
  });

  it("answers an operator", async () => {
    const answer = await invoke({ command: "status" });
    assert.deepEqual(answer?.status?.mappings, { Enabled: 1 });
    assert.deepEqual(
      answer?.status?.transitions.map(({ to }) => to),
      ["CLOSED", "HALF_OPEN", "OPEN"],
    );
    const refused = await invoke({ command: "hold", by: "jane", reason: "x", minutes: 2881 });
    assert.match(refused?.ok === false ? refused.error : "", /^minutes: must be at most 2880 /);
  });
});

/** What a request asks for: the operation, or method and path, and its input. */
async function read(request: IncomingMessage): Promise<{ name: string; input: Record<string, unknown> }> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  const { method, url = "", headers } = request;
  const { pathname, searchParams } = new URL(url, "http://localhost");
  if (pathname.startsWith(MAPPINGS)) {
    const input = method === "PUT" ? JSON.parse(body) : Object.fromEntries(searchParams);
    return { name: `${method} ${pathname.replace(/\/$/, "")}`, input };
  }
  if (String(headers["content-type"]).startsWith("application/x-www-form-urlencoded")) {
    const { Action = "", ...input } = Object.fromEntries(new URLSearchParams(body));
    return { name: Action, input };
  }
  return { name: String(headers["x-amz-target"]).replace(/^.*\./, ""), input: JSON.parse(body) };
}
