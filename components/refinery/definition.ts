import type * as pulumi from "@pulumi/pulumi";
import { RUNS_PREFIX } from "../../functions/refinery-plan/plan-item.ts";
import { queries, topicStates } from "./steps.ts";

export interface MachineParts {
  /** Names. */
  progressTable: pulumi.Input<string>;
  planFunction: pulumi.Input<string>;
  balanceFunction: pulumi.Input<string>;
  workgroup: pulumi.Input<string>;
  bucket: pulumi.Input<string>;
  /** Topics at the same time. */
  concurrency: number;
}

/** A run that takes longer has got stuck, and its lock is void from then on. */
export const RUN_LIMIT_SECONDS = 3 * 60 * 60;

const LOCK = { kind: { S: "LOCK" }, id: { S: "run" } };
const OWNER = { S: "{% $states.context.Execution.Id %}" };
const NAMES = { "#kind": "kind", "#owner": "owner", "#expires_at": "expires_at" };
const now = (later = 0) => ({ N: `{% $string($floor($millis() / 1000) + ${later}) %}` });

/** Functions can be called again: they begin again. */
const RETRY_FUNCTION = [
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 3, JitterStrategy: "FULL" },
];
const RETRY_CALL = [
  {
    ErrorEquals: ["DynamoDB.AmazonDynamoDBException", "DynamoDB.SdkClientException"],
    IntervalSeconds: 2,
    MaxAttempts: 3,
  },
];

/** Keeps what failed as a whole, and goes on. */
const failing = (Next: string) => [
  {
    ErrorEquals: ["States.ALL"],
    Assign: {
      failed: "{% $states.context.State.Name & ': ' & $states.errorOutput.Error & ': ' & $states.errorOutput.Cause %}",
    },
    Output: "{% null %}",
    Next,
  },
];

/**
 * One run of the refinery, one at a time by a lock: it plans, refines and counts topic by topic, and has the water
 * balance compared, whatever failed before. No function waits for Athena: the machine does.
 *
 * The topics are a distributed Map, since an inline one has 40 iterations at a time and its execution 25,000 events
 * (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).
 */
export function refineryDefinition(parts: MachineParts): object {
  const { progressTable, workgroup, bucket } = parts;
  const run = {
    execution: "{% $states.context.Execution.Name %}",
    startedAt: "{% $states.context.Execution.StartTime %}",
  };
  return {
    QueryLanguage: "JSONata",
    TimeoutSeconds: RUN_LIMIT_SECONDS,
    StartAt: "Lock",
    States: {
      Lock: {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:putItem",
        Arguments: {
          TableName: progressTable,
          Item: { ...LOCK, owner: OWNER, expires_at: now(RUN_LIMIT_SECONDS) },
          // Its own lock too: a call may have succeeded although its answer was lost.
          ConditionExpression: "attribute_not_exists(#kind) OR #expires_at < :now OR #owner = :owner",
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: { ":now": now(), ":owner": OWNER },
        },
        Assign: { failed: null, plan: null, results: null, summary: null },
        Retry: RETRY_CALL,
        Catch: [{ ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], Next: "UnderWay" }],
        Next: "Plan",
      },
      UnderWay: { Type: "Succeed", Output: { skipped: "another run is under way" } },
      Plan: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: parts.planFunction, Payload: run },
        Output: "{% null %}",
        Assign: { plan: "{% $states.result.Payload %}" },
        Retry: RETRY_FUNCTION,
        Catch: failing("WaterBalance"),
        Next: "IsPlanned",
      },
      IsPlanned: {
        Type: "Choice",
        Choices: [{ Condition: "{% $plan.topics > 0 %}", Next: "Topics" }],
        Default: "WaterBalance",
      },
      Topics: {
        Type: "Map",
        Label: "topics",
        MaxConcurrency: parts.concurrency,
        // A topic that fails is one that is not checked.
        ToleratedFailurePercentage: 100,
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSON" },
          Arguments: { Bucket: bucket, Key: "{% $plan.key %}" },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          ...topicStates(workgroup),
        },
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Arguments: { Bucket: bucket, Prefix: `{% '${RUNS_PREFIX}' & $states.context.Execution.Name %}` },
        },
        Assign: { results: "{% $states.result.ResultWriterDetails %}" },
        Output: "{% null %}",
        Catch: failing("WaterBalance"),
        Next: "WaterBalance",
      },
      WaterBalance: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: {
          FunctionName: parts.balanceFunction,
          Payload: { ...run, plan: "{% $plan %}", results: "{% $results %}", failed: "{% $failed %}" },
        },
        Output: "{% $states.result.Payload.statements %}",
        Assign: { summary: "{% $states.result.Payload.summary %}" },
        Retry: RETRY_FUNCTION,
        Catch: failing("Unlock"),
        Next: "Write",
      },
      Write: queries(workgroup, "Insert", "{% $states.input %}", { Catch: failing("Unlock"), Next: "Unlock" }),
      Unlock: {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:deleteItem",
        Arguments: {
          TableName: progressTable,
          Key: LOCK,
          ConditionExpression: "#owner = :owner",
          ExpressionAttributeNames: { "#owner": "owner" },
          ExpressionAttributeValues: { ":owner": OWNER },
        },
        Output: "{% null %}",
        Retry: RETRY_CALL,
        // A lock that stays expires, and one that was taken over is not this run's.
        Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% null %}", Next: "IsWhole" }],
        Next: "IsWhole",
      },
      IsWhole: {
        Type: "Choice",
        Choices: [{ Condition: "{% $failed = null %}", Next: "Done" }],
        Default: "Failed",
      },
      Done: { Type: "Succeed", Output: "{% $summary %}" },
      Failed: { Type: "Fail", Error: "RunFailed", Cause: "{% $failed %}" },
    },
  };
}
