import type * as pulumi from "@pulumi/pulumi";

/** States of the refinery's machine, in the Amazon States Language with JSONata. */
export type States = Readonly<Record<string, object>>;

const START_QUERY = "arn:aws:states:::athena:startQueryExecution.sync";
const GET_RESULTS = "arn:aws:states:::athena:getQueryResults";

/**
 * Every statement can be repeated. One that fails may have met another writer's commit, or too many queries of others;
 * Athena's queue is short where an account has more than its quota of them.
 */
const RETRY_QUERY = [
  {
    ErrorEquals: ["Athena.TooManyRequestsException", "Athena.AmazonAthenaException"],
    IntervalSeconds: 5,
    MaxAttempts: 6,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  },
  { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 2, JitterStrategy: "FULL" },
];

/** Ends a topic; the others go on. */
const NOT_CHECKED = [
  {
    ErrorEquals: ["States.ALL"],
    Next: "NotChecked",
    Output: {
      topic: "{% $topic %}",
      status: "not_checked",
      step: "{% $states.context.State.Name %}",
      error: "{% $states.errorOutput.Error %}",
      cause: "{% '' & $states.errorOutput.Cause %}",
    },
  },
];

/** Runs one statement, which is in a variable. */
export function query(workgroup: pulumi.Input<string>, variable: string, flow: object): object {
  return {
    Type: "Task",
    Resource: START_QUERY,
    Arguments: { QueryString: `{% $${variable} %}`, WorkGroup: workgroup },
    Output: "{% null %}",
    Retry: RETRY_QUERY,
    Catch: NOT_CHECKED,
    ...flow,
  };
}

/**
 * Runs statements one after the other: those of an expression.
 *
 * @param name Of the state that runs one; no other in the machine has it.
 */
export function queries(workgroup: pulumi.Input<string>, name: string, items: string, flow: object): object {
  return {
    Type: "Map",
    Items: items,
    MaxConcurrency: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: name,
      States: {
        [name]: {
          Type: "Task",
          Resource: START_QUERY,
          Arguments: { QueryString: "{% $states.input %}", WorkGroup: workgroup },
          Output: "{% null %}",
          Retry: RETRY_QUERY,
          End: true,
        },
      },
    },
    Output: "{% null %}",
    ...flow,
  };
}

/** A query and then its rows: lists of texts, the header first. Athena answers 1,000 at once, which is more than asked for. */
function rowsOf(workgroup: pulumi.Input<string>, name: string, variable: string, flow: object): States {
  return {
    [name]: query(workgroup, variable, {
      Output: "{% $states.result.QueryExecution.QueryExecutionId %}",
      Next: `${name}Rows`,
    }),
    [`${name}Rows`]: {
      Type: "Task",
      Resource: GET_RESULTS,
      Arguments: { QueryExecutionId: "{% $states.input %}" },
      Retry: RETRY_QUERY.slice(0, 1),
      Catch: NOT_CHECKED,
      ...flow,
    },
  };
}

/** A single row, or a single column, stays a list. */
const ROWS = "{% $states.result.ResultSet.Rows.[Data.VarCharValue][] %}";

/** Goes on with `step` where there is a statement for it, and otherwise with what comes after it. */
function where(variable: string, step: string, after: string): object {
  return { Type: "Choice", Choices: [{ Condition: `{% $${variable} != null %}`, Next: step }], Default: after };
}

/** What is done for one topic, whose input is an item of the plan. */
export function topicStates(workgroup: pulumi.Input<string>): { StartAt: string; States: States } {
  const members = ["topic", "lost", "ddl", "curate", "refine", "reject", "backfill", "count"];
  return {
    StartAt: "Read",
    States: {
      Read: {
        Type: "Pass",
        Assign: {
          ...Object.fromEntries(members.map((member) => [member, `{% $states.input.${member} %}`])),
          lostRows: null,
        },
        // The water balance knows why from the plan itself.
        Output: { topic: "{% $states.input.topic %}", status: "not_checked", step: "plan", error: "refused" },
        Next: "IsRefused",
      },
      IsRefused: {
        Type: "Choice",
        Choices: [{ Condition: "{% $count = null %}", Next: "NotChecked" }],
        Default: "IsLookedThrough",
      },
      IsLookedThrough: where("lost", "Lost", "Ddl"),
      ...rowsOf(workgroup, "Lost", "lost", { Assign: { lostRows: ROWS }, Output: "{% null %}", Next: "Ddl" }),
      Ddl: queries(workgroup, "Prepare", "{% $ddl %}", { Catch: NOT_CHECKED, Next: "Curate" }),
      Curate: query(workgroup, "curate", { Next: "Refine" }),
      Refine: query(workgroup, "refine", { Next: "IsJudged" }),
      IsJudged: where("reject", "Reject", "IsFilled"),
      Reject: query(workgroup, "reject", { Next: "IsFilled" }),
      IsFilled: where("backfill", "Backfill", "Count"),
      Backfill: query(workgroup, "backfill", { Next: "Count" }),
      ...rowsOf(workgroup, "Count", "count", {
        Output: { topic: "{% $topic %}", status: "counted", rows: ROWS, lost: "{% $lostRows %}" },
        End: true,
      }),
      NotChecked: { Type: "Pass", End: true },
    },
  };
}
