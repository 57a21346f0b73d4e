import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "../common/clock.ts";
import { readEnvironment } from "../common/environment.ts";
import { createLog } from "../common/log.ts";
import { writeMetrics } from "../common/metrics.ts";
import { writeToStandardOutput } from "../common/output.ts";
import { createHandler, SERVICE } from "./handler.ts";
import { tableStore } from "./table.ts";

const environment = readEnvironment(
  [
    "PROCESSOR_FUNCTION",
    "CIRCUIT_TABLE",
    "ALERT_TOPIC_ARN",
    "BREAKER_ALARMS",
    "TOPIC_QUEUE_PREFIX",
    "TOPIC_QUEUE_URL_PREFIX",
    "COOL_DOWN_MINUTES",
    "MAXIMUM_COOL_DOWN_MINUTES",
    "PROBE_MINUTES",
    "ERROR_PERCENT",
    "MAXIMUM_HOLD_HOURS",
  ],
  process.env,
);

// Without throwOnRequestTimeout the SDK only warns of a request that takes too long.
const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: 3000,
  socketTimeout: 3000,
  throwOnRequestTimeout: true,
};
const client = { maxAttempts: 3, requestHandler };
// The pace of its calls is the function's own, and a repetition is a call.
const lambda = new LambdaClient({ maxAttempts: 1, requestHandler });
const dynamodb = new DynamoDBClient(client);
const cloudwatch = new CloudWatchClient(client);
const sns = new SNSClient(client);
const sqs = new SQSClient(client);

export const handler = createHandler({
  processorFunction: environment.PROCESSOR_FUNCTION,
  alarms: environment.BREAKER_ALARMS.split(","),
  topicQueuePrefix: environment.TOPIC_QUEUE_PREFIX,
  rules: {
    coolDownTicks: numberIn("COOL_DOWN_MINUTES"),
    maximumCoolDownTicks: numberIn("MAXIMUM_COOL_DOWN_MINUTES"),
    probeTicks: numberIn("PROBE_MINUTES"),
    errorPercent: numberIn("ERROR_PERCENT"),
    maximumHoldMinutes: numberIn("MAXIMUM_HOLD_HOURS") * 60,
  },
  clients: {
    listMappings: (Marker, abortSignal) => {
      const input = { FunctionName: environment.PROCESSOR_FUNCTION, Marker };
      return lambda.send(new ListEventSourceMappingsCommand(input), { abortSignal });
    },
    getMapping: (UUID, abortSignal) => lambda.send(new GetEventSourceMappingCommand({ UUID }), { abortSignal }),
    updateMapping: (change, abortSignal) => lambda.send(new UpdateEventSourceMappingCommand(change), { abortSignal }),
    describeAlarms: async (AlarmNames, abortSignal) => {
      const command = new DescribeAlarmsCommand({ AlarmNames: [...AlarmNames], AlarmTypes: ["MetricAlarm"] });
      return (await cloudwatch.send(command, { abortSignal })).MetricAlarms ?? [];
    },
    getMetricData: (input, abortSignal) => cloudwatch.send(new GetMetricDataCommand(input), { abortSignal }),
    publish: (Subject, Message, abortSignal) => {
      const command = new PublishCommand({ TopicArn: environment.ALERT_TOPIC_ARN, Subject, Message });
      return sns.send(command, { abortSignal });
    },
    backlog: async (topic, abortSignal) => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: environment.TOPIC_QUEUE_URL_PREFIX + topic,
        AttributeNames: ["ApproximateNumberOfMessages"],
      });
      const { Attributes } = await sqs.send(command, { abortSignal });
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
  },
  storeFor: (within) => tableStore(dynamodb, environment.CIRCUIT_TABLE, within),
  clock: systemClock,
  log: createLog({ write: writeToStandardOutput, now: Date.now, fields: { service: SERVICE } }),
  metrics: (line) => writeMetrics(writeToStandardOutput, line),
});

function numberIn(name: keyof typeof environment): number {
  const value = Number(environment[name]);
  if (!(value > 0)) throw new Error(`environment: ${name} must be a number above 0, is ${environment[name]}`);
  return value;
}
