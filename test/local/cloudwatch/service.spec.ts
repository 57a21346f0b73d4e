import assert from "node:assert/strict";
import {
  CloudWatchClient,
  CloudWatchServiceException,
  DescribeAlarmContributorsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  ResourceNotFoundException,
  SetAlarmStateCommand,
  ValidationException,
} from "@aws-sdk/client-cloudwatch";
import { type Gateway, openGateway } from "../../../local/api/gateway.ts";
import { openCloudWatch } from "./cloudwatches.ts";
import { ERRORS, metricInput, SINGLE, TOPIC_ARN, WITHOUT_METRIC } from "./configurations.ts";

const MINUTE = 60_000;

const dashboard = {
  type: "aws:cloudwatch/dashboard:Dashboard",
  name: "dashboard",
  inputs: { dashboardName: "flow", dashboardBody: '{"widgets":[]}' },
};

describe("CloudWatch, called by the SDK", () => {
  let gateway: Gateway;
  let client: CloudWatchClient;
  let world: ReturnType<typeof openCloudWatch>;

  beforeEach(async () => {
    gateway = await openGateway();
    client = new CloudWatchClient({
      endpoint: gateway.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    world = openCloudWatch([{ ...SINGLE, alarmActions: [TOPIC_ARN] }], { others: [dashboard] });
    gateway.attach([world.cloudWatch]);
    world.cloudWatch.start();
  });

  afterEach(async () => {
    client.destroy();
    await world.cloudWatch.stop();
    await gateway.close();
  });

  it("takes and answers metrics with real times", async () => {
    const now = new Date(world.clock.now());
    const Dimensions = [{ Name: "Lane", Value: "3" }];
    const data = [{ MetricName: "Count", Dimensions, Value: 2.5, Timestamp: now }];
    await client.send(new PutMetricDataCommand({ Namespace: "Own", MetricData: data }));
    const Metric = { Namespace: "Own", MetricName: "Count", Dimensions };
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: now,
        EndTime: new Date(now.getTime() + 1),
        MetricDataQueries: [
          { Id: "m1", MetricStat: { Metric, Period: 60, Stat: "Sum" } },
          { Id: "e1", Expression: "m1 * 2", Label: "twice" },
        ],
      }),
    );
    assert.deepEqual(MetricDataResults, [
      { Id: "m1", Label: "Count", Timestamps: [now], Values: [2.5], StatusCode: "Complete" },
      { Id: "e1", Label: "twice", Timestamps: [now], Values: [5], StatusCode: "Complete" },
    ]);
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: "Own" }));
    assert.deepEqual(Metrics, [Metric]);
  });

  it("answers alarms, sets their states and switches their actions", async () => {
    const describeIt = async () => (await client.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0];
    const before = await describeIt();
    assert.deepEqual(
      [before?.AlarmName, before?.StateValue, before?.StateUpdatedTimestamp, before?.ActionsEnabled],
      ["errors", "INSUFFICIENT_DATA", new Date(world.clock.now()), true],
    );
    const set = (StateValue: "OK" | "ALARM") =>
      client.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue, StateReason: "a test" }));
    await client.send(new DisableAlarmActionsCommand({ AlarmNames: ["errors", "none"] }));
    await set("ALARM");
    await set("OK");
    assert.deepEqual(world.sent, []);
    await client.send(new EnableAlarmActionsCommand({ AlarmNames: ["errors"] }));
    await set("ALARM");
    assert.deepEqual(
      world.sent.map(({ topicArn, subject }) => [topicArn, subject]),
      [[TOPIC_ARN, 'ALARM: "errors" in EU (Ireland)']],
    );
    const after = await describeIt();
    assert.deepEqual([after?.StateValue, after?.StateReason], ["ALARM", "a test"]);
  });

  it("answers the dashboard as the program wrote it", async () => {
    const { DashboardBody, DashboardArn } = await client.send(new GetDashboardCommand({ DashboardName: "flow" }));
    assert.deepEqual(
      [DashboardBody, DashboardArn],
      [dashboard.inputs.dashboardBody, "arn:aws:cloudwatch::123456789012:dashboard/flow"],
    );
  });

  it("answers errors under AWS's names", async () => {
    const now = new Date(world.clock.now());
    const noAlarm = new SetAlarmStateCommand({ AlarmName: "none", StateValue: "OK", StateReason: "x" });
    await assert.rejects(client.send(noAlarm), ResourceNotFound);
    await assert.rejects(client.send(new GetDashboardCommand({ DashboardName: "none" })), ResourceNotFound);
    const noContributors = new DescribeAlarmContributorsCommand({ AlarmName: "none" });
    await assert.rejects(client.send(noContributors), ResourceNotFoundException);
    const query = { Id: "e1", Expression: "m1" };
    const noMetric = new GetMetricDataCommand({ StartTime: new Date(0), EndTime: now, MetricDataQueries: [query] });
    await assert.rejects(client.send(noMetric), ValidationException);
  });

  it("makes no alarms: the program does", async () => {
    const put = new PutMetricAlarmCommand({
      AlarmName: "a",
      EvaluationPeriods: 1,
      ComparisonOperator: "LessThanThreshold",
    });
    await assert.rejects(client.send(put), (error: Error) => {
      assert.ok(error instanceof CloudWatchServiceException);
      assert.match(error.message, /has no PutMetricAlarm; it has: GetMetricData, /);
      return true;
    });
    await assert.rejects(world.cloudWatch.call("constructor", {}), { name: "UnknownOperationException" });
  });

  it("answers the contributors in alarm of an alarm on several time series", async () => {
    const expression = 'SELECT MAX(Age) FROM SCHEMA("AWS/SQS", QueueName) GROUP BY QueueName ORDER BY MAX() DESC';
    const metricQueries = [{ id: "each", expression, period: 60, returnData: true }];
    const { cloudWatch, clock } = openCloudWatch([{ ...SINGLE, ...WITHOUT_METRIC, metricQueries }]);
    gateway.attach([cloudWatch]);
    cloudWatch.start();
    cloudWatch.sink.record({ namespace: "AWS/SQS", name: "Age", dimensions: { QueueName: "orders" } }, 9, clock.now());
    cloudWatch.sink.record({ namespace: "AWS/SQS", name: "Age", dimensions: { QueueName: "users" } }, 0, clock.now());
    await clock.advance(MINUTE + 20_000);
    const { AlarmContributors } = await client.send(new DescribeAlarmContributorsCommand({ AlarmName: "errors" }));
    assert.equal(AlarmContributors?.length, 1);
    const [contributor] = AlarmContributors ?? [];
    assert.deepEqual(contributor?.ContributorAttributes, { QueueName: "orders" });
    assert.match(contributor?.StateReason ?? "", /^Threshold Crossed: 1 out of the last 1 datapoint/);
    assert.deepEqual(contributor?.StateTransitionedTimestamp, new Date(clock.now()));
    await cloudWatch.stop();
  });
});

