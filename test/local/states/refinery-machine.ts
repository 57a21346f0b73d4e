import { INVOKE, PUT_ITEM } from "./fixtures.ts";

const TableName = "refinery";
const Key = { kind: { S: "LOCK" }, id: { S: "run" } };
const QUERY = "arn:aws:states:::athena:startQueryExecution.sync";

/** A failed query may be a conflict with another writer: the statement is repeatable. */
const Retry = [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 2, JitterStrategy: "FULL" }];

const Catch = [
  {
    ErrorEquals: ["States.ALL"],
    Next: "NotChecked",
    Output: {
      topic: "{% $topic %}",
      status: "not_checked",
      step: "{% $states.context.State.Name %}",
      error: "{% $states.errorOutput.Error %}",
    },
  },
];

const query = (sql: string, more: object) => ({
  Type: "Task",
  Resource: QUERY,
  Arguments: { QueryString: `{% $${sql} %}`, WorkGroup: "refinery" },
  Retry,
  Catch,
  ...more,
});

const unlock = (more: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::dynamodb:deleteItem",
  Arguments: {
    TableName,
    Key,
    ConditionExpression: "#owner = :owner",
    ExpressionAttributeNames: { "#owner": "owner" },
    ExpressionAttributeValues: { ":owner": { S: "{% $states.context.Execution.Id %}" } },
  },
  ...more,
});

const CatchAll = [
  { ErrorEquals: ["States.ALL"], Assign: { failure: "{% $states.errorOutput %}" }, Next: "UnlockFailed" },
];

/** One run as the project's refinery has it, cut short: each topic has two statements and a count. */
export const refineryMachine = {
  QueryLanguage: "JSONata",
  TimeoutSeconds: 7_200,
  StartAt: "Lock",
  States: {
    Lock: {
      Type: "Task",
      Resource: PUT_ITEM,
      Arguments: {
        TableName,
        Item: {
          ...Key,
          owner: { S: "{% $states.context.Execution.Id %}" },
          expires_at: { N: "{% $string($floor($millis() / 1000) + 7200) %}" },
        },
        ConditionExpression: "attribute_not_exists(kind) OR expires_at < :now",
        ExpressionAttributeValues: { ":now": { N: "{% $string($floor($millis() / 1000)) %}" } },
      },
      Catch: [{ ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], Next: "UnderWay" }],
      Next: "Plan",
    },
    UnderWay: { Type: "Succeed", Output: { skipped: "another run is under way" } },
    Plan: {
      Type: "Task",
      Resource: INVOKE,
      Arguments: { FunctionName: "refinery-plan", Payload: { run: "{% $states.context.Execution.Name %}" } },
      TimeoutSeconds: 300,
      Output: "{% $states.result.Payload %}",
      Assign: { plan: "{% $states.result.Payload %}" },
      Retry: [
        {
          ErrorEquals: ["Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.SdkClientException"],
          IntervalSeconds: 2,
          MaxAttempts: 5,
        },
      ],
      Catch: CatchAll,
      Next: "Topics",
    },
    Topics: {
      Type: "Map",
      Label: "topics",
      MaxConcurrency: 5,
      ToleratedFailurePercentage: 100,
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "JSON" },
        Arguments: { Bucket: "{% $plan.bucket %}", Key: "{% $plan.key %}" },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Read",
        States: {
          Read: {
            Type: "Pass",
            Assign: {
              topic: "{% $states.input.topic %}",
              ddl: "{% $states.input.ddl %}",
              curate: "{% $states.input.curate %}",
              refine: "{% $states.input.refine %}",
              count: "{% $states.input.count %}",
            },
            Next: "Ddl",
          },
          Ddl: {
            Type: "Map",
            Items: "{% $ddl %}",
            MaxConcurrency: 1,
            ItemProcessor: {
              ProcessorConfig: { Mode: "INLINE" },
              StartAt: "Statement",
              States: {
                Statement: {
                  Type: "Task",
                  Resource: QUERY,
                  Arguments: { QueryString: "{% $states.input %}", WorkGroup: "refinery" },
                  Retry,
                  End: true,
                },
              },
            },
            Output: "{% null %}",
            Catch,
            Next: "Curate",
          },
          Curate: query("curate", { Output: "{% null %}", Next: "Refine" }),
          Refine: query("refine", { Output: "{% null %}", Next: "Count" }),
          Count: query("count", { Output: "{% $states.result.QueryExecution.QueryExecutionId %}", Next: "Rows" }),
          Rows: {
            Type: "Task",
            Resource: "arn:aws:states:::athena:getQueryResults",
            Arguments: { QueryExecutionId: "{% $states.input %}" },
            Output: {
              topic: "{% $topic %}",
              status: "counted",
              // A single row, or a single column, stays a list.
              rows: "{% [$states.result.ResultSet.Rows.[[Data.VarCharValue]]] %}",
            },
            Catch,
            End: true,
          },
          NotChecked: { Type: "Pass", End: true },
        },
      },
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        Arguments: { Bucket: "{% $plan.bucket %}", Prefix: "{% 'runs/' & $states.context.Execution.Name %}" },
      },
      Catch: CatchAll,
      Next: "WaterBalance",
    },
    WaterBalance: {
      Type: "Task",
      Resource: INVOKE,
      Arguments: {
        FunctionName: "water-balance",
        Payload: { plan: "{% $plan %}", results: "{% $states.input.ResultWriterDetails %}" },
      },
      Output: "{% $states.result.Payload.statements %}",
      Assign: { summary: "{% $states.result.Payload.summary %}" },
      Catch: CatchAll,
      Next: "Write",
    },
    Write: {
      Type: "Map",
      Items: "{% $states.input %}",
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Insert",
        States: {
          Insert: {
            Type: "Task",
            Resource: QUERY,
            Arguments: { QueryString: "{% $states.input %}", WorkGroup: "refinery" },
            Output: "{% null %}",
            End: true,
          },
        },
      },
      Catch: CatchAll,
      Next: "Unlock",
    },
    Unlock: unlock({ Next: "Done" }),
    Done: { Type: "Succeed", Output: "{% $summary %}" },
    UnlockFailed: unlock({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }], Next: "Failed" }),
    Failed: { Type: "Fail", Error: "{% $failure.Error %}", Cause: "{% $failure.Cause %}" },
  },
};
