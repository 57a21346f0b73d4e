import { AthenaClient } from "@aws-sdk/client-athena";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { bucketOf } from "../../functions/common/bucket.ts";
import { systemClock } from "../../functions/common/clock.ts";
import { circuitReader } from "../common/circuit.ts";
import { explain, missing } from "../common/explain.ts";
import { OperatorError } from "../common/operator-error.ts";
import { trackedItems } from "./archive.ts";
import { queryIn } from "./athena.ts";
import { Display, messages } from "./display.ts";
import type { SmokeOptions } from "./options.ts";
import { runId, type SmokePlace, smokePlace } from "./place.ts";
import { refineryOf } from "./refinery.ts";
import { smoke } from "./smoke.ts";

/** Nothing that is called here takes longer. Without throwOnRequestTimeout the SDK only warns. */
const REQUESTS = {
  connectionTimeout: 5000,
  requestTimeout: 30_000,
  socketTimeout: 30_000,
  throwOnRequestTimeout: true,
};

/**
 * Runs the command against AWS, or whatever AWS_ENDPOINT_URL names.
 *
 * @param root The project's folder.
 * @returns the process's exit code: 0 only if every message is where it belongs.
 */
export async function run(
  options: SmokeOptions,
  root: string,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<number> {
  const display = new Display(stream);
  let place: SmokePlace;
  try {
    place = smokePlace(root, options.stack, options.topics);
  } catch (error) {
    display.problem(error instanceof Error ? error.message : String(error));
    return 1;
  }
  const { names, region } = place;
  const client = { ...(region === undefined ? {} : { region }), maxAttempts: 5, requestHandler: REQUESTS };
  const sqs = new SQSClient(client);
  const athena = new AthenaClient(client);
  const dynamodb = new DynamoDBClient(client);
  const s3 = new S3Client(client);
  const sfn = new SFNClient(client);
  try {
    const id = runId(Date.now(), Math.random());
    display.heading(
      `Smoke test of ${names.prefix}${region === undefined ? "" : ` in ${region}`}: ${messages(options.records)}, ${id}`,
    );
    const firstQueue = names.topicQueue(place.topics[0] ?? "");
    const queueUrl = await urlOf(sqs, firstQueue, region);
    const queueUrlPrefix = queueUrl.slice(0, -firstQueue.length);
    // A queue's URL says whose it is: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.
    const account = queueUrlPrefix.split("/").at(-2) ?? "";
    const machine = `arn:aws:states:${await sfn.config.region()}:${account}:stateMachine:${names.refineryMachine}`;
    const backlog = async (topic?: string) => {
      const QueueUrl = queueUrlPrefix + (topic === undefined ? names.deadLetterQueue : names.topicQueue(topic));
      const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
      const { Attributes = {} } = await sqs.send(command);
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    };
    const good = await smoke(options, {
      place,
      run: id,
      send: {
        queueUrlPrefix: queueUrlPrefix + names.topicQueuePrefix,
        sendMessageBatch: (input) => sqs.send(new SendMessageBatchCommand(input)),
        random: Math.random,
      },
      query: queryIn(athena, names.workgroup, systemClock),
      archive: {
        find: trackedItems(dynamodb, names.errorTracker),
        archive: bucketOf(s3, names.archiveBucket(account)),
      },
      refinery: refineryOf(sfn, machine),
      readCircuit: circuitReader(dynamodb, names.circuitTable),
      backlog,
      clock: systemClock,
      display,
    });
    return good ? 0 : 1;
  } catch (error) {
    display.problem(explain(error, { resource: `stack ${options.stack} (${names.prefix})`, region }));
    if (error instanceof Error && /AccessDenied/.test(error.name)) {
      display.problem("What this command must be allowed: docs/deploying.md#smoke-test.");
    }
    return 1;
  } finally {
    for (const one of [sqs, athena, dynamodb, s3, sfn]) one.destroy();
  }
}

async function urlOf(sqs: SQSClient, QueueName: string, region: string | undefined): Promise<string> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    throw new OperatorError(missing({ resource: `queue ${QueueName}`, region }));
  }
}