describe("CloudWatch in the local cloud", () => {
  const counts = (name: string) => ({ namespace: "LeanOps", name, dimensions: { service: "p" } });

  /** Of the share of failures among at least 10 attempts, two of the last three minutes being above 50 %. */
  const rate = {
    ...SINGLE,
    ...WITHOUT_METRIC,
    name: "rate",
    alarmActions: [TOPIC_ARN],
    comparisonOperator: "GreaterThanThreshold",
    threshold: 50,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: "notBreaching",
    metricQueries: [
      {
        id: "signal",
        expression:
          "IF(FILL(ok, 0) + FILL(failed, 0) >= 10, 100 * FILL(failed, 0) / (FILL(ok, 0) + FILL(failed, 0)), 0)",
        returnData: true,
      },
      metricInput("ok", counts("Forwarded")),
      metricInput("failed", counts("Failed")),
    ],
  };

  /** The same without filling, so that a minute without attempts says nothing. */
  const sparse = {
    ...rate,
    name: "sparse",
    metricQueries: [
      { id: "signal", expression: "100 * failed / (ok + failed)", returnData: true },
      ...rate.metricQueries.slice(1),
    ],
    treatMissingData: "missing",
  };

  /** A function's line, of the minute that passes. */
  const line = (timestamp: number, Forwarded?: number, Failed?: number) => {
    const present = Object.entries({ Forwarded, Failed }).filter(([, value]) => value !== undefined);
    const Metrics = present.map(([Name]) => ({ Name, Unit: "Count" }));
    const directive = { Namespace: "LeanOps", Dimensions: [["service"]], Metrics };
    return JSON.stringify({
      _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
      service: "p",
      ...Object.fromEntries(present),
    });
  };

  /** What each minute brings: forwarded and failed messages, where there are any; and the states after it. */
  const minutes: [ok: number | undefined, failed: number | undefined, rate: string, sparse: string][] = [
    [100, undefined, "OK", "OK"],
    [10, 30, "OK", "OK"],
    [undefined, undefined, "OK", "OK"],
    [undefined, 40, "ALARM", "ALARM"],
    [undefined, 9, "OK", "ALARM"],
    [undefined, undefined, "OK", "ALARM"],
    [undefined, undefined, "OK", "ALARM"],
    [20, 20, "OK", "ALARM"],
    [50, undefined, "OK", "OK"],
  ];

  for (const speed of [1, 20]) {
    it(`makes alarms of what functions write, gaps included, at speed ${speed}`, async () => {
      const { clock, cloudWatch, sent } = openCloudWatch([rate, sparse], { speed });
      cloudWatch.start();
      const state = (name: string) => cloudWatch.alarms.find(name)?.state.value;
      const states: unknown[] = [];
      const start = clock.now();
      for (const [index, [ok, failed]] of minutes.entries()) {
        cloudWatch.log("START RequestId: 1");
        if (ok !== undefined || failed !== undefined) cloudWatch.log(line(clock.now(), ok, failed));
        await clock.advance(start + clock.span((index + 1) * MINUTE + 20_000) - clock.now());
        states.push([state("rate"), state("sparse")]);
      }
      assert.deepEqual(
        states,
        minutes.map(([, , first, second]) => [first, second]),
      );
      assert.equal(cloudWatch.emf.recorded, 6);
      assert.deepEqual(
        sent.map(({ subject }) => subject),
        ['ALARM: "rate" in EU (Ireland)', 'ALARM: "sparse" in EU (Ireland)'],
      );
      const { Trigger, NewStateReason } = JSON.parse(sent[0]?.message ?? "");
      assert.equal(Trigger.Metrics.length, 3);
      assert.match(NewStateReason, /^Threshold Crossed: 2 out of the last 3 datapoints \[100\.0 .*, 75\.0 /);
      await cloudWatch.stop();
      assert.equal(clock.pending(), 0);
    });
  }

  it("reads gauges, so that alarms can look at them", async () => {
    const depth = { namespace: "AWS/SQS", name: "Depth", dimensions: { QueueName: "dlq" } };
    const alarm = {
      ...SINGLE,
      namespace: "AWS/SQS",
      metricName: "Depth",
      dimensions: depth.dimensions,
      statistic: "Maximum",
    };
    const gauge = { read: () => [{ metric: depth, value: 5 }] };
    const { clock, cloudWatch } = openCloudWatch([alarm], { gauges: [gauge] });
    cloudWatch.start();
    await clock.advance(MINUTE + 20_000);
    assert.equal(cloudWatch.alarms.find("errors")?.state.value, "ALARM");
    await cloudWatch.stop();
  });

  it("takes a sample, and a line that is no metric, in a few microseconds at most", () => {
    const { clock, cloudWatch } = openCloudWatch();
    const timestamp = clock.now();
    const took = (times: number, run: () => void) => {
      const began = performance.now();
      for (let index = 0; index < times; index += 1) run();
      return ((performance.now() - began) * 1000) / times;
    };
    const sample = () => cloudWatch.sink.record(ERRORS, 1, timestamp);
    took(10_000, sample);
    // A hundred times as long as on a quiet machine.
    assert.ok(took(200_000, sample) < 5);
    const text = JSON.stringify({ level: "INFO", message: "x".repeat(300) });
    assert.ok(took(200_000, () => cloudWatch.log(text)) < 5);
  });
});
